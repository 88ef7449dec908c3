/// An amount of something, such as memory, of which threads hold parts for a while.
@safe package final class Budget: @unchecked Sendable {
  private let amount: Int
  private let monitor = Monitor()
  /// Guarded by `monitor`.
  private var held = 0

  package init(_ amount: Int) { self.amount = amount }

  /// Runs `body` once so much is left, or once nobody else holds any.
  ///
  /// Must not be called inside of `body`, which could wait for itself.
  package func holding<R, E: Error>(_ part: Int, _ body: () throws(E) -> R) throws(E) -> R {
    monitor.enter {
      monitor.wait { held > 0 && held + part > amount }
      held += part
    }
    defer { monitor.enter { held -= part } }
    return try body()
  }
}
