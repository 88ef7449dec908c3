import Autograd
import Foundations
import Glibc
import TensorCore
import Testing
import VisionLanguage

/// A model without blocks that has the same distribution after every token.
enum Dice {
  /// The weights need not add up to 1; the picture markers are ids 4 to 7 if not said otherwise.
  static func model(_ weights: [Double], markers first: Int = 4) -> Model {
    var configuration = Configuration()
    configuration.text.vocabulary = weights.count
    configuration.text.layers = 0
    configuration.text.tied = false
    configuration.tokens.image = first
    configuration.tokens.video = first + 1
    configuration.tokens.visionStart = first + 2
    configuration.tokens.visionEnd = first + 3
    let model = Model(configuration)
    for entry in model.parameters.entries {
      let tensor = model.parameters.tensor(entry)
      switch entry.name {
      // The norm of equal numbers is 1, so that an entry of the table is the logit.
      case "model.embed_tokens.weight", "model.norm.weight":
        tensor.pointer.update(repeating: 1, count: entry.count)
      case "lm_head.weight":
        for (id, weight) in weights.enumerated() { tensor.row(id)[0] = Float(log(weight)) }
      default: break
      }
    }
    return model
  }

  static func roll(
    _ model: Model, _ count: Int, temperature: Double = 1, topP: Double = 1, seed: UInt64 = 61
  ) -> SampledRun {
    var settings = SamplingSettings()
    (settings.temperature, settings.topP, settings.maxTokens) = (temperature, topP, count)
    let cache = KeyValueCache(model.configuration.text)
    let root = cache.add(parent: -1)
    model.extend([CacheRun(cache, root, [0])])
    return model.sample([
      SamplingJob(cache, context: root, settings: settings, random: CounterRandom(seed: seed))
    ]) { _, _ in false }[0]
  }
}

@Suite struct `A sampler` {
  /// 4 to 7, which would win every time, must not be said.
  static let weights = [0.1, 0.2, 0.3, 0.4, 50, 50, 50, 50]

  func shares(_ run: SampledRun, of count: Int) -> [Double] {
    (0..<count).map { id in
      Double(run.ids.count { $0 == Int32(id) }) / Double(run.ids.count)
    }
  }

  /// Five deviations of a share of n draws.
  func expectShares(_ found: [Double], _ wanted: [Double], of n: Int) {
    for (id, (share, p)) in zip(found, wanted).enumerated() {
      let tolerance = 5 * (p * (1 - p) / Double(n)).squareRoot()
      #expect(abs(share - p) <= tolerance, "\(id): \(share), expected \(p)")
    }
  }

  @Test func `draws by probability and never a banned id`() {
    let run = Dice.roll(Dice.model(Self.weights), 2000)
    expectShares(shares(run, of: 8), [0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0], of: 2000)
    let entropy = -[0.1, 0.2, 0.3, 0.4].reduce(0) { $0 + $1 * log($1) }
    for (id, (logged, spread)) in zip(run.ids, zip(run.logProbabilities, run.entropies)) {
      #expect(abs(Double(logged) - log(Self.weights[Int(id)])) < 1e-5)
      #expect(abs(Double(spread) - entropy) < 1e-5)
    }
  }

  @Test func `at a temperature draws and records the tempered distribution`() {
    let run = Dice.roll(Dice.model(Self.weights), 2000, temperature: 0.5)
    let tempered = [0.01, 0.04, 0.09, 0.16].map { $0 / 0.3 }
    expectShares(shares(run, of: 4), tempered, of: 2000)
    for (id, logged) in zip(run.ids, run.logProbabilities) {
      #expect(abs(Double(logged) - log(tempered[Int(id)])) < 1e-5)
    }
  }

  @Test func `at temperature 0 takes the most probable, of equals the lowest id`() {
    let run = Dice.roll(Dice.model([0.1, 0.3, 0.3, 0.3, 9, 9, 9, 9]), 3, temperature: 0)
    #expect(run.ids == [1, 1, 1])
    // Its log-probability is that of temperature 1.
    #expect(run.logProbabilities.allSatisfy { abs(Double($0) - log(0.3)) < 1e-5 })
  }

  @Test(arguments: [(0.3, 1), (0.65, 2), (0.75, 3), (0.95, 4)])
  func `keeps the most probable ids that reach top-p`(topP: Double, kept: Int) {
    let run = Dice.roll(Dice.model(Self.weights), 1000, topP: topP)
    let weights = (0..<4).map { $0 < 4 - kept ? 0 : Self.weights[$0] }
    expectShares(shares(run, of: 4), weights.map { $0 / weights.reduce(0, +) }, of: 1000)
    for (id, logged) in zip(run.ids, run.logProbabilities) {
      #expect(abs(Double(logged) - log(Self.weights[Int(id)])) < 1e-5, "before top-p")
    }
  }

