package import Evaluation
package import Pipelines

/// All that the page of a run shows; what is empty or nil leaves its section out.
package struct ReportContent: Sendable {
  /// The name of the run.
  package var title: String
  /// The command that makes this page again, from the pipeline file on.
  package var command: String
  /// Model, domain, seed, times, versions: in the order given.
  package var facts: [Fact] = []
  package var results: [ResultRow] = []
  package var comparisons: [PairedComparison] = []
  package var categories: [Scoreboard.Cell] = []
  package var search: SearchFigures?
  package var stages: [StageCount] = []
  package var data: [DataView] = []
  package var charts: [Chart] = []
  package var questions: [QuestionView] = []

  package init(title: String, command: String) {
    self.title = title
    self.command = command
  }
}

package struct Fact: Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// One model in the table of results.
package struct ResultRow: Sendable {
  package let score: ModelScore
  /// The same model on the same questions with looks switched off, where it was tried.
  package let withoutLooks: ModelScore?

  package init(_ score: ModelScore, withoutLooks: ModelScore? = nil) {
    self.score = score
    self.withoutLooks = withoutLooks
  }
}

/// What tree search found on the training questions, beside one greedy rollout of the same model.
package struct SearchFigures: Sendable {
  /// Questions whose tree holds a leaf with the right answer.
  package let rightLeaf: Proportion
  /// Questions that the greedy rollout answers correctly.
  package let greedy: Proportion

  package init(rightLeaf: Proportion, greedy: Proportion) {
    self.rightLeaf = rightLeaf
    self.greedy = greedy
  }
}

/// What became of the records that one stage took.
package struct StageCount: Sendable {
  /// How many records were left behind for one reason.
  package struct Tally: Sendable {
    package let reason: String
    package let count: Int

    package init(_ reason: String, _ count: Int) {
      self.reason = reason
      self.count = count
    }
  }

  package let stage: String
  package let taken: Int
  /// Records that went on.
  package let passed: Int
  package let dropped: [Tally]
  /// By the code of the fault.
  package let quarantined: [Tally]
  /// What else there is to say, such as `1 204 chains in 3 shards`; may be empty.
  package let note: String

  package init(
    _ stage: String, taken: Int, passed: Int, dropped: [Tally] = [], quarantined: [Tally] = [],
    note: String = ""
  ) {
    self.stage = stage
    self.taken = taken
    self.passed = passed
    self.dropped = dropped
    self.quarantined = quarantined
    self.note = note
  }

  package var droppedTotal: Int { dropped.reduce(0) { $0 + $1.count } }
  package var quarantinedTotal: Int { quarantined.reduce(0) { $0 + $1.count } }

  /// Records that the counts do not explain: 0 unless something was lost silently.
  package var unexplained: Int { taken - passed - droppedTotal - quarantinedTotal }
}

extension StageCount {
  /// What the engine counted, most frequent reasons first.
  package init(_ stage: String, _ counts: StageCounts, _ seconds: Seconds) {
    func sorted(_ tally: [String: Int]) -> [Tally] {
      tally.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { Tally($0.key, $0.value) }
    }
    let made = sorted(counts.made).map { "\(Decimal.grouped($0.count)) \($0.reason)" }
    let time = Decimal.text(seconds.wall, digits: 1) + " s"
    self.init(
      stage, taken: counts.input, passed: counts.output, dropped: sorted(counts.dropped),
      quarantined: sorted(counts.quarantined), note: (made + [time]).joined(separator: ", "))
  }
}
