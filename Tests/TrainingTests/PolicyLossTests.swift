import Foundations
import Testing
import Training

/// Golden values were printed by TRL 1.16 (`_compute_loss`) and verl, run on these numbers.
@Suite struct `Policy loss` {
  static func sequences(lastOld: Double = -0.9) -> [LossSequence] {
    [
      LossSequence(
        policy: [-1, -0.5, -2, -0.1], old: [-1.2, -0.4, -1, -0.1],
        reference: [-0.9, -0.6, -1.8, -0.2], mask: [true, true, true, true], advantage: 1),
      LossSequence(
        policy: [-0.7, -1.5, -0.3, -9], old: [-0.7, -1, lastOld, -8],
        reference: [-0.8, -1.2, -0.5, -7], mask: [true, true, true, false], advantage: -0.5),
    ]
  }

  struct Golden: CustomTestStringConvertible, Sendable {
    let name: String
    let loss: PolicyLoss
    let value: Double
    let gradients: [Double]
    var testDescription: String { name }
  }

  static let golden: [Golden] = [
    Golden(
      name: "grpo", loss: PolicyLoss(aggregation: .sequenceMeanOfTokenMeans), value: -0.13224638,
      gradients: [0, -0.113105, -0.045985, -0.125, 0.083333, 0, 0.151843]),
    Golden(
      name: "bnpo = dapo", loss: PolicyLoss(), value: -0.23737963,
      gradients: [0, -0.129262, -0.052554, -0.142857, 0.071429, 0, 0.130151]),
    Golden(
      name: "dr_grpo", loss: .drGRPO(longest: 8), value: -0.10385358,
      gradients: [0, -0.056552, -0.022992, -0.0625, 0.03125, 0, 0.056941]),
    Golden(
      name: "dapo, high .28", loss: PolicyLoss(surrogate: .clip(low: 0.2, high: 0.28)),
      value: -0.24043716,
      gradients: [-0.174486, -0.129262, -0.052554, -0.142857, 0.071429, 0, 0.130151]),
    Golden(
      name: "dapo, k3", loss: PolicyLoss(penalty: PolicyLoss.Penalty(.k3, 0.04)),
      value: -0.23675290,
      gradients: [-0.000601, -0.128719, -0.053819, -0.142313, 0.071972, -0.001999, 0.131187]),
    Golden(
      name: "dapo, ρ·k3",
      loss: PolicyLoss(penalty: PolicyLoss.Penalty(.k3, 0.04, weightedByRatio: true)),
      value: -0.23685043,
      gradients: [-0.000698, -0.128745, -0.052975, -0.142286, 0.072000, -0.001040, 0.132234]),
    Golden(
      name: "dapo, two-sided",
      loss: PolicyLoss(surrogate: .clip(low: 0.2, high: 0.2, cap: 1.4)), value: -0.26753095,
      gradients: [0, -0.129262, -0.052554, -0.142857, 0.071429, 0, 0]),
    Golden(
      name: "grpo, sequence ratio",
      loss: PolicyLoss(ratio: .sequence, aggregation: .sequenceMeanOfTokenMeans),
      value: -0.14078432,
      gradients: [-0.099815, -0.099815, -0.099815, -0.099815, 0.086158, 0.086158, 0.086158]),
    Golden(
      name: "cispo", loss: PolicyLoss(surrogate: .cispo(high: 5)), value: 0.20448063,
      gradients: [-0.174486, -0.129262, -0.052554, -0.142857, 0.071429, 0.043324, 0.130151]),
    Golden(
      name: "sapo", loss: catalogued("sapo"), value: -0.43078095,
      gradients: [-0.150820, -0.112849, -0.041681, -0.125, 0.083333, 0.048447, 0.126732]),
    Golden(
      name: "luspo", loss: catalogued("luspo"), value: -0.82161105,
      gradients: [-0.399258, -0.399258, -0.399258, -0.399258, 0.258474, 0.258474, 0.258474]),
    Golden(
      name: "vespo", loss: catalogued("vespo"), value: 0.30892748,
      gradients: [-0.140069, -0.140069, -0.140069, -0.140069, 0.078129, 0.078129, 0.078129]),
  ]

  static func catalogued(_ name: String) -> PolicyLoss { PolicyLoss.named(name) ?? PolicyLoss() }

  @Test(arguments: golden)
  func `TRL's values and gradients come out`(golden: Golden) {
    let result = golden.loss.evaluate(Self.sequences())
    expectClose([result.loss], [golden.value])
    expectClose(result.gradients.flatMap { $0 }, golden.gradients + [0])
  }

  @Test(arguments: [
    (Aggregation.tokenMean, -0.15630279), (.sequenceMeanOfTokenSums, -0.54705977),
    (.sequenceMeanOfTokenMeans, -0.03676495),
    // verl divides by the width 4 alone; here by 2 sequences times 2.
    (.tokenSum(over: 2), -0.27352989),
  ])
  func `verl's dual clip comes out in every aggregation`(
    aggregation: Aggregation, value: Double
  ) {
    let loss = PolicyLoss(
      surrogate: .clip(low: 0.2, high: 0.28, dual: 3), aggregation: aggregation)
    let result = loss.evaluate(Self.sequences(lastOld: -2.2))
    expectClose([result.loss], [value])
    let metrics = result.metrics
    expectClose(
      [metrics["clip_ratio/dual_mean"] ?? 0, metrics["ppo_kl"] ?? 0], [1 / 7, -0.071429])
    expectClose([metrics["clip_ratio/region_mean"] ?? 0], [1 / 7])
  }

