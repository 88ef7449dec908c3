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
      while let piece = try pull() {
        try deliver(work(piece))
        FreedPages.giveBack()
      }
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
        try deliver(belt.result(delivered))
        FreedPages.giveBack()
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
private final class Belt<Piece: Sendable, T: Sendable>: @unchecked Sendable {
  private let monitor = Monitor()
  // All below is read and written inside of the monitor.
  private var waiting: [(Int, Piece)] = []
  private var results: [Int: Result<T, any Error>] = [:]
  private var isClosed = false

  func put(_ number: Int, _ piece: Piece) {
    monitor.enter { waiting.append((number, piece)) }
  }

  /// The next piece, waited for; nil once the belt is closed.
  func take() -> (Int, Piece)? {
    monitor.enter {
      monitor.wait { waiting.isEmpty && !isClosed }
      return isClosed ? nil : waiting.removeFirst()
    }
  }

  func finish(_ number: Int, _ result: Result<T, any Error>) {
    monitor.enter { results[number] = result }
  }

  /// The result of a piece that was put, waited for.
  func result(_ number: Int) throws -> T {
    try monitor.enter {
      monitor.wait { results[number] == nil }
      guard let result = results.removeValue(forKey: number) else {
        preconditionFailure("piece \(number) has no result")
      }
      return try result.get()
    }
  }

  /// Sends the workers home; pieces that none has begun are left undone.
  func close() { monitor.enter { isClosed = true } }
}
