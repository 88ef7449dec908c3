import Testing
import Training

func expectClose(
  _ values: [Double], _ expected: [Double], within tolerance: Double = 1e-6,
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, comment, sourceLocation: sourceLocation)
  for (index, (value, wanted)) in zip(values, expected).enumerated() {
    #expect(
      abs(value - wanted) <= tolerance,
      "\(comment?.description ?? "") [\(index)]: \(value), expected \(wanted)",
      sourceLocation: sourceLocation)
  }
}

/// Golden values were printed by TRL 1.16 and verl.
@Suite struct `Advantages` {
  let rewards: [[Double?]] = [[1, 0, 0, 1], [1, 1, 1, 1], [0.2, 0.5, 0.9, 0]]

  @Test(arguments: [
    (
      AdvantageRule(.group, epsilon: 1e-4),
      [
        0.865875, -0.865875, -0.865875, 0.865875, 0, 0, 0, 0, -0.510624, 0.255312, 1.276559,
        -1.021247,
      ]
    ),
    (
      AdvantageRule(.group, epsilon: 1e-6),
      [
        0.866024, -0.866024, -0.866024, 0.866024, 0, 0, 0, 0, -0.510753, 0.255376, 1.276882,
        -1.021505,
      ]
    ),
    (AdvantageRule(.none), [0.5, -0.5, -0.5, 0.5, 0, 0, 0, 0, -0.2, 0.1, 0.5, -0.4]),
    (
      AdvantageRule(.batch, epsilon: 1e-4),
      [
        1.096402, -1.096402, -1.096402, 1.096402, 0, 0, 0, 0, -0.438561, 0.219280, 1.096402,
        -0.877121,
      ]
    ),
  ])
  func `golden values come out`(rule: AdvantageRule, expected: [Double]) {
    expectClose(rule.advantages(of: rewards).flatMap { $0 }, expected)
  }

  @Test func `group deviations are those of a sample`() {
    expectClose(rewards.map { SampleStatistics($0).deviation }, [0.577350, 0, 0.391578])
    expectClose([SampleStatistics(rewards.flatMap { $0 }).deviation], [0.455937])
  }

  @Test func `leave-one-out compares with the mean of the others`() {
    let result = AdvantageRule(.leaveOneOut).advantages(of: [[1, 0, 0, 1], [0.2, 0.5, 0.9, 0]])
    for (group, values) in zip([[1, 0, 0, 1], [0.2, 0.5, 0.9, 0]], result) {
      expectClose(values, group.map { $0 - (group.reduce(0, +) - $0) / 3 }, within: 1e-12)
    }
  }

  @Test func `a whitened batch has zero mean and unit variance over tokens`() {
    let tokens = [[1, 2, 3, 4], [1, 1, 1, 1], [2, 2, 5, 1]]
    let result = AdvantageRule(.whitened).advantages(of: rewards, tokens: tokens)
    // Computed with torch 2.13, as verl's masked_whiten does.
    expectClose(
      result.flatMap { $0 },
      [
        1.027315, -1.413830, -1.413830, 1.027315, -0.193257, -0.193257, -0.193257, -0.193257,
        -0.681486, 0.050857, 1.027315, -1.169716,
      ])
  }

  @Test func `terms can be normalised before they are summed`() {
    // Computed with torch 2.13 after TRL's normalize_then_sum.
    let second: [[Double?]] = [[0, 0.5, 1, 1], [0, 1, 0, 0], [1, 1, 1, 1]]
    let result = AdvantageRule(.group, epsilon: 1e-4)
      .advantages(ofTerms: [rewards, second], weights: [1, 0.5])
    expectClose(
      result.flatMap { $0 },
      [
        0.275385, -1.286908, -0.612559, 1.624082, -0.322823, 0.968468, -0.322823, -0.322823,
        -0.659495, 0.329748, 1.648739, -1.318991,
      ])
  }

  @Test(arguments: AdvantageRule.Scale.allCases)
  func `what was not judged is left out`(scale: AdvantageRule.Scale) {
    let rule = AdvantageRule(scale)
    let with = rule.advantages(of: [[1, nil, 0, 0.5], [0.5, nil, nil, nil]])
    let without = rule.advantages(of: [[1, 0, 0.5], [0.5]])
    #expect(with[0][1] == 0)
    #expect([with[0][0], with[0][2], with[0][3]] == without[0])
    expectClose(with[1], [without[1][0], 0, 0, 0])
  }

  @Test(arguments: AdvantageRule.Scale.allCases)
  func `equal rewards and empty groups give nothing`(scale: AdvantageRule.Scale) {
    let result = AdvantageRule(scale).advantages(of: [[0.7, 0.7, 0.7], [], [nil]])
    expectClose(result.flatMap { $0 }, [0, 0, 0, 0], within: 1e-9)
  }
}
