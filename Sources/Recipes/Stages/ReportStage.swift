internal import Evaluation
internal import Foundations
internal import Imaging
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Reports
internal import Schemas

/// Writes `report/index.html` from what the stages before it left.
struct ReportStage: Stage {
  let name: String
  let settings: JSON
  /// The stage whose questions were evaluated, and the stage that evaluated them.
  let data: String?
  let evaluation: String?
  /// Questions shown with their traces.
  let shown: Int
  let pipeline: PipelineFile

  static let kind = StageCatalog.Kind(
    "report", "writes the page of the run"
  ) { request, settings throws(Fault) in
    try ReportStage(name: request.name, pipeline: request.pipeline, &settings)
  }

  init(name: String, pipeline: PipelineFile, _ settings: inout SettingsReader) throws(Fault) {
    self.name = name
    self.pipeline = pipeline
    data = try settings.optionalString("data")
    evaluation = try settings.optionalString("evaluation")
    shown = try settings.int("questions", default: 20, in: 0...1000)
    self.settings = .object(settings.resolved)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    try context.write(try page(context), as: "report/index.html")
    return StageCounts()
  }

  /// The page, from what the stages before this one left.
  func page(_ context: StageContext) throws -> [UInt8] {
    let run = try material(context)
    let files = RunData(context)
    let content = try ReportContent(run, shown: shown) { image in
      try Picture.decode(files.picture(image.sha256))
    }
    return ReportPage(content).bytes
  }

  private func material(_ context: StageContext) throws -> RunMaterial {
    var run = RunMaterial(
      title: pipeline.name, command: "scanpath run \(pipeline.file)",
      domain: try DomainCatalog.named(pipeline.domain), seed: pipeline.seed,
      blindSuffix: ModelName.blindSuffix)
    for stage in context.earlier {
      guard let counts = context.counts(of: stage) else { continue }
      run.stages.append(StageCount(stage, counts, context.seconds(of: stage) ?? Seconds()))
      let path = context.folder.path("metrics/\(stage).jsonl")
      if Files.exists(path) {
        run.metrics.append((stage, try JSONLines.parse(Files.read(path), file: path)))
      }
      run.search = Self.search(counts) ?? run.search
    }
    run.data = try DataView.left(before: context)
    let seconds = context.earlier.compactMap { context.seconds(of: $0)?.wall }.reduce(0, +)
    run.facts = [
      Fact("Domain", pipeline.domain), Fact("Seed", String(pipeline.seed)),
      Fact("Time", Seconds.text(seconds)),
    ]
    let files = RunData(context)
    if let records: [EvaluationRecord] = try? files.records(from: evaluation) {
      run.questions = try files.questions(from: data)
      run.evaluations = records
    }
    return run
  }

  /// What a search stage made, under the names it counts by.
  private static func search(_ counts: StageCounts) -> SearchFigures? {
    guard let leaf = counts.made["trees with a right leaf"],
      let greedy = counts.made["right greedy rollouts"]
    else { return nil }
    return SearchFigures(
      rightLeaf: Proportion(successes: leaf, of: counts.input),
      greedy: Proportion(successes: greedy, of: counts.input))
  }
}
