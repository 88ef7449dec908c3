import Autograd
import Foundations
import Glibc
import Prompting
import Schemas
import TensorCore
import Testing
import Training
import VisionLanguage

@Suite struct `Steps of group-relative learning` {
  let sayings: Sayings

  init() throws { sayings = try Sayings() }

  /// Rollouts of two turns as the sampler leaves them: a look, and a turn whose beginning is forced.
  func rollouts(_ count: Int, seed: UInt64 = 71, temperature: Double = 1) throws -> [[Segment]] {
    let dialogue = Dialogue(pictures: sayings.pictures)
    let root = dialogue.append(sayings.prompt, after: nil)
    let policy = LocalPolicy(sayings.model, sayings.tokenizer, sayings.features)
    let random = CounterRandom(seed: seed)
    func turns(_ nodes: [Int], _ turn: String, _ prefix: String) throws -> [Int] {
      let options = SamplingOptions(
        temperature: temperature, maxTokens: 9, forcedPrefix: prefix)
      return try policy.sample(
        nodes.enumerated().map {
          SampleRequest(
            dialogue, after: $1, options, random: random.child(turn).child($0))
        }
      ).map(\.node)
    }
    let looks = try turns(Array(repeating: root, count: count), "look", "").enumerated().map {
      dialogue.append(sayings.seen(at: Double($0 % 3) * 28), after: $1)
    }
    return try turns(looks, "answer", "<answer>").map(dialogue.segments)
  }

  func trainer(
    _ loss: PolicyLoss, reference: Model? = nil, temperature: Double = 1, tolerance: Double = 1e-4,
    workers: Int = 1
  ) -> GroupTrainer {
    var settings = GroupSettings(
      loss: loss, schedule: Schedule(.constant, peak: 1e-3, steps: 10))
    settings.temperature = temperature
    settings.tolerance = tolerance
    return GroupTrainer(
      sayings.model, reference: reference, settings, sayings.chains, workers: workers)
  }

  func group(_ rollouts: [[Segment]], _ rewards: [Double]) -> RolloutGroup {
    RolloutGroup(pictures: sayings.pictures, rollouts: rollouts, rewards: rewards)
  }

  /// Trained tokens of a rollout: 9 of a turn, if it does not end before.
  func trained(_ rollout: [Segment]) -> Int {
    rollout.reduce(0) { $0 + ($1.role == .model ? $1.ids.count - $1.forced : 0) }
  }

