package import JSONText

/// What a run tells while it goes on, for people to watch.
package enum RunEvent: Sendable {
  /// The stage had finished before and nothing it depends on has changed.
  case skipped(stage: String)
  case started(stage: String)
  case advanced(StageProgress)
  /// A line of the stage's own, such as a training step's loss.
  case note(stage: String, text: String)
  case finished(StageSummary)
}

/// How far a phase of a stage is.
package struct StageProgress: Sendable, Equatable {
  package let stage: String
  /// Units or records that are done, those read back from an earlier attempt included.
  package let done: Int
  /// nil: not known before the end.
  package let total: Int?
  /// What was done before this attempt.
  package let readBack: Int
  /// Since the phase began in this attempt.
  package let seconds: Double
  /// nil: the phase does not stream.
  package let queues: Queues?

  /// Pieces of the input that are in memory and that nobody works on.
  ///
  /// Many waiting: the workers are the narrow place; none waiting and none ready: the input is; many
  /// ready: one slow piece, or what takes the results in their order.
  package struct Queues: Sendable, Equatable {
    /// For a worker.
    package let waiting: Int
    /// For their turn to be handed on.
    package let ready: Int
  }

  package init(
    stage: String, done: Int, total: Int?, readBack: Int, seconds: Double, queues: Queues? = nil
  ) {
    self.stage = stage
    self.done = done
    self.total = total
    self.readBack = readBack
    self.seconds = seconds
    self.queues = queues
  }

  /// Things done per second in this attempt, or `nil` before the first one is done.
  package var rate: Double? {
    done > readBack && seconds > 0 ? Double(done - readBack) / seconds : nil
  }

  /// Seconds to go at that rate.
  package var remaining: Double? {
    guard let rate, let total else { return nil }
    return Double(total - done) / rate
  }

  /// `dedup: 120 of 480 (25 %), 3.2/s, 1 min 52 s left, queues 3 in, 0 out`.
  package var text: String {
    var text = "\(stage): \(done)"
    if let total { text += " of \(total) (\(total == 0 ? 100 : done * 100 / total) %)" }
    if let rate {
      let digits = rate < 10 ? 10.0 : 1
      let shown = (rate * digits).rounded() / digits
      text += rate < 0.1 ? ", \(Seconds.text(1 / rate)) each" : ", \(shown)/s"
    }
    if let remaining, done < total ?? 0 { text += ", \(Seconds.text(remaining)) left" }
    if let queues, done < total ?? .max {
      text += ", queues \(queues.waiting) in, \(queues.ready) out"
    }
    return text
  }
}

/// What one stage came to.
package struct StageSummary: Sendable, Equatable {
  package let stage: String
  /// Whether an earlier run had finished it.
  package let wasSkipped: Bool
  package let counts: StageCounts
  package let misses: [String]
  package let seconds: Seconds
  /// The most memory held during the stage; nil where more had been held before.
  package let peakBytes: Int?

  init(_ entry: LedgerEntry, wasSkipped: Bool) {
    stage = entry.stage
    self.wasSkipped = wasSkipped
    counts = entry.counts ?? StageCounts()
    misses = entry.misses
    seconds = entry.seconds
    peakBytes = entry.peakBytes
  }

  /// `{stage, done_before, counts, misses, wall_seconds, cpu_seconds, peak_bytes}`.
  package var json: JSON {
    [
      "stage": .string(stage), "done_before": .bool(wasSkipped), "counts": counts.json,
      "misses": .array(misses.map { .string($0) }), "wall_seconds": .number(seconds.wall),
      "cpu_seconds": .number(seconds.cpu), "peak_bytes": peakBytes.map { .integer($0) } ?? .null,
    ]
  }
}
