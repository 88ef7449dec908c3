internal import Foundations
internal import JSONText
internal import Pipelines
internal import Schemas
internal import Training
internal import VisionLanguage

/// The supervised warm start on chains.
struct SFTStage: Stage {
  let name: String
  let settings: JSON
  let data: String?
  let model: String
  let epochs: Int
  let supervised: SupervisedSettings
  let pipeline: PipelineFile

  var needs: [StageNeed] { [.records([.sft], from: data)] + LoadedModel.needs([model]) }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.checkpoint] }

  static let kind = StageCatalog.Kind(
    "sft", "warm-starts the model on chains"
  ) { request, settings throws(Fault) in
    let data = try settings.optionalString("data")
    let model = try settings.string("model", default: "base")
    let epochs = try settings.int("epochs", default: 3, in: 1...1000)
    var supervised = SupervisedSettings()
    supervised.rate = try settings.double("rate", default: 3e-4)
    supervised.batch = try settings.int("batch", default: 16, in: 1...100_000)
    supervised.microBatch = try settings.int("micro-batch", default: 2, in: 1...100_000)
    supervised.warmup = try settings.share("warmup", default: 0.03)
    supervised.finalRate = try settings.share("final-rate", default: 0)
    supervised.optimizer.weightDecay = Float(try settings.double("weight-decay", default: 0.01))
    supervised.frozen = ["visual."]
    return SFTStage(
      name: request.name, settings: .object(settings.resolved), data: data, model: model,
      epochs: epochs, supervised: supervised, pipeline: request.pipeline)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let records: [SFTRecord] = try data.records(from: self.data)
    let loaded = try LoadedModel(model, pipeline.model, context)
    if records.isEmpty {
      context.miss("there is no chain to learn from, so the model stays as it was")
      try loaded.save(loaded.model, context)
      context.keep(["steps": 0, "last": .null])
      return StageCounts()
    }
    let chains = ChainTree(loaded.tokenizer, PictureFeatures(loaded.model))
    let trees = try Lanes.map(records.count, workers: context.workers) { index in
      try chains.merged(
        records[index].chains.map(\.segments),
        pictures: data.pictures(of: [records[index].question]))
    }
    var supervised = supervised
    supervised.batch = min(supervised.batch, trees.count)
    supervised.steps = max(1, epochs * trees.count / supervised.batch)
    let trainer = SupervisedTrainer(loaded.model, supervised, workers: context.workers)
    let order = Order(count: trees.count, random: context.random.child("order"))
    let slices = TrainingSlices(context: context, steps: supervised.steps, size: 20)
    let (metrics, _) = try slices.run(loaded.model, trainer.optimizer) { step in
      let picked = (0..<supervised.batch).map { order[step * supervised.batch + $0] }
      let metrics = try trainer.advance { trees[picked[$0]] }
      return TrainingSlices.Step(metrics: [
        "step": .integer(metrics.step), "loss": .measure(metrics.loss),
        "entropy": .measure(metrics.entropy), "grad_norm": .measure(metrics.gradientNorm),
        "learning_rate": .measure(metrics.rate), "num_tokens": .integer(metrics.tokens),
        "learned_tokens": .integer(metrics.learnedTokens),
      ])
    }
    try loaded.save(loaded.model, context)
    context.keep(["steps": .integer(supervised.steps), "last": metrics.last ?? .null])
    return StageCounts(input: records.count, output: records.count)
  }
}

/// An endless order of `count` things: epoch after epoch, each a new permutation.
struct Order: Sendable {
  let count: Int
  let random: CounterRandom

  /// What stands at a place, counted from 0 over all epochs.
  subscript(place: Int) -> Int {
    var draws = random.child(place / count)
    return draws.shuffled(Array(0..<count))[place % count]
  }
}
