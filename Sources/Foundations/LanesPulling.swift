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
private final class Exchange<T: Sendable>: @unchecked Sendable {
  private struct Closed: Error {}

  private let monitor = Monitor()
  // All below is read and written inside of the monitor.
  private var values: [T] = []
  private var ending: Result<Void, any Error>?
  private var isClosed = false

  private static var room: Int { 2 }

  /// Waits for room.
  func put(_ value: T) throws {
    try monitor.enter {
      monitor.wait { values.count == Self.room && !isClosed }
      if isClosed { throw Closed() }
      values.append(value)
    }
  }

  func end(_ error: (any Error)?) {
    monitor.enter { ending = error.map { .failure($0) } ?? .success(()) }
  }

  /// The next value, waited for; nil at the end.
  func take() throws -> T? {
    try monitor.enter {
      monitor.wait { values.isEmpty && ending == nil }
      if values.isEmpty {
        try ending?.get()
        return nil
      }
      return values.removeFirst()
    }
  }

  func close() { monitor.enter { isClosed = true } }
}
