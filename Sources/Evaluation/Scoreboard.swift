package import Foundations
package import JSONText
package import Schemas

/// Several models on the same questions: scores, differences, and both by category.
package struct Scoreboard: Sendable, Equatable {
  /// The score of one model on the questions of one category.
  package struct Cell: Sendable, Equatable {
    package let category: String
    package let score: ModelScore
  }

  /// In the order in which the models first appear.
  package let models: [ModelScore]
  /// Every later model against every earlier one it is compared with.
  package let comparisons: [PairedComparison]
  /// By category in alphabetical order, then by model as above; empty without categories.
  package let cells: [Cell]

  /// Scores records of any number of models.
  ///
  /// - Parameters:
  ///   - seed: of the bootstrap.
  ///   - resamples: of the bootstrap, per comparison.
  ///   - category: what a question counts under, given its id; `nil` leaves it out of the table.
  ///   - compares: whether an earlier and a later model are compared.
  ///
  /// Throws a Fault where `PairedComparison` does.
  package init(
    _ records: [EvaluationRecord], seed: UInt64, resamples: Int = 10_000,
    category: (String) -> String? = { _ in nil },
    compares: (String, String) -> Bool = { _, _ in true }
  ) throws(Fault) {
    let groups = Dictionary(grouping: records, by: \.model)
    var seen: Set<String> = []
    let names = records.map(\.model).filter { seen.insert($0).inserted }
    let ordered = names.map { groups[$0] ?? [] }
    models = zip(names, ordered).map { ModelScore(model: $0, $1) }
    var comparisons: [PairedComparison] = []
    for (index, later) in ordered.enumerated() {
      for (name, earlier) in zip(names, ordered[..<index])
      where compares(name, names[index]) {
        comparisons.append(
          try PairedComparison(first: earlier, second: later, seed: seed, resamples: resamples))
      }
    }
    self.comparisons = comparisons
    let cells = zip(names, ordered).flatMap { name, records in
      Dictionary(grouping: records) { category($0.question) }.compactMap { group, records in
        group.map { Cell(category: $0, score: ModelScore(model: name, records)) }
      }
    }
    let rank = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    self.cells = cells.sorted {
      ($0.category, rank[$0.score.model, default: 0])
        < ($1.category, rank[$1.score.model, default: 0])
    }
  }

  package func score(of model: String) -> ModelScore? { models.first { $0.model == model } }

  package func comparison(of first: String, with second: String) -> PairedComparison? {
    comparisons.first { $0.first == first && $0.second == second }
  }

  package var json: JSON {
    [
      "models": .array(models.map(\.json)), "comparisons": .array(comparisons.map(\.json)),
      "categories": .array(
        cells.map { ["category": .string($0.category), "score": $0.score.json] }),
    ]
  }
}
