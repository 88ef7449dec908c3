internal import Evaluation
internal import Foundations
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Rewards
internal import Schemas
internal import TraceSearch
internal import VisionLanguage

/// Asks models the questions of a split, greedily, with looks and without.
struct EvaluateStage: Stage {
  let name: String
  let settings: JSON
  let data: String?
  let split: String
  /// Questions asked, the first of the split; 0: all.
  let limit: Int
  let models: [String]
  let withoutLooks: Bool
  let sampling: SamplingOptions
  let pipeline: PipelineFile

  private static let cohort = 16

  var needs: [StageNeed] { [.records([.question, .rl], from: data)] + LoadedModel.needs(models) }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.evaluation)] }

  static let kind = StageCatalog.Kind(
    "evaluate", "asks models held-out questions"
  ) { request, settings throws(Fault) in
    let data = try settings.optionalString("data")
    let split = try settings.string("on", default: "test")
    let limit = try settings.int("questions", default: 0)
    let models = try settings.strings("compare", default: ["base", "sft", "grpo"])
    let withoutLooks = try settings.bool("without-looks", default: true)
    let sampling = SamplingOptions(
      temperature: try settings.double("temperature", default: 0),
      maxTokens: try settings.int("max-tokens", default: 120, in: 1...100_000))
    return EvaluateStage(
      name: request.name, settings: .object(settings.resolved), data: data, split: split,
      limit: limit,
      models: models, withoutLooks: withoutLooks, sampling: sampling, pipeline: request.pipeline)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    var questions = try RunData(context).questions(from: data, split: split)
    if limit > 0 { questions = Array(questions.prefix(limit)) }
    if questions.isEmpty { context.miss("no question is in the split \"\(split)\"") }
    let domain = try DomainCatalog.named(pipeline.domain)
    var records: [EvaluationRecord] = []
    for model in models {
      let loaded = try LoadedModel(model, pipeline.model, context)
      records += try ask(questions, loaded, model, domain, context)
      if withoutLooks && domain.dialect.zooms {
        records += try ask(
          questions, loaded, model + ModelName.blindSuffix, domain.withoutLooks, context)
      }
    }
    try RunData(context).leave(records)
    return StageCounts(input: questions.count, output: questions.count)
  }

  private func ask(
    _ questions: [Question], _ loaded: LoadedModel, _ model: String, _ domain: Domain,
    _ context: StageContext
  ) throws -> [EvaluationRecord] {
    let cohorts = questions.chunks(of: Self.cohort)
    let features = PictureFeatures(loaded.model)
    let data = RunData(context)
    let values = try context.units(cohorts.count, phase: model.replacing(" ", with: "-")) { unit in
      let asked = cohorts[unit.index]
      let pictures = try data.pictures(of: asked)
      let policy = LocalPolicy(loaded.model, loaded.tokenizer, features)
      let walks = try asked.map { try Walk($0, domain, pictures: pictures) }
      let ends = try Walk.finish(
        walks, policy, sampling, randoms: asked.map { unit.random.child($0.id) })
      return .array(try ends.map { try record($0, model, domain).json })
    }
    return try values.flatMap { try $0.asArray }.map { try EvaluationRecord(json: $0) }
  }

  private func record(
    _ walk: Walk, _ model: String, _ domain: Domain
  ) throws(Fault) -> EvaluationRecord {
    var verdict = try AnswerChecker(walk.question, domain).verdict(walk.answer)
    if case .failed(let reason) = walk.end { verdict = Verdict(isCorrect: false, reason: reason) }
    return EvaluationRecord(
      id: "\(walk.question.id)/\(model)", question: walk.question.id, model: model,
      segments: walk.segments, answer: walk.answer, isCorrect: verdict.isCorrect,
      reason: verdict.reason, zooms: walk.looks.count, points: walk.originalLooks,
      provenance: walk.question.provenance.adding(operator: "evaluate", version: "1"))
  }
}
