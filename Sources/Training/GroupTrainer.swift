internal import Autograd
internal import Foundations
package import Schemas
internal import TensorCore
package import VisionLanguage

/// How groups of rollouts are learned from.
package struct GroupSettings: Sendable, Equatable {
  package var loss: PolicyLoss
  package var advantage = AdvantageRule(.group)
  package var schedule: Schedule
  package var optimizer = OptimizerSettings()
  /// At which rollouts were sampled; logits are divided by it.
  package var temperature = 1.0
  package var lanes = 2
  /// Token trees that share one pass.
  package var microBatch = 2
  package var frozen = ["visual."]
  /// Largest difference allowed between the sampler's log-probabilities and the trainer's.
  package var tolerance = 1e-4

  package init(loss: PolicyLoss, schedule: Schedule) {
    self.loss = loss
    self.schedule = schedule
  }
}

/// The rollouts of one question in one step.
package struct RolloutGroup: Sendable {
  package var pictures: [String: [UInt8]]
  /// Prompt, turns and observations of every rollout, with the sampler's log-probabilities.
  package var rollouts: [[Segment]]
  package var rewards: [Double]

  package init(pictures: [String: [UInt8]], rollouts: [[Segment]], rewards: [Double]) {
    precondition(rollouts.count == rewards.count, "a reward for every rollout")
    self.pictures = pictures
    self.rollouts = rollouts
    self.rewards = rewards
  }
}

/// What a step of group-relative learning reports.
package struct GroupMetrics: Sendable {
  /// Counted from 1.
  package let step: Int
  package let loss: Double
  package let gradientNorm: Double
  package let rate: Double
  /// Clip ratios, kl and entropy by the names that TRL's users know.
  package let policy: PolicyMetrics
  package let entropy: Double
  /// Share of groups whose rollouts all earned the same.
  package let flatGroups: Double
  /// Largest absolute difference between recorded and recomputed log-probabilities.
  package let mismatch: Double
  package let tokens: Int
  package let advantages: [[Double]]
}

/// Group-relative policy optimisation (GRPO): one update per batch of groups, so that the policy that
/// is trained is the one that sampled.
package final class GroupTrainer {
  package let model: Model
  package let settings: GroupSettings
  package let optimizer: Optimizer
  /// The frozen policy of the KL penalty.
  private let reference: Model?
  private let chains: ChainTree
  private let gradients: ParallelGradients
  private let workers: Int

  package init(
    _ model: Model, reference: Model?, _ settings: GroupSettings, _ chains: ChainTree, workers: Int
  ) {
    precondition(settings.loss.penalty == nil || reference != nil, "a KL penalty wants a reference")
    self.model = model
    self.reference = settings.loss.penalty == nil ? nil : reference
    self.settings = settings
    self.chains = chains
    self.workers = workers
    optimizer = Optimizer(settings.optimizer, model.parameters, frozen: settings.frozen)
    gradients = ParallelGradients(model, lanes: settings.lanes, workers: workers)
  }

  /// One update from the groups of a step.
  ///
  /// - Throws: `grpo.mismatch` if recorded log-probabilities are not those recomputed.
  package func advance(_ groups: [RolloutGroup]) throws -> GroupMetrics {
    let advantages = settings.advantage.advantages(of: groups.map { $0.rewards.map { $0 } })
    let size = StepSize(trained: groups.flatMap { $0.rollouts.map(Self.trainedTokens) })
    let batches = stride(from: 0, to: groups.count, by: settings.microBatch).map {
      Array($0..<min($0 + settings.microBatch, groups.count))
    }
    let chains = chains
    let trees = try Lanes.map(groups.count, workers: workers) {
      try chains.group(groups[$0].rollouts, pictures: groups[$0].pictures)
    }
    let image = Int32(model.configuration.tokens.image)
    let (reference, loss, temperature) = (reference, settings.loss, Float(settings.temperature))
    let (gradient, reports) = try gradients.run(
      batches.map { batch in
        { @Sendable in PackedTrees(batch.map { trees[$0].tree }, image: image) }
      }, temperature: temperature
    ) { index, packed, logs, entropies, _ in
      let batch = batches[index]
      let frozen = reference.map { packed.values($0, temperature: temperature) }
      var sequences = StepSequences(batch.map { groups[$0] }, batch.map { advantages[$0] })
      for (row, origin) in packed.origins.enumerated() {
        guard let owner = trees[batch[origin.tree]].owners[origin.node] else { continue }
        sequences.append(
          tree: origin.tree, rollout: owner, row: row, policy: Double(logs[row]),
          reference: frozen.map { Double($0[row]) })
      }
      let (seeds, result, mismatch) = sequences.evaluate(loss, size, rows: packed.rows.count)
      return .init(
        seeds: seeds,
        report: (
          result: result, mismatch: mismatch, entropy: entropies.reduce(0.0) { $0 + Double($1) },
          tokens: packed.ids.count
        ))
    }
    let mismatch = reports.reduce(0) { max($0, $1.mismatch) }
    guard mismatch < settings.tolerance else {
      throw Fault(
        "grpo.mismatch",
        "recorded and recomputed log-probabilities differ by \(mismatch), more than "
          + "\(settings.tolerance): sampler and trainer do not see the same")
    }
    let rate = settings.schedule.rate(at: optimizer.step)
    let norm = try optimizer.update(gradient, rate: rate, workers: workers)
    var policy = PolicyMetrics()
    for report in reports { policy.merge(report.result.metrics) }
    return GroupMetrics(
      step: optimizer.step, loss: reports.reduce(0) { $0 + $1.result.loss }, gradientNorm: norm,
      rate: rate, policy: policy,
      entropy: reports.reduce(0) { $0 + $1.entropy } / Double(max(1, size.tokens)),
      flatGroups: Double(groups.count { Set($0.rewards).count == 1 }) / Double(groups.count),
      mismatch: mismatch, tokens: reports.reduce(0) { $0 + $1.tokens }, advantages: advantages)
  }

  private static func trainedTokens(_ rollout: [Segment]) -> Int {
    rollout.reduce(0) { $0 + ($1.role == .model ? $1.ids.count - $1.forced : 0) }
  }
}

