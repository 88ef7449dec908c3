internal import Evaluation
internal import Foundations
package import Imaging
package import JSONText
package import Prompting
package import Schemas

/// What a run left behind, as its page needs it.
package struct RunMaterial: Sendable {
  package var title: String
  package var command: String
  package var facts: [Fact] = []
  /// In the order of the pipeline.
  package var stages: [StageCount] = []
  /// What the data is like, as stages counted and drew it.
  package var data: [DataView] = []
  /// The lines of the metrics files, by stage.
  package var metrics: [(stage: String, lines: [JSON])] = []
  package var search: SearchFigures?
  /// The evaluated questions.
  package var questions: [Question] = []
  package var evaluations: [EvaluationRecord] = []
  /// What the name of a model ends with that was asked with looks switched off.
  package var blindSuffix: String
  package var domain: Domain
  /// Of the bootstrap and of the choice of questions that are shown.
  package var seed: UInt64

  package init(
    title: String, command: String, domain: Domain, seed: UInt64, blindSuffix: String
  ) {
    self.title = title
    self.command = command
    self.domain = domain
    self.seed = seed
    self.blindSuffix = blindSuffix
  }
}

extension ReportContent {
  /// Scores the evaluations and chooses `shown` questions, the same for the same seed.
  ///
  /// Every question shows the first model beside the last. `picture` decodes a picture of the
  /// dataset. Throws what it throws, and a Fault where models answered different questions.
  package init(
    _ run: RunMaterial, shown: Int = 20, picture: (Medium) throws -> Picture
  ) throws {
    self.init(title: run.title, command: run.command)
    let kinds = Dictionary(run.questions.map { ($0.id, $0.answer.kindName) }) { first, _ in first }
    let sighted = run.evaluations.filter { !$0.model.hasSuffix(run.blindSuffix) }
    let blind = Dictionary(grouping: run.evaluations.filter { $0.model.hasSuffix(run.blindSuffix) })
    {
      String($0.model.dropLast(run.blindSuffix.count))
    }
    let board = try Scoreboard(sighted, seed: run.seed) { kinds[$0] }
    facts = run.facts
    results = board.models.map { score in
      ResultRow(score, withoutLooks: blind[score.model].map { ModelScore(model: score.model, $0) })
    }
    comparisons = board.comparisons
    if Set(board.cells.map(\.category)).count > 1 { categories = board.cells }
    search = run.search
    stages = run.stages
    data = run.data
    charts = try run.metrics.flatMap { try Chart.charts(stage: $0.stage, metrics: $0.lines) }
    questions = try Self.chosen(run, shown).map { question, records in
      let view = try picture(question.images[0])
      let traces = try records.map {
        try TraceView($0, domain: run.domain, original: view.size)
      }
      return QuestionView(question, picture: view, traces: traces)
    }
  }

  private static func chosen(
    _ run: RunMaterial, _ count: Int
  ) -> [(Question, [EvaluationRecord])] {
    var names: [String] = []
    for record in run.evaluations
    where !record.model.hasSuffix(run.blindSuffix) && !names.contains(record.model) {
      names.append(record.model)
    }
    guard let first = names.first, let last = names.last else { return [] }
    let models = first == last ? [first] : [first, last]
    let answers = Dictionary(grouping: run.evaluations.filter { models.contains($0.model) }) {
      $0.question
    }
    var random = CounterRandom(seed: run.seed).child("report")
    return random.shuffled(run.questions.filter { answers[$0.id] != nil }).prefix(count).map {
      ($0, answers[$0.id] ?? [])
    }
  }
}

extension Answer {
  /// What kind of answer is asked for, as people say it.
  fileprivate var kindName: String {
    switch self {
    case .option: "choose one of the options"
    case .text: "answer freely"
    case .pointInBox: "point at the place"
    }
  }
}
