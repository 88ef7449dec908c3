internal import Foundations
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Rewards
internal import Schemas
internal import TraceSearch
internal import Training
internal import VisionLanguage

/// Multi-turn GRPO with zoom turns.
struct GRPOStage: Stage {
  let name: String
  let settings: JSON
  let data: String?
  let model: String
  let split: String
  let group: Int
  let questionsPerStep: Int
  let steps: Int
  let reward: RewardSum
  let sampling: SamplingOptions
  let groups: GroupSettings
  /// Every how many steps all rollouts are kept as records; 0: never.
  let keepRollouts: Int
  let pipeline: PipelineFile

  /// Questions sampled side by side: fixed, so that batches do not depend on the workers.
  private static let cohort = 4

  var needs: [StageNeed] { [.records([.question, .rl], from: data)] + LoadedModel.needs([model]) }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.rollout), .checkpoint] }

  static let kind = StageCatalog.Kind(
    "grpo", "trains the model by group-relative reinforcement learning"
  ) { request, settings throws(Fault) in
    let data = try settings.optionalString("data")
    let model = try settings.string("model", default: "sft")
    let split = try settings.string("split", default: "train")
    let group = try settings.int("group", default: 8, in: 2...1024)
    let perStep = try settings.int("questions-per-step", default: 16, in: 1...10_000)
    let steps = try settings.int("steps", default: 200, in: 1...1_000_000)
    let reward = try RewardCatalog.preset(
      settings.choice("reward", of: RewardCatalog.presets.map(\.name), default: "vigorl-multi-turn")
    )
    let sampling = SamplingOptions(
      temperature: try settings.double("temperature", default: 1),
      topP: try settings.double("top-p", default: 1, in: 0.01...1),
      maxTokens: try settings.int("max-tokens", default: 120, in: 1...100_000))
    let lossName = try settings.choice(
      "loss", of: PolicyLoss.catalog.map(\.name), default: "vigorl")
    var loss = PolicyLoss.named(lossName) ?? PolicyLoss()
    let kl = try settings.double("kl", default: loss.penalty?.coefficient ?? 0)
    loss.penalty = kl > 0 ? PolicyLoss.Penalty(.k3, kl) : nil
    let rate = try settings.double("rate", default: 1e-4)
    let warmup = try settings.share("warmup", default: 0.05)
    var groups = GroupSettings(
      loss: loss,
      schedule: Schedule(
        .constant, peak: rate, steps: steps, warmup: Schedule.warmup(share: warmup, of: steps)))
    groups.temperature = sampling.temperature
    groups.optimizer.clip = try settings.double("clip-norm", default: 1)
    groups.optimizer.weightDecay = Float(try settings.double("weight-decay", default: 0.01))
    let keepRollouts = try settings.int("keep-rollouts", default: 20)
    return GRPOStage(
      name: request.name, settings: .object(settings.resolved), data: data, model: model,
      split: split, group: group, questionsPerStep: perStep, steps: steps, reward: reward,
      sampling: sampling, groups: groups, keepRollouts: keepRollouts,
      pipeline: request.pipeline)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let questions = try data.questions(from: self.data, split: split)
    guard !questions.isEmpty else {
      throw Fault("grpo.empty", "no question to train on is in the split \"\(split)\"")
    }
    let domain = try DomainCatalog.named(pipeline.domain)
    let loaded = try LoadedModel(model, pipeline.model, context)
    let features = PictureFeatures(loaded.model)
    let reference = loaded.model.copy()
    let learner = GroupTrainer(
      loaded.model, reference: reference, groups, ChainTree(loaded.tokenizer, features),
      workers: context.workers)
    let order = Order(count: questions.count, random: context.random.child("order"))
    let slices = TrainingSlices(context: context, steps: steps, size: 10)
    let (metrics, records) = try slices.run(loaded.model, learner.optimizer) { step in
      let asked = (0..<questionsPerStep).map { questions[order[step * questionsPerStep + $0]] }
      let cohorts = asked.chunks(of: Self.cohort)
      let sampled = try Lanes.map(cohorts.count, workers: context.workers) { cohort in
        let policy = LocalPolicy(loaded.model, loaded.tokenizer, features)
        return try sample(
          cohorts[cohort], policy, domain, data.pictures(of: cohorts[cohort]),
          context.random.child("rollouts").child(step).child(cohort))
      }.flatMap { $0 }
      let result = try learner.advance(sampled.map(\.group))
      let isKept = keepRollouts > 0 && step % keepRollouts == 0
      return TrainingSlices.Step(
        metrics: report(result, sampled),
        records: isKept ? self.records(of: sampled, result, step) : [])
    }
    try data.leave(try records.map { try RolloutRecord(json: $0) })
    try loaded.save(loaded.model, context)
    context.keep(["steps": .integer(steps), "last": metrics.last ?? .null])
    return StageCounts(input: questions.count, output: questions.count)
  }

  private struct Sampled: Sendable {
    let question: Question
    let group: RolloutGroup
    let outcomes: [RewardSum.Outcome]
    /// One for every rollout; nil where it ended without.
    let answers: [String?]
    let truncated: [Bool]
    let right: Int
    let looks: Int
  }

  private func sample(
    _ questions: [Question], _ policy: LocalPolicy, _ domain: Domain, _ pictures: [String: [UInt8]],
    _ random: CounterRandom
  ) throws -> [Sampled] {
    var walks: [Walk] = []
    var randoms: [CounterRandom] = []
    for (index, question) in questions.enumerated() {
      let root = try Walk(question, domain, pictures: pictures)
      for rollout in 0..<group {
        walks.append(root)
        randoms.append(random.child(index).child(rollout))
      }
    }
    let ends = try Walk.finish(walks, policy, sampling, randoms: randoms)
    return try questions.indices.map { index in
      let own = Array(ends[index * group..<(index + 1) * group])
      let task = try RewardTask(questions[index], domain)
      let outcomes = reward.outcomes(own.map { RewardSample($0.segments, domain) }, task)
      return Sampled(
        question: questions[index],
        group: RolloutGroup(
          pictures: pictures, rollouts: own.map(\.segments), rewards: outcomes.map(\.total)),
        outcomes: outcomes, answers: own.map(\.answer),
        truncated: own.map(\.isTruncated),
        right: own.count { task.checker.verdict($0.answer).isCorrect },
        looks: own.reduce(0) { $0 + $1.looks.count })
    }
  }

  /// All rollouts of a step, with what their loss is computed from.
  private func records(
    of sampled: [Sampled], _ result: GroupMetrics, _ step: Int
  ) -> [JSON] {
    zip(sampled, result.advantages).enumerated().flatMap { place, pair in
      let (sampled, advantages) = pair
      return advantages.indices.map { rollout in
        let question = sampled.question
        let group = "\(step)/\(place)"
        return RolloutRecord(
          id: "\(group)/\(rollout)", question: question.id, group: group, sample: rollout,
          policyStep: step, segments: sampled.group.rollouts[rollout],
          answer: sampled.answers[rollout], isTruncated: sampled.truncated[rollout],
          rewards: sampled.outcomes[rollout].terms, total: sampled.outcomes[rollout].total,
          advantage: advantages[rollout],
          settings: Settings([
            "temperature": .measure(sampling.temperature), "top_p": .measure(sampling.topP),
            "max_tokens": .integer(sampling.maxTokens),
          ]), provenance: question.provenance.adding(operator: name, version: "1")
        ).json
      }
    }
  }

  private func report(_ result: GroupMetrics, _ sampled: [Sampled]) -> JSON {
    let count = Double(sampled.count * group)
    func share(_ total: Int) -> JSON { .measure(Double(total) / count) }
    let rewards = sampled.flatMap(\.group.rewards)
    var metrics: JSONObject = [
      "step": .integer(result.step),
      "reward": .measure(rewards.reduce(0, +) / count),
      "rewards/accuracy": share(sampled.reduce(0) { $0 + $1.right }),
      "looks": share(sampled.reduce(0) { $0 + $1.looks }),
      "malformed": share(sampled.reduce(0) { $0 + $1.answers.count { $0 == nil } }),
      "frac_reward_zero_std": .measure(result.flatGroups),
      "loss": .measure(result.loss), "entropy": .measure(result.entropy),
      "grad_norm": .measure(result.gradientNorm), "learning_rate": .measure(result.rate),
      "sampling/sampling_logp_difference/max": .measure(result.mismatch),
      "num_tokens": .integer(result.tokens),
    ]
    for (name, value) in result.policy.named { metrics[name] = .measure(value) }
    return .object(metrics)
  }
}