/// The sequences of a micro-batch while their rows are collected.
private struct StepSequences {
  private var sequences: [[LossSequence]]
  private var rows: [[[Int]]]
  private var recorded: [[[Double]]]

  init(_ groups: [RolloutGroup], _ advantages: [[Double]]) {
    sequences = advantages.map { group in
      group.map { LossSequence(policy: [], old: [], mask: [], advantage: $0) }
    }
    rows = groups.map { $0.rollouts.map { _ in [] } }
    recorded = groups.map { group in
      group.rollouts.map { rollout in
        rollout.flatMap { segment in
          segment.role == .model
            ? Array((segment.logProbabilities ?? []).dropFirst(segment.forced)) : []
        }
      }
    }
  }

  mutating func append(
    tree: Int, rollout: Int, row: Int, policy: Double, reference: Double?
  ) {
    let next = rows[tree][rollout].count
    rows[tree][rollout].append(row)
    var sequence = sequences[tree][rollout]
    sequence.policy.append(policy)
    sequence.old.append(recorded[tree][rollout][next])
    sequence.mask.append(true)
    if let reference { sequence.reference = (sequence.reference ?? []) + [reference] }
    sequences[tree][rollout] = sequence
  }

  /// Gradients by packed row, the loss, and the largest difference to what the sampler recorded.
  func evaluate(
    _ loss: PolicyLoss, _ size: StepSize, rows count: Int
  ) -> (seeds: [Float], result: PolicyLossResult, mismatch: Double) {
    let flat = sequences.flatMap { $0 }
    let result = loss.evaluate(flat, in: size)
    var seeds = [Float](repeating: 0, count: count)
    var mismatch = 0.0
    for (sequence, (places, gradients)) in zip(
      flat, zip(rows.flatMap { $0 }, result.gradients))
    {
      for (row, gradient) in zip(places, gradients) { seeds[row] = Float(gradient) }
      for (now, then) in zip(sequence.policy, sequence.old) {
        mismatch = max(mismatch, abs(now - then))
      }
    }
    return (seeds, result, mismatch)
  }
}

extension PackedTrees {
  /// Log-probabilities of the learned tokens under `model`, by value.
  func values(_ model: Model, temperature: Float) -> [Float] {
    predictions(model, on: Tape(model.parameters), temperature: temperature)
      .logProbabilities.value.values
  }
}
