internal import Synchronization

/// Counts what is done of one phase for the watcher.
final class Meter: Sendable {
  private let context: StageContext
  private let stage: String
  private let total: Int?
  private let start = Seconds.now
  private let counters = Mutex((done: 0, readBack: 0))

  init(_ context: StageContext, phase: String, total: Int?) {
    self.context = context
    self.total = total
    stage = phase.isEmpty ? context.stage : "\(context.stage)/\(phase)"
  }

  func advance(_ count: Int, readBack: Bool) {
    let (done, before) = counters.withLock { counters in
      counters.done += count
      if readBack { counters.readBack += count }
      return counters
    }
    context.tell(
      .advanced(
        StageProgress(
          stage: stage, done: done, total: total, readBack: before,
          seconds: (Seconds.now - start).wall)))
  }
}
