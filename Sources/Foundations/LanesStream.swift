internal import Glibc

extension Lanes {
  /// Passes pieces through the workers: `pull` gives them, `work` does them side by side, `deliver`
  /// takes the results in the order of the pieces.
  ///
  /// `pull` and `deliver` run on this thread, one at a time; it waits while `2 * workers + 1` pieces
  /// are between them, so that memory is bounded whatever is pulled. A thrown error ends the stream:
  /// the results of the pieces before it are delivered first, then it is rethrown.
  package static func stream<Piece: Sendable, T: Sendable>(
    workers: Int, pull: () throws -> Piece?, work: @Sendable (Piece) throws -> T,
    deliver: (T) throws -> Void
  ) throws {
    if workers <= 1 {
      while let piece = try pull() { try deliver(work(piece)) }
      return
    }
    let belt = Belt<Piece, T>()
    try withThreads(workers) {
      while let (number, piece) = belt.take() {
        belt.finish(number, Result { try work(piece) })
      }
    } beside: {
      defer { belt.close() }
      var pulled = 0
      var ending: (any Error)?
      var isAtEnd = false
      for delivered in 0... {
        while !isAtEnd && pulled - delivered <= 2 * workers {
          do {
            if let piece = try pull() { belt.put(pulled, piece) } else { isAtEnd = true }
          } catch {
            ending = error
            isAtEnd = true
          }
          if !isAtEnd { pulled += 1 }
        }
        if delivered == pulled { break }
        try deliver(belt.result(delivered).get())
      }
      if let ending { throw ending }
    }
  }

  /// Runs `body` on `threads` other threads while `main` runs on this one; returns when all ended.
  private static func withThreads(
    _ threads: Int, _ body: @Sendable () -> Void, beside main: () throws -> Void
  ) throws {
    try withoutActuallyEscaping(body) { body in
      let started = (0..<threads).compactMap { _ in start(body) }
      precondition(!started.isEmpty, "the system gives no thread")
      defer { for thread in started { pthread_join(thread, nil) } }
      try main()
    }
  }
}

/// Pieces on their way to the workers, and results on their way back.
@safe private final class Belt<Piece: Sendable, T: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // All below is read and written with the mutex held.
  private var waiting: [(Int, Piece)] = []
  private var results: [Int: Result<T, any Error>] = [:]
  private var isClosed = false

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  func put(_ number: Int, _ piece: Piece) {
    locked { waiting.append((number, piece)) }
  }

  /// The next piece, waited for; nil once the belt is closed.
  func take() -> (Int, Piece)? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while waiting.isEmpty && !isClosed { unsafe pthread_cond_wait(changed, mutex) }
    return isClosed ? nil : waiting.removeFirst()
  }

  func finish(_ number: Int, _ result: Result<T, any Error>) {
    locked { results[number] = result }
  }

  /// The result of a piece that was put, waited for.
  func result(_ number: Int) -> Result<T, any Error> {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = results.removeValue(forKey: number) { return result }
      unsafe pthread_cond_wait(changed, mutex)
    }
  }

  /// Sends the workers home; pieces that none has begun are left undone.
  func close() { locked { isClosed = true } }

  private func locked(_ body: () -> Void) {
    unsafe pthread_mutex_lock(mutex)
    body()
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }
}
