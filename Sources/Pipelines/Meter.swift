internal import Synchronization

/// Counts what is done of one phase for the watcher.
final class Meter: Sendable {
  private let context: StageContext
  private let stage: String
  private let total: Int?
  private let start = Seconds.now
  private let counters = Mutex(Counters())

  private struct Counters {
    var done = 0
    var readBack = 0
    /// Units: given by the input, begun, ended, and handed on.
    var pulled = 0
    var begun = 0
    var ended = 0
    var delivered = 0

    var queues: StageProgress.Queues? {
      pulled == 0 ? nil : StageProgress.Queues(waiting: pulled - begun, ready: ended - delivered)
    }
  }

  init(_ context: StageContext, phase: String, total: Int?) {
    self.context = context
    self.total = total
    stage = phase.isEmpty ? context.stage : "\(context.stage)/\(phase)"
  }

  func pull() { counters.withLock { $0.pulled += 1 } }
  func begin() { counters.withLock { $0.begun += 1 } }
  func deliver() { counters.withLock { $0.delivered += 1 } }

  func advance(_ count: Int, readBack: Bool) {
    let counters = counters.withLock { counters in
      counters.done += count
      counters.ended += 1
      if readBack { counters.readBack += count }
      return counters
    }
    context.tell(
      .advanced(
        StageProgress(
          stage: stage, done: counters.done, total: total, readBack: counters.readBack,
          seconds: (Seconds.now - start).wall, queues: counters.queues)))
  }
}