  @Test(arguments: [1, 0.6])
  func `recompute what the sampler recorded`(temperature: Double) throws {
    let rollouts = try rollouts(4, temperature: temperature)
    let metrics = try trainer(PolicyLoss(), temperature: temperature)
      .advance([group(rollouts, [1, 0, 0, 1])])
    #expect(metrics.mismatch < 1e-4)
    #expect(rollouts.allSatisfy { $0.count == 4 && $0[3].forced == 8 && trained($0) > 2 })
    // Temperature 1 is not what was sampled at 0.6.
    guard temperature != 1 else { return }
    let fault = #expect(throws: Fault.self) {
      try trainer(PolicyLoss()).advance([group(rollouts, [1, 0, 0, 1])])
    }
    #expect(fault?.code == "grpo.mismatch")
  }

  /// Where nothing has moved every ratio is 1: the loss is minus the mean advantage over tokens.
  @Test func `take advantages from the group, with the deviation of a sample`() throws {
    let groups = [
      group(try rollouts(4), [1, 0, 0, 1]), group(try rollouts(3, seed: 72), [1, 1, 1]),
    ]
    let metrics = try trainer(PolicyLoss()).advance(groups)
    let wanted = [0.866024, -0.866024, -0.866024, 0.866024]
    expectClose(metrics.advantages[0], wanted, within: 1e-5)
    expectClose(metrics.advantages[1], [0, 0, 0])
    let tokens = groups.map { $0.rollouts.map { Double(trained($0)) } }
    let all = tokens.joined().reduce(0, +)
    let sum = zip(wanted, tokens[0]).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose([metrics.loss, metrics.flatGroups], [-sum / all, 0.5], within: 1e-4)
    #expect(metrics.step == 1 && metrics.gradientNorm > 0)
  }

  @Test func `learn nothing where all earned the same`() throws {
    let before = sayings.model.parameters.values.values
    var settings = GroupSettings(
      loss: PolicyLoss(), schedule: Schedule(.constant, peak: 1e-3, steps: 10))
    settings.optimizer.weightDecay = 0
    let trainer = GroupTrainer(
      sayings.model, reference: nil, settings, sayings.chains, workers: 1)
    let metrics = try trainer.advance([group(try rollouts(3), [0.5, 0.5, 0.5])])
    #expect(metrics.gradientNorm == 0 && sayings.model.parameters.values.values == before)
  }

  /// ViGoRL's numbers: clip 0.2 below and 0.28 above, dual clip 3, k3 with 0.01.
  ///
  /// The recorded log-probabilities are moved so that all tokens of a rollout have one ratio.
  @Test func `clip as by hand and add the k3 penalty`() throws {
    let ratios = [1.5, 0.5, 4, 0.5, 1.1]
    let moved = zip(try rollouts(5), ratios).map { rollout, ratio in
      rollout.map { segment in
        var segment = segment
        segment.logProbabilities = segment.logProbabilities?.map { $0 - log(ratio) }
        return segment
      }
    }
    let reference = smallModel(seed: 4)
    let loss = try #require(PolicyLoss.named("vigorl"))
    let kl = try meanK3(moved, reference)
    let metrics = try trainer(loss, reference: reference, tolerance: 2)
      .advance([group(moved, [1, 1, 0, 0, 0])])
    // Mean 0.4, deviation of a sample sqrt(0.3).
    let (up, down) = (0.6 / 0.3.squareRoot(), -0.4 / 0.3.squareRoot())
    expectClose(metrics.advantages[0], [up, up, down, down, down], within: 1e-5)
    // 1.5 up is cut to 1.28, 0.5 up is not; down 4 costs 3 at most, 0.5 is cut to 0.8.
    let costs = [-1.28 * up, -0.5 * up, -3 * down, -0.8 * down, -1.1 * down]
    let tokens = moved.map { Double(trained($0)) }
    let all = tokens.reduce(0, +)
    let wanted = zip(costs, tokens).reduce(0) { $0 + $1.0 * $1.1 } / all
    expectClose([metrics.loss], [wanted + 0.01 * kl], within: 1e-4)
    expectClose([metrics.policy["kl"] ?? .nan], [kl], within: 1e-4)
    expectClose(
      ["high_mean", "low_mean", "dual_mean"].map { metrics.policy["clip_ratio/" + $0] ?? .nan },
      [tokens[0] / all, tokens[3] / all, tokens[2] / all])
    #expect(kl > 0.01 && abs(metrics.mismatch - log(4)) < 1e-3)
  }

  /// exp(r - p) - (r - p) - 1, averaged over the trained tokens.
  func meanK3(_ rollouts: [[Segment]], _ reference: Model) throws -> Double {
    var terms: [Double] = []
    for rollout in rollouts {
      let tree = try sayings.chains.group([rollout], pictures: sayings.pictures).tree
      let packed = PackedTrees([tree], image: 260)
      let values = [sayings.model, reference].map {
        packed.predictions($0, on: Tape($0.parameters)).logProbabilities.value.values
      }
      terms += zip(values[0], values[1]).map { policy, reference in
        let gap = Double(reference) - Double(policy)
        return exp(gap) - gap - 1
      }
    }
    return terms.reduce(0, +) / Double(terms.count)
  }

  @Test func `have the gradient of the separate rollouts`() throws {
    let rollouts = try rollouts(3)
    let advantages = AdvantageRule(.group).advantages(of: [[1, 0, 0.25]])[0]
    let all = rollouts.reduce(0) { $0 + trained($1) }
    var apart = [Float](repeating: 0, count: sayings.model.parameters.count)
    for (rollout, advantage) in zip(rollouts, advantages) {
      let tree = try sayings.chains.group([rollout], pictures: sayings.pictures).tree
      let part = try sayings.gradient([tree]) { packed in
        packed.rows.map { _ in Float(-advantage / Double(all)) }
      }
      for i in apart.indices { apart[i] += part[i] }
    }
    let norm = apart.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let metrics = try trainer(PolicyLoss()).advance([group(rollouts, [1, 0, 0.25])])
    #expect(abs(metrics.gradientNorm - norm) < 1e-4 * norm)
  }

  @Test func `make what earned more likelier`() throws {
    let rollouts = try rollouts(2)
    func likelihood(_ rollout: [Segment]) throws -> Double {
      let tree = try sayings.chains.group([rollout], pictures: sayings.pictures).tree
      return PackedTrees([tree], image: 260)
        .predictions(sayings.model, on: Tape(sayings.model.parameters))
        .logProbabilities.value.values.reduce(0) { $0 + Double($1) }
    }
    let before = try rollouts.map(likelihood)
    _ = try trainer(PolicyLoss()).advance([group(rollouts, [0, 1])])
    let after = try rollouts.map(likelihood)
    #expect(after[1] - before[1] > after[0] - before[0])
  }

  @Test func `leave the same bytes with one worker and with two`() throws {
    let results = try [1, 2].map { workers in
      let own = try Self()
      let groups = try (0..<3).map {
        own.group(try own.rollouts(3, seed: 73 + UInt64($0)), [1, 0, 0.5])
      }
      let trainer = own.trainer(
        PolicyLoss.named("vigorl") ?? PolicyLoss(), reference: smallModel(seed: 4),
        tolerance: 1e-3, workers: workers)
      let metrics = try trainer.advance(groups)
      return (metrics.loss, metrics.gradientNorm, own.sayings.model.parameters.values.values)
    }
    #expect(results[0] == results[1])
  }
}
