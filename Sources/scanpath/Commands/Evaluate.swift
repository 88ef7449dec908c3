internal import ArgumentParser
internal import Evaluation
internal import Foundations
internal import JSONText

/// `scanpath evaluate`: what runs came to, from their evaluation records.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Scores and compares models from the evaluation records of runs.",
    discussion: """
      Models are compared question by question. Sources with the same models count as runs with \
      several seeds, and means over them are given too; sources with other models join the first \
      run that lacks them.

      Example: scanpath evaluate runs/warmstart-then-rl
      """)

  @Argument(
    help: "Run folders, record files or datasets with evaluation records.", completion: .file())
  var sources: [String]

  @Flag(help: "Print the scores and comparisons as JSON.")
  var json = false

  func run() throws {
    let runs = Self.joined(try sources.map(EvaluationSource.init))
    let seed = runs[0].compactMap(\.seed).first ?? 1
    let records = runs.map { $0.flatMap(\.records) }
    let boards = try records.map {
      try Scoreboard($0, seed: seed, compares: ModelName.areComparable)
    }
    let means = boards.count > 1 ? try SeedBoard(records, boards: boards, seed: seed) : nil
    if json {
      Output.result(Self.json(runs, boards, means))
    } else {
      Output.result(Self.text(runs, boards, means))
    }
  }

  /// Every source in the first run that has none of its models yet.
  private static func joined(_ sources: [EvaluationSource]) -> [[EvaluationSource]] {
    var runs: [[EvaluationSource]] = []
    for source in sources {
      let place = runs.firstIndex { $0.allSatisfy { $0.models.isDisjoint(with: source.models) } }
      if let place { runs[place].append(source) } else { runs.append([source]) }
    }
    return runs
  }

  private static func text(
    _ runs: [[EvaluationSource]], _ boards: [Scoreboard], _ means: SeedBoard?
  ) -> String {
    var lines: [String] = []
    for (run, board) in zip(runs, boards) {
      if boards.count > 1 { lines.append(run.map(\.path).joined(separator: " ")) }
      lines += EvaluationText.lines(board)
      if boards.count > 1 { lines.append("") }
    }
    if let means {
      lines.append("mean over \(runs.count) runs")
      lines += EvaluationText.lines(means)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func json(
    _ runs: [[EvaluationSource]], _ boards: [Scoreboard], _ means: SeedBoard?
  ) -> JSON {
    let runs = zip(runs, boards).map { run, board -> JSON in
      [
        "sources": .array(run.map { .string($0.path) }),
        "models": .array(board.models.map(\.json)),
        "comparisons": .array(board.comparisons.map(\.json)),
      ]
    }
    return ["runs": .array(runs), "mean": means?.json ?? .null]
  }
}
