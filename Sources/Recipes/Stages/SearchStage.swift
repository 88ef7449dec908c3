internal import Foundations
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Rewards
internal import Schemas
internal import TraceSearch
internal import VisionLanguage

/// Grows a search tree for every training question.
struct SearchStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let split: String
  let limit: Int
  let search: SearchSettings
  let pipeline: PipelineFile

  /// Questions whose trees grow side by side: one unit of work.
  private static let cohort = 12

  var needs: [StageNeed] { [.records([.question, .rl], from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.tree)] }

  static let kind = StageCatalog.Kind(
    "search", "grows a tree of grounded reasoning for every question"
  ) { request, settings throws(Fault) in
    let preset = try settings.choice("preset", of: ["paper", "code"], default: "paper")
    var search = preset == "paper" ? SearchSettings.paper : SearchSettings.code
    search.simulations = try settings.int(
      "simulations", default: search.simulations, in: 1...10_000)
    search.children = try settings.int("children", default: search.children, in: 1...64)
    search.rollouts = try settings.int("rollouts", default: search.rollouts, in: 1...64)
    search.depth = try settings.int("depth", default: search.depth, in: 1...100)
    search.exploration = try settings.double("exploration", default: search.exploration)
    search.noveltyRadius = try settings.double("novelty-px", default: search.noveltyRadius)
    search.sampling = SamplingOptions(
      temperature: try settings.double("temperature", default: 1),
      topP: try settings.double("top-p", default: 1, in: 0.01...1),
      maxTokens: try settings.int("max-tokens", default: 120, in: 1...100_000),
      // For a model that does not know the dialect yet: chains teach it forced beginnings too.
      forcedPrefix: try settings.string("opening", default: ""))
    let early = try settings.int("stop-after-success", default: 0)
    search.stopAfterSuccess = early == 0 ? nil : early
    let zoom = try settings.bool("zoom", default: true)
    let from = try settings.optionalString("from")
    let split = try settings.string("split", default: "train")
    let limit = try settings.int("questions", default: 0)
    return SearchStage(
      name: request.name, settings: .object(settings.resolved), from: from, split: split,
      limit: limit, search: search, pipeline: request.pipeline, zoom: zoom)
  }

  let zoom: Bool

  init(
    name: String, settings: JSON, from: String?, split: String, limit: Int, search: SearchSettings,
    pipeline: PipelineFile, zoom: Bool
  ) {
    self.name = name
    self.settings = settings
    self.from = from
    self.split = split
    self.limit = limit
    self.search = search
    self.pipeline = pipeline
    self.zoom = zoom
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    var questions = try data.questions(from: from, split: split)
    if limit > 0 { questions = Array(questions.prefix(limit)) }
    if questions.isEmpty { context.miss("no question is in the split \"\(split)\"") }
    let named = try DomainCatalog.named(pipeline.domain)
    let domain = zoom ? named : named.withoutLooks
    let loaded = try LoadedModel(pipeline.model)
    let features = PictureFeatures(loaded.model)
    let cohorts = questions.chunks(of: Self.cohort)
    let search = TreeSearch(search) { question, answer in
      (try? AnswerChecker(question, domain).verdict(answer).isCorrect) == true ? 1 : 0
    }
    let values = try context.units(cohorts.count) { unit in
      let asked = cohorts[unit.index]
      let pictures = try data.pictures(of: asked)
      let policy = LocalPolicy(loaded.model, loaded.tokenizer, features)
      let walks = try asked.map { try Walk($0, domain, pictures: pictures) }
      let greedy = try Walk.finish(
        walks, policy, SamplingOptions(temperature: 0, maxTokens: self.search.sampling.maxTokens),
        randoms: asked.map { _ in unit.random })
      let roots = try asked.map { try Walk($0, domain, pictures: pictures) }
      let trees = try search.run(roots, policy, random: context.random)
      unit.counts.input = trees.count
      unit.counts.output = trees.count
      for tree in trees {
        unit.counts.make("nodes", tree.nodes.count)
        unit.counts.make("trees with a right leaf", tree.hasRightLeaf ? 1 : 0)
        for (reason, count) in tree.dropped { unit.counts.make("dropped child: \(reason)", count) }
      }
      unit.counts.make(
        "right greedy rollouts",
        greedy.count { walk in walk.answer.map { search.judge(walk.question, $0) == 1 } ?? false })
      return .array(
        trees.map {
          $0.record($0.question.provenance.adding(operator: "search", version: "1"))
            .withoutLogProbabilities.json
        })
    }
    let trees = try values.flatMap { try $0.asArray }.map { try TreeRecord(json: $0) }
    try data.leave(trees)
    return context.counts
  }
}

extension TreeRecord {
  /// Trees are for linearising; what the sampler thought of every token is left to rollouts.
  fileprivate var withoutLogProbabilities: TreeRecord {
    func bare(_ segments: [Segment]) -> [Segment] {
      segments.map { segment in
        var segment = segment
        segment.logProbabilities = nil
        return segment
      }
    }
    var copy = self
    for index in copy.nodes.indices {
      copy.nodes[index].segments = bare(copy.nodes[index].segments)
      for rollout in copy.nodes[index].rollouts.indices {
        copy.nodes[index].rollouts[rollout].segments = bare(
          copy.nodes[index].rollouts[rollout].segments)
      }
    }
    return copy
  }
}
