internal import Glibc
internal import Synchronization

/// The one parallel loop of the house.
///
/// Work is cut into numbered pieces; any number of workers takes pieces in order, and results are
/// joined by index, so that one worker and many leave the same bytes.
package enum Lanes {
  /// Runs `body(0)` … `body(count - 1)` on up to `workers` threads and returns results by index.
  ///
  /// The first thrown error by index is rethrown after all running pieces ended; pieces not yet
  /// started when an error is seen are skipped.
  package static func map<T: Sendable>(
    _ count: Int, workers: Int, _ body: @Sendable (Int) throws -> T
  ) throws -> [T] {
    if workers <= 1 || count <= 1 { return try (0..<count).map(body) }
    let slots = Mutex([Result<T, any Error>?](repeating: nil, count: count))
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    onThreads(min(workers, count)) {
      while !failed.load(ordering: .relaxed) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = Result { try body(index) }
        if case .failure = result { failed.store(true, ordering: .relaxed) }
        slots.withLock { $0[index] = result }
      }
    }
    return try slots.withLock { filled in
      for case .failure(let error)? in filled { throw error }
      return try filled.compactMap { try $0?.get() }
    }
  }

  /// Runs `body` on this thread and `threads - 1` others, and returns when all are done.
  ///
  /// Own threads, because a dispatch queue gives none while the machine is busy, and because long
  /// work must not block a shared pool.
  private static func onThreads(_ threads: Int, _ body: @Sendable () -> Void) {
    withoutActuallyEscaping(body) { body in
      let started = (1..<threads).compactMap { _ in start(body) }
      body()
      for thread in started { pthread_join(thread, nil) }
    }
  }

  static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    final class Work {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    if status == 0 { return thread }
    unsafe work.release()
    return nil
  }

  /// The number of cores this process may use, at least 1.
  package static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

/// A flag that asks long work to stop at its next safe point.
package final class StopFlag: Sendable {
  private let raised = Atomic<Bool>(false)
  package init() {}
  package func raise() { raised.store(true, ordering: .relaxed) }
  package var isRaised: Bool { raised.load(ordering: .relaxed) }

  /// Throws `Interrupted` if the flag was raised.
  package func check() throws { if isRaised { throw Interrupted() } }
}

/// Thrown at a safe point after the user asked to stop; what is committed stays.
package struct Interrupted: Error, Equatable { package init() {} }
