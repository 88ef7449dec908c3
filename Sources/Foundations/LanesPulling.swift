internal import Glibc

extension Lanes {
  /// Lets `consume` ask one by one for what `produce` hands to its `emit`.
  ///
  /// `produce` runs on a thread of its own and waits while two values are not yet asked for. What it
  /// throws comes out of the `next` that follows its last value. It is stopped at its next `emit`
  /// once `consume` has ended, and has ended when this returns.
  package static func pulling<T: Sendable, Output>(
    _ produce: @Sendable (_ emit: (T) throws -> Void) throws -> Void,
    _ consume: (_ next: () throws -> T?) throws -> Output
  ) throws -> Output {
    let exchange = Exchange<T>()
    return try withoutActuallyEscaping(produce) { produce in
      let thread = start {
        do {
          try produce { value in try exchange.put(value) }
          exchange.end(nil)
        } catch { exchange.end(error) }
      }
      guard let thread else { preconditionFailure("the system gives no thread") }
      defer {
        exchange.close()
        pthread_join(thread, nil)
      }
      return try consume { try exchange.take() }
    }
  }
}

/// Values on their way from one thread to another.
@safe private final class Exchange<T: Sendable>: @unchecked Sendable {
  private struct Closed: Error {}

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // All below is read and written with the mutex held.
  private var values: [T] = []
  private var ending: Result<Void, any Error>?
  private var isClosed = false

  private static var room: Int { 2 }

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

  /// Waits for room.
  func put(_ value: T) throws {
    try locked {
      while values.count == Self.room && !isClosed { unsafe pthread_cond_wait(changed, mutex) }
      if isClosed { throw Closed() }
      values.append(value)
    }
  }

  func end(_ error: (any Error)?) {
    locked { ending = error.map { .failure($0) } ?? .success(()) }
  }

  /// The next value, waited for; nil at the end.
  func take() throws -> T? {
    try locked {
      while values.isEmpty && ending == nil { unsafe pthread_cond_wait(changed, mutex) }
      if values.isEmpty {
        try ending?.get()
        return nil
      }
      return values.removeFirst()
    }
  }

  func close() { locked { isClosed = true } }

  private func locked<R>(_ body: () throws -> R) rethrows -> R {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(changed)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body()
  }
}
