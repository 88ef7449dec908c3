import Foundations
import Geometry
import Prompting
import Schemas
import Testing
import Tokenizing
import VisionLanguage

@Suite struct `A model of this process as a policy` {
  let tokenizer: Tokenizer
  let picture = SmallFolder.file(112, 84).bytes
  static let digest = String(repeating: "b", count: 64)

  init() throws { tokenizer = try SmallFolder.tokenizer() }

  /// A model that says the letter a and its end by these weights.
  func speaker(a: Double, end: Double) -> LocalPolicy {
    var weights = [Double](repeating: 1e-9, count: 264)
    (weights[97], weights[257]) = (a, end)
    return policy(Dice.model(weights, markers: 260))
  }

  func policy(_ model: Model) -> LocalPolicy {
    LocalPolicy(model, tokenizer, PictureFeatures(model))
  }

  func media(_ width: Int, _ height: Int) -> MediaReference {
    MediaReference(sha256: Self.digest, size: Size(width: width, height: height))
  }

  /// A prompt with a picture, and below it an observation with a smaller view.
  func dialogue() -> (dialogue: Dialogue, prompt: Int, observation: Int) {
    let dialogue = Dialogue(pictures: [Self.digest: picture])
    let prompt = dialogue.append(
      Segment(role: .prompt, text: "see \(ChatTemplate.picture) ", media: [media(112, 84)]),
      after: nil)
    let turn = dialogue.append(Segment(role: .model, text: "look<|im_end|>"), after: prompt)
    let observation = dialogue.append(
      Segment(role: .observation, text: " \(ChatTemplate.picture):", media: [media(56, 56)]),
      after: turn)
    return (dialogue, prompt, observation)
  }

  @Test func `codes what was said with a token for every cell of a picture`() throws {
    let (dialogue, _, observation) = dialogue()
    _ = try speaker(a: 1, end: 1).sample([
      SampleRequest(dialogue, after: observation, .init(), random: CounterRandom(seed: 1))
    ])
    let ids = dialogue.nodes.prefix(3).map(\.segment.ids)
    #expect(ids[0] == [115, 101, 101, 32, 262] + Array(repeating: 260, count: 12) + [263, 32])
    #expect(ids[1] == [108, 111, 111, 107, 257])
    #expect(ids[2] == [32, 262, 260, 260, 260, 260, 263, 58])
  }

  @Test func `leaves turns with what was forced and how likely the rest was`() throws {
    let (dialogue, prompt, observation) = dialogue()
    let options = SamplingOptions(maxTokens: 4, forcedPrefix: "So: ")
    let found = try speaker(a: 3, end: 1e-9).sample([
      SampleRequest(dialogue, after: prompt, options, random: CounterRandom(seed: 1)),
      SampleRequest(dialogue, after: observation, options, random: CounterRandom(seed: 2)),
    ])
    #expect(found.map(\.text) == ["So: aaaa", "So: aaaa"])
    #expect(found.map(\.finish) == [.length, .length])
    for (turn, parent) in zip(found, [prompt, observation]) {
      let node = dialogue.nodes[turn.node]
      #expect(node.parent == parent && node.segment.role == .model && node.segment.forced == 4)
      #expect(node.segment.ids == [83, 111, 58, 32, 97, 97, 97, 97])
      let logs = node.segment.logProbabilities ?? []
      #expect(logs.count == 8 && logs.prefix(4) == [0, 0, 0, 0] && logs[4] > -1e-4 && logs[4] <= 0)
    }
  }

  @Test func `ends a turn at the end of turn, which it keeps`() throws {
    let (dialogue, prompt, _) = dialogue()
    let turn = try speaker(a: 1e-9, end: 1).sample([
      SampleRequest(dialogue, after: prompt, .init(), random: CounterRandom(seed: 1))
    ])[0]
    #expect(turn.finish == .endOfTurn && turn.text == "<|im_end|>")
    #expect(dialogue.nodes[turn.node].segment.ids == [257])
  }

  @Test func `says the same in every company and whatever it has computed before`() throws {
    let policy = policy(Branches.model())
    let options = SamplingOptions(temperature: 1.5, maxTokens: 12, forcedPrefix: "<")
    func ids(_ order: [Int], warm: Bool) throws -> [Int: [Int]] {
      let (dialogue, prompt, observation) = dialogue()
      let requests = order.map { number in
        SampleRequest(
          dialogue, after: number < 3 ? prompt : observation, options,
          random: CounterRandom(seed: 7).child(number))
      }
      if warm { _ = try policy.sample([requests[0]]) }
      let turns = try policy.sample(requests)
      return Dictionary(
        uniqueKeysWithValues: zip(order, turns.map { dialogue.nodes[$0.node].segment.ids }))
    }
    let together = try ids([0, 1, 2, 3, 4], warm: false)
    #expect(Set(together.values).count == 5)
    #expect(try ids([4, 2, 0, 3, 1], warm: true) == together)
    for number in 0..<5 {
      #expect(try ids([number], warm: number % 2 == 0)[number] == together[number])
    }
  }

  @Test func `misses a picture that the dialogue does not hold`() {
    let dialogue = Dialogue(pictures: [:])
    let prompt = dialogue.append(
      Segment(role: .prompt, text: ChatTemplate.picture, media: [media(56, 56)]), after: nil)
    let fault = #expect(throws: Fault.self) {
      try speaker(a: 1, end: 1).sample([
        SampleRequest(dialogue, after: prompt, .init(), random: CounterRandom(seed: 1))
      ])
    }
    #expect(fault?.code == "dialogue.picture")
  }

  @Test func `stays right about the others when a picture is missing`() throws {
    let policy = policy(Branches.model())
    func request(_ dialogue: Dialogue, _ node: Int) -> SampleRequest {
      SampleRequest(
        dialogue, after: node, SamplingOptions(maxTokens: 12), random: CounterRandom(seed: 9))
    }
    let (whole, prompt, _) = dialogue()
    let broken = Dialogue(pictures: [:])
    let lost = broken.append(
      Segment(role: .prompt, text: ChatTemplate.picture, media: [media(56, 56)]), after: nil)
    #expect(throws: Fault.self) {
      try policy.sample([request(whole, prompt), request(broken, lost)])
    }
    let found = try policy.sample([request(whole, prompt)])[0]
    let (fresh, first, _) = dialogue()
    #expect(try policy.sample([request(fresh, first)])[0].text == found.text)
  }
}