  @Test func `of equals at the edge of top-p keeps the lowest ids`() {
    let run = Dice.roll(Dice.model([0.2, 0.2, 0.2, 0.4, 9, 9, 9, 9]), 1000, topP: 0.5)
    expectShares(shares(run, of: 4), [1.0 / 3, 0, 0, 2.0 / 3], of: 1000)
  }
}

@Suite struct `Sampling side by side` {
  let branches: Branches
  let cache: KeyValueCache
  /// Where nodes 0 to 4 of the branches stand in the cache.
  let places: [Int]

  init() {
    branches = Branches()
    cache = KeyValueCache(branches.model.configuration.text)
    var places: [Int] = []
    for node in branches.nodes.prefix(5) {
      places.append(cache.add(parent: node.parent < 0 ? -1 : places[node.parent]))
      branches.model.extend([
        CacheRun(cache, places[places.count - 1], node.ids, pictures: node.pictures)
      ])
    }
    self.places = places
  }

  /// Six jobs with different contexts, prefixes, limits and temperatures.
  func job(_ number: Int) -> SamplingJob {
    var settings = SamplingSettings()
    settings.temperature = number == 3 ? 0 : 2
    settings.topP = number == 4 ? 0.9 : 1
    settings.maxTokens = [9, 4, 12, 7, 9, 1][number]
    return SamplingJob(
      cache, context: places[[0, 1, 1, 2, 3, 4][number]],
      forced: number % 2 == 0 ? [70, 71] : [], settings: settings,
      random: CounterRandom(seed: 62).child(number))
  }

  func sample(_ numbers: [Int]) -> [Int: SampledRun] {
    let runs = branches.model.sample(numbers.map(job)) { _, ids in (ids.last ?? 0) % 13 == 0 }
    return Dictionary(uniqueKeysWithValues: zip(numbers, runs))
  }

  @Test func `says the same in every company`() {
    let alone = (0..<6).map { sample([$0])[$0] }
    for company in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 0], [4, 1, 3]] {
      for (number, run) in sample(company) {
        #expect(run.ids == alone[number]?.ids, "\(number) in \(company)")
        let logs = zip(run.logProbabilities, alone[number]?.logProbabilities ?? [])
        #expect(logs.allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
    #expect(Set(alone.map { $0?.ids ?? [] }).count == 6)
  }

  @Test func `ends each run at its own limit or where it is finished`() {
    for (number, run) in sample(Array(0..<6)) {
      let stops = run.ids.indices.filter { run.ids[$0] % 13 == 0 }
      #expect(run.finished == !stops.isEmpty && stops.allSatisfy { $0 == run.ids.count - 1 })
      #expect(run.finished || run.ids.count == job(number).settings.maxTokens)
      #expect(run.ids.count == run.logProbabilities.count)
      #expect(run.ids.count == run.entropies.count)
    }
  }

  @Test func `asks for nothing where nothing may be said`() {
    var settings = SamplingSettings()
    settings.maxTokens = 0
    let run = branches.model.sample([
      SamplingJob(
        cache, context: places[0], forced: [70], settings: settings, random: CounterRandom(seed: 1))
    ]) { _, _ in true }[0]
    #expect(run.ids.isEmpty && !run.finished && cache.lastState(of: run.node) != nil)
  }

  @Test func `a forced prefix is context, and all that was said is in the cache`() {
    for (number, run) in sample([0, 1, 4]) {
      // What was said follows from the full pass over context and prefix, id by id.
      var said = job(number).forced
      for (id, logged) in zip(run.ids, run.logProbabilities) {
        let scores = logits(after: number, said).map { Double($0) / 2 }
        let open = scores.indices.filter { !(260...263).contains($0) }
        let total = log(open.reduce(0) { $0 + exp(scores[$1]) })
        #expect(abs(Double(logged) - (scores[Int(id)] - total)) < 1e-4)
        said.append(id)
      }
      let after = cache.lastState(of: run.node).map { branches.model.logits($0).values } ?? []
      #expect(zip(after, logits(after: number, said)).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  /// Logits after the context of a job and some ids, by a cache of their own.
  private func logits(after number: Int, _ ids: [Int32]) -> [Float] {
    let place = cache.add(parent: job(number).context)
    branches.model.extend([CacheRun(cache, place, ids)])
    return cache.lastState(of: place).map { branches.model.logits($0).values } ?? []
  }
}
