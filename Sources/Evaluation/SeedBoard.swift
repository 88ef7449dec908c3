package import Foundations
package import JSONText
package import Schemas

/// The same models on the same questions in several runs that differ in their seed.
///
/// Intervals are drawn over pictures, with all questions on a picture and the answers of all runs:
/// they say how far other questions could move a mean, not how far other seeds could.
package struct SeedBoard: Sendable, Equatable {
  /// A model's accuracy, 0 to 1, by run and on average.
  package struct Score: Sendable, Equatable {
    package let model: String
    package let accuracies: [Double]
    package let meanLooks: Double
    package let interval: Interval

    package var mean: Double { accuracies.reduce(0, +) / Double(accuracies.count) }
  }

  /// What the second model is better by, -1 to 1, by run and on average.
  package struct Gain: Sendable, Equatable {
    package let first: String
    package let second: String
    package let differences: [Double]
    /// McNemar's exact p of every run.
    package let pValues: [Double]
    package let interval: Interval

    package var mean: Double { differences.reduce(0, +) / Double(differences.count) }
  }

  package let scores: [Score]
  package let gains: [Gain]

  /// Takes the models that are in all runs, and the comparisons that `boards` hold of them.
  ///
  /// - Parameters:
  ///   - runs: the records of every run, with the scoreboard of each in `boards`; not empty.
  ///   - seed: of the bootstrap.
  ///
  /// Throws a Fault if a model did not answer the same questions in every run.
  package init(
    _ runs: [[EvaluationRecord]], boards: [Scoreboard], seed: UInt64, resamples: Int = 10_000
  ) throws(Fault) {
    precondition(!runs.isEmpty && runs.count == boards.count, "a scoreboard for every run")
    let shared = boards[0].models.map(\.model).filter { model in
      boards.allSatisfy { $0.score(of: model) != nil }
    }
    // The questions of different runs are told apart, so that all can be in one list.
    let pooled = Dictionary(
      grouping: runs.enumerated().flatMap { run, records in
        records.map { record in
          var record = record
          record.question = "\(run)/\(record.question)"
          return record
        }
      }, by: \.model)
    var scores: [Score] = []
    for model in shared {
      try Self.checkQuestions(of: model, runs)
      let own = boards.compactMap { $0.score(of: model) }
      scores.append(
        Score(
          model: model, accuracies: own.map(\.accuracy.rate),
          meanLooks: own.map(\.meanLooks).reduce(0, +) / Double(own.count),
          interval: Self.interval(pooled[model] ?? [], resamples, seed)))
    }
    self.scores = scores
    var gains: [Gain] = []
    for pair in boards[0].comparisons {
      let pairs = boards.compactMap { $0.comparison(of: pair.first, with: pair.second) }
      guard pairs.count == boards.count else { continue }
      let all = try PairedComparison(
        first: pooled[pair.first] ?? [], second: pooled[pair.second] ?? [], seed: seed,
        resamples: resamples)
      gains.append(
        Gain(
          first: pair.first, second: pair.second, differences: pairs.map(\.difference),
          pValues: pairs.map(\.pValue), interval: all.interval))
    }
    self.gains = gains
  }

  private static func interval(
    _ records: [EvaluationRecord], _ resamples: Int, _ seed: UInt64
  ) -> Interval {
    let clusters = Dictionary(grouping: records) { $0.picture ?? $0.question }
    return Bootstrap.meanInterval(
      clusters: clusters.sorted { $0.key < $1.key }.map { $0.value.map { $0.isCorrect ? 1 : 0 } },
      resamples: resamples, seed: seed)
  }

  private static func checkQuestions(
    of model: String, _ runs: [[EvaluationRecord]]
  ) throws(Fault) {
    let asked = runs.map { Set($0.lazy.filter { $0.model == model }.map(\.question)) }
    guard let other = asked.first(where: { $0 != asked[0] }) else { return }
    let question = other.symmetricDifference(asked[0]).min() ?? ""
    throw Fault(
      "evaluation.unpaired",
      "model '\(model)' answered question '\(question)' in one run and not in another; "
        + "runs of several seeds must ask the same questions")
  }

  package var json: JSON {
    [
      "models": .array(
        scores.map {
          [
            "model": .string($0.model), "accuracies": .array($0.accuracies.map(JSON.measure)),
            "mean": .measure($0.mean), "interval": $0.interval.json,
            "mean_looks": .measure($0.meanLooks),
          ]
        }),
      "comparisons": .array(
        gains.map {
          [
            "first": .string($0.first), "second": .string($0.second),
            "differences": .array($0.differences.map(JSON.measure)), "mean": .measure($0.mean),
            "interval": $0.interval.json, "p_values": .array($0.pValues.map(JSON.measure)),
          ]
        }),
    ]
  }
}
