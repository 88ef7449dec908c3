import Foundations
import Geometry
import Prompting
import Rewards
import Schemas
import Testing

/// The questions the laws are run on: every kind of truth, with and without looks.
private let tasks: [(domain: Domain, question: Question, truth: String)] = [
  (DomainCatalog.visualSearch, Fixtures.options, "lock"),
  (DomainCatalog.visualSearch, Fixtures.place, "(38, 38)"),
  (DomainCatalog.screens, Fixtures.place, "(38, 38)"),
  (DomainCatalog.easyVQA, Fixtures.text, "3.5 %"),
]
private let corners: [(Double, Double)] = [(10, 10), (60, 10), (10, 60), (60, 60)]

@Suite struct `Every reward` {
  static let names = RewardCatalog.all.map(\.name)

  /// Finds the truth after as many looks as there may be.
  private static func best(_ domain: Domain, _ truth: String) -> RewardSample {
    Fixtures.sample(
      domain, looks: Array(corners.prefix(domain.looks)), answer: truth, thought: "At (5, 5).",
      tokens: 1)
  }

  private static func worst(_ limit: Int) -> RewardSample {
    RewardSample(
      trace: ParsedTrace(turns: [ViGoRLMultiTurn().parse("and on and on")]), tokens: limit)
  }

  @Test(arguments: names)
  func `gives the truth its highest value and nonsense its lowest`(name: String) throws {
    let reward = try RewardCatalog.named(name)
    for (domain, question, truth) in tasks {
      let task = try RewardTask(question, domain, tokenLimit: 100)
      let scores = reward.scores([Self.best(domain, truth), Self.worst(100)], task)
      let range = reward.range(task)
      #expect(abs(scores[0].value - range.upperBound) < 0.01, "\(domain.name) \(scores[0])")
      #expect(scores[1].value == range.lowerBound, "\(domain.name) \(scores[1])")
    }
  }

  @Test(arguments: names)
  func `stays in its range, repeats itself and does not mind the order`(name: String) throws {
    let reward = try RewardCatalog.named(name)
    var random = CounterRandom(seed: 3).child(name)
    for (domain, question, truth) in tasks {
      let task = try RewardTask(question, domain, tokenLimit: 100)
      let range = reward.range(task)
      let group = (0..<40).map { _ in Self.random(domain, truth, &random) }
      let scores = reward.scores(group, task)
      #expect(scores.count == group.count)
      #expect(scores.allSatisfy { range.contains($0.value) && !$0.reason.isEmpty })
      #expect(reward.scores(group, task) == scores)
      #expect(reward.scores(group.reversed(), task) == scores.reversed())
    }
  }

  @Test(arguments: names)
  func `takes an empty group`(name: String) throws {
    let task = try RewardTask(Fixtures.options, DomainCatalog.visualSearch)
    #expect(try RewardCatalog.named(name).scores([], task).isEmpty)
  }

  @Test func `has a name of its own`() {
    #expect(Set(Self.names).count == Self.names.count)
    let fault = #expect(throws: Fault.self) { try RewardCatalog.named("acuracy") }
    #expect(fault?.message.contains("accuracy") == true)
  }

  private static func random(
    _ domain: Domain, _ truth: String, _ random: inout CounterRandom
  ) -> RewardSample {
    let looks = (0..<random.below(7)).map { _ in
      (Double(random.below(260)), Double(random.below(200)))
    }
    let answers = [truth, "drum", "(1, 1)", "", "(900, 3)", nil]
    return Fixtures.sample(
      domain, looks: looks, answer: random.pick(answers),
      thought: random.pick(["So.", "At (3, 4).", "At (900, 4).", ""]), tokens: random.below(200))
  }
}

/// Values by hand after vigorl.md 6.1 and the scripts it cites.
@Suite struct `ViGoRL's multi-turn reward` {
  static let cases: [(looks: [(Double, Double)], answer: String?, total: Double)] = [
    ([], "lock", 1.0),
    ([(10, 10)], "lock", 1.0),
    ([(10, 10), (60, 10)], "lock", 1.08),
    ([(10, 10), (60, 10), (10, 60), (60, 60)], "lock", 1.24),
    // 9.9 pixels off does not count, 10 does; what did not count keeps nobody away.
    ([(10, 10), (19, 14)], "lock", 1.0),
    ([(10, 10), (16, 18)], "lock", 1.08),
    ([(10, 10), (18, 10), (26, 10)], "lock", 1.08),
    ([(10, 10), (60, 10)], "drum", 0.48),
    ([(10, 10), (60, 10)], nil, 0),
    ([], "", 0),
  ]

