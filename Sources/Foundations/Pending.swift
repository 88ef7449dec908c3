internal import Glibc

/// The outcome of work on a thread of its own, which goes on until it is asked for or given up.
package struct Pending<Outcome: Sendable>: ~Copyable {
  private let desk: Desk
  private var thread: pthread_t?

  /// Where the thread leaves what came out; nobody looks before it has ended.
  private final class Desk: @unchecked Sendable {
    var outcome: Result<Outcome, Fault>?
  }

  /// What goes to the thread, and is not touched by another any more.
  private final class Parcel<Owned: ~Copyable>: @unchecked Sendable {
    private var content: Owned?

    init(_ content: consuming Owned) { self.content = consume content }

    func take() -> Owned {
      guard let content = content.take() else { preconditionFailure("it was opened before") }
      return content
    }
  }

  /// Begins; if the system gives no thread, the work is done at once.
  ///
  /// - Parameter owned: given away to `body`; nobody else may hold a part of it.
  package init<Owned: ~Copyable>(
    _ owned: consuming Owned, _ body: @escaping @Sendable (consuming Owned) throws(Fault) -> Outcome
  ) {
    let desk = Desk()
    let parcel = Parcel(owned)
    let work: @Sendable () -> Void = {
      do throws(Fault) { desk.outcome = .success(try body(parcel.take())) } catch {
        desk.outcome = .failure(error)
      }
    }
    self.desk = desk
    thread = Lanes.start(work)
    if thread == nil { work() }
  }

  deinit {
    if let thread { pthread_join(thread, nil) }
  }

  /// Waits for what the work leaves, or throws what it threw.
  package consuming func outcome() throws(Fault) -> Outcome {
    if let thread { pthread_join(thread, nil) }
    thread = nil
    guard let outcome = desk.outcome else { preconditionFailure("a thread left nothing") }
    return try outcome.get()
  }
}