  @Test func `verl's GSPO comes out`() {
    let result = Self.catalogued("gspo").evaluate(Self.sequences(lastOld: -2.2))
    expectClose([result.loss], [-0.00059065])
    expectClose(
      result.gradients.flatMap { $0 },
      [-0.099815, -0.099815, -0.099815, -0.099815, 0.132889, 0.132889, 0.132889, 0])
  }

  @Test func `clip metrics are TRL's`() {
    let metrics = PolicyLoss(penalty: PolicyLoss.Penalty(.k3, 0.04)).evaluate(Self.sequences())
      .metrics
    let names = ["low_mean", "high_mean", "region_mean", "low_min", "high_max"]
    expectClose(names.map { metrics["clip_ratio/" + $0] ?? .nan }, [1 / 7, 1 / 7, 2 / 7, 0, 0.25])
    expectClose([metrics["kl"] ?? .nan], [0.015668])
    let weighted = PolicyLoss(penalty: PolicyLoss.Penalty(.k3, 0.04, weightedByRatio: true))
    expectClose([weighted.evaluate(Self.sequences()).metrics["kl"] ?? .nan], [0.013230])
  }

  @Test(arguments: PolicyLoss.catalog.map(\.name))
  func `gradients are those of finite differences`(name: String) {
    let loss = Self.catalogued(name)
    var random = CounterRandom(seed: 5).child(name)
    for _ in 0..<20 {
      var sequences = Self.random(&random)
      let result = loss.evaluate(sequences)
      switch loss.surrogate {
      case .cispo, .vespo:
        // The weight is a constant, so the loss is linear in logπ.
        let linear = zip(sequences, result.gradients).reduce(0) { sum, pair in
          sum + zip(pair.0.policy, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
        }
        expectClose([linear], [result.loss], within: 1e-9)
      case .clip, .sapo:
        for s in sequences.indices {
          for t in sequences[s].policy.indices {
            let at = sequences[s].policy[t]
            sequences[s].policy[t] = at + 1e-6
            let above = loss.evaluate(sequences).loss
            sequences[s].policy[t] = at - 1e-6
            let below = loss.evaluate(sequences).loss
            sequences[s].policy[t] = at
            expectClose([result.gradients[s][t]], [(above - below) / 2e-6], within: 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: PolicyLoss.catalog.map(\.name))
  func `a step may be cut into parts`(name: String) {
    let loss = Self.catalogued(name)
    var random = CounterRandom(seed: 6).child(name)
    let sequences = Self.random(&random)
    let whole = loss.evaluate(sequences)
    let step = StepSize(trained: sequences.map(\.trained))
    let parts = sequences.map { loss.evaluate([$0], in: step) }
    expectClose([parts.reduce(0) { $0 + $1.loss }], [whole.loss], within: 1e-12)
    #expect(parts.flatMap(\.gradients) == whole.gradients)
    var merged = PolicyMetrics()
    for part in parts { merged.merge(part.metrics) }
    expectClose(merged.named.map(\.value), whole.metrics.named.map(\.value), within: 1e-12)
  }

  @Test(arguments: PolicyLoss.catalog.map(\.name))
  func `a sequence without trained tokens changes nothing`(name: String) {
    let loss = Self.catalogued(name)
    let empty = LossSequence(
      policy: [-1, -2], old: [-9, -1], reference: [0, 0], mask: [false, false], advantage: 9)
    let result = loss.evaluate(Self.sequences() + [empty])
    let without = loss.evaluate(Self.sequences())
    #expect(result.loss == without.loss && result.metrics == without.metrics)
    #expect(result.gradients.last == [0, 0])
    let nothing = loss.evaluate([empty])
    #expect(nothing.loss == 0 && nothing.gradients == [[0, 0]] && nothing.metrics.named.isEmpty)
  }

  @Test func `a ratio out of all bounds stays finite`() {
    let wild = LossSequence(
      policy: [-1, -900], old: [-900, -1], reference: [-900, -1], mask: [true, true], advantage: -1)
    for (name, loss) in PolicyLoss.catalog {
      let result = loss.evaluate([wild])
      #expect(result.loss.isFinite && result.gradients[0].allSatisfy(\.isFinite), "\(name)")
    }
  }

  private static func random(_ random: inout CounterRandom) -> [LossSequence] {
    var sequences: [LossSequence] = []
    for _ in 0..<3 {
      let count = 2 + random.below(4)
      func draw(_ range: ClosedRange<Double>) -> [Double] {
        (0..<count).map { _ in random.uniform(range) }
      }
      let policy = draw(-3...0)
      sequences.append(
        LossSequence(
          policy: policy, old: zip(policy, draw(-0.6...0.6)).map { $0 + $1 },
          reference: draw(-3...0), mask: draw(0...1).map { $0 < 0.8 },
          advantage: random.uniform(-1...1)))
    }
    return sequences
  }
}