  @Test(arguments: cases)
  func `comes out`(looks: [(Double, Double)], answer: String?, total: Double) throws {
    let domain = DomainCatalog.visualSearch
    let task = try RewardTask(Fixtures.options, domain)
    let outcome = try RewardCatalog.preset("vigorl-multi-turn")
      .outcomes([Fixtures.sample(domain, looks: looks, answer: answer)], task)
    #expect(abs(outcome[0].total - total) < 1e-12, "\(outcome[0].terms)")
    #expect(outcome[0].terms.map(\.name) == ["accuracy", "format", "distinct-looks"])
  }

  @Test func `asks places for two whole numbers`() throws {
    let domain = DomainCatalog.visualSearch
    let task = try RewardTask(Fixtures.place, domain)
    let sum = try RewardCatalog.preset("vigorl-multi-turn")
    let totals = sum.outcomes(
      ["(38, 38)", "(38.5, 38)", "(100, 100)", "there"].map {
        Fixtures.sample(domain, answer: $0)
      }, task
    ).map(\.total)
    #expect(totals == [1, 0.6, 0.4, 0])
  }

  @Test func `gives a malformed trace its accuracy only`() throws {
    let domain = DomainCatalog.visualSearch
    let task = try RewardTask(Fixtures.options, domain)
    let broken = ParsedTrace(turns: [
      domain.dialect.parse("<think> a </think>\n<answer> lock </answer> and more")
    ])
    let outcome = try RewardCatalog.preset("vigorl-multi-turn")
      .outcomes([RewardSample(trace: broken, tokens: 1)], task)[0]
    #expect(outcome.total == 0.6)
    #expect(outcome.terms[1].reason == "text follows the action")
  }
}

@Suite struct `ViGoRL's single-turn reward` {
  static let cases: [(thought: String, answer: String, total: Double)] = [
    ("At (5, 5).", "3.5 %", 1), ("No place.", "3.5 %", 0.5), ("At (5, 5).", "4", 0.5),
    ("At (5, 5) and (900, 5).", "3.5 %", 0.5), ("No place.", "4", 0), ("At (5, 5).", "", 0),
  ]

  @Test(arguments: cases)
  func `comes out`(thought: String, answer: String, total: Double) throws {
    let domain = DomainCatalog.easyVQA
    let task = try RewardTask(Fixtures.text, domain)
    let sample = Fixtures.sample(domain, answer: answer, thought: thought)
    #expect(
      try RewardCatalog.preset("vigorl-single-turn").outcomes([sample], task)[0].total == total)
  }
}

@Suite struct `Other rewards` {
  /// Limit 20480 with a buffer of 4096, as printed by DAPO's formula.
  @Test(arguments: [(16384, 0), (16385, -0.000244), (18432, -0.5), (20480, -1), (30000, -1)])
  func `length costs from the buffer on`(tokens: Int, value: Double) throws {
    let domain = DomainCatalog.visualSearch
    let task = try RewardTask(Fixtures.options, domain, tokenLimit: 20480)
    let sample = Fixtures.sample(domain, answer: "lock", tokens: tokens)
    #expect(abs(OverlongPenalty().scores([sample], task)[0].value - value) < 1e-6)
  }

  @Test func `nearness falls with the distance in the model's pixels`() throws {
    let domain = DomainCatalog.screens
    let task = try RewardTask(Fixtures.place, domain)
    // The middle (150, 150) is seen at (37.5, 37.5).
    let samples = ["(37.5, 37.5)", "(137.5, 37.5)", "gone"].map {
      Fixtures.sample(domain, answer: $0)
    }
    let values = NearnessReward().scores(samples, task).map(\.value)
    #expect(abs(values[0] - 1) < 1e-12 && abs(values[1] - 0.36787944) < 1e-8 && values[2] == 0)
  }

  @Test func `a sum is made of names and weights`() throws {
    let sum = try RewardSum(weights: [("accuracy", 2), ("overlong", 1)])
    let domain = DomainCatalog.visualSearch
    let task = try RewardTask(Fixtures.options, domain, tokenLimit: 100)
    let sample = Fixtures.sample(domain, answer: "lock", tokens: 90)
    #expect(abs(sum.outcomes([sample], task)[0].total - 1.5) < 1e-12)
    for weights in [[], [("luck", 1.0)], [("accuracy", Double.nan)]] {
      #expect(throws: Fault.self) { try RewardSum(weights: weights) }
    }
    #expect(throws: Fault.self) { try RewardCatalog.preset("vigorl") }
  }

  @Test func `a sample counts what came after the prompt`() {
    let segments = [
      Segment(role: .prompt, text: "p", ids: [1, 2, 3]),
      Segment(role: .model, text: ViGoRLMultiTurn().turn(thought: "a", .answer("b")), ids: [4, 5]),
      Segment(role: .observation, text: "o", ids: [6]),
    ]
    let sample = RewardSample(segments, DomainCatalog.visualSearch)
    #expect(sample.tokens == 3 && sample.trace.answer == "b")
  }
}
