import Foundations
import Geometry
import Prompting
import Schemas
import Testing
import Tokenizing
import TraceSearch
import Training
import VisionLanguage

/// A local model that says what a script says: everything before is coded as the model codes it.
private final class CodedScript: Policy {
  private let local: LocalPolicy
  private let script: (SampleRequest) -> String

  init(_ sayings: Sayings, _ script: @escaping (SampleRequest) -> String) {
    local = LocalPolicy(sayings.model, sayings.tokenizer, sayings.features)
    self.script = script
  }

  func sample(_ requests: [SampleRequest]) throws -> [Continuation] {
    _ = try local.sample(
      requests.map {
        SampleRequest(
          $0.dialogue, after: $0.node, SamplingOptions(maxTokens: 0), random: $0.random)
      })
    return requests.map { request in
      let text = script(request)
      let node = request.dialogue.append(
        Segment(role: .model, text: text, ids: local.tokenizer.encode(text)), after: request.node)
      return Continuation(node: node, text: text, finish: .endOfTurn)
    }
  }
}

@Suite struct `A question in all stages` {
  let sayings: Sayings

  init() throws { sayings = try Sayings() }

  func question(_ domain: Domain) -> Question {
    let provenance = Provenance(archive: "a.tar", member: "m", sha256: Sayings.digest, seed: 0)
    let medium = Medium(
      sha256: Sayings.digest, format: .png, size: Size(width: 224, height: 168), bytes: 1)
    return Question(
      id: "q", images: [medium], question: "Welche Größe?", options: ["red", "blue"],
      answer: .option("red"), domain: domain.name, source: "test", provenance: provenance)
  }

  func walk(_ domain: Domain) throws -> Walk {
    try Walk(question(domain), domain, pictures: sayings.pictures)
  }

  /// Looks once, where the domain has looks, then answers.
  private func policy(_ domain: Domain) -> CodedScript {
    CodedScript(sayings) { request in
      let turns = request.dialogue.segments(to: request.node).count { $0.role == .model }
      let looks = domain.dialect.zooms && turns == 0 && request.options.forcedPrefix.isEmpty
      return domain.dialect.turn(
        thought: "There.", looks ? .zoom(Point(x: 30, y: 20)) : .answer("red"))
    }
  }

  /// The ids of a whole tree of one chain.
  func ids(_ tree: TokenTree) -> [Int] { tree.nodes.flatMap(\.ids).map(Int.init) }

  func searched(_ domain: Domain) throws -> TreeRecord {
    let settings = SearchSettings(
      simulations: 1, children: 1, rollouts: 1, depth: 4, exploration: 2,
      sampling: SamplingOptions(), noveltyRadius: 0, stopAfterSuccess: nil)
    let tree = try TreeSearch(settings) { _, _ in 1 }.run(
      [walk(domain)], policy(domain), random: CounterRandom(seed: 1))[0]
    return try TreeRecord(json: tree.record(question(domain).provenance).json)
  }

  func finished(_ domain: Domain, temperature: Double) throws -> Walk {
    try Walk.finish(
      [walk(domain)], policy(domain), SamplingOptions(temperature: temperature),
      randoms: [CounterRandom(seed: 2)])[0]
  }

  @Test(arguments: DomainCatalog.all.map(\.name))
  func `starts with the same ids`(name: String) throws {
    let domain = try DomainCatalog.named(name)
    let tree = try searched(domain)
    let wanted = tree.nodes[0].segments[0].ids
    let text = sayings.tokenizer.decode(wanted.filter { $0 != 260 })
    let view = try domain.view(of: question(domain).images[0].size)
    #expect(wanted.count { $0 == 260 } == view.width / 28 * view.height / 28)
    #expect(text.hasPrefix("<|im_start|>system\n\(domain.system)<|im_end|>\n<|im_start|>user\n"))
    #expect(text.hasSuffix("Größe?\nOptions: red, blue<|im_end|>\n<|im_start|>assistant\n"))

    let chain = try Linearization(LinearizationSettings(), domain).chains(of: tree).chains[0]
    let supervised = try sayings.chains.merged([chain.segments], pictures: sayings.pictures)
    #expect(supervised.nodes[0].ids.map(Int.init) == wanted)

    let rollout = try finished(domain, temperature: 1).segments
    let group = try sayings.chains.group([rollout, rollout], pictures: sayings.pictures).tree
    #expect(group.nodes[0].ids.map(Int.init) == wanted)
    #expect(PackedTrees([group], image: 260).ids.prefix(wanted.count).map(Int.init) == wanted)

    for asked in [domain, domain.withoutLooks] {
      let answered = try finished(asked, temperature: 0)
      #expect(answered.answer == "red" && answered.segments[0].ids == wanted)
    }
  }

  /// Turns and crops too: what is learned is what will be asked.
  @Test(arguments: DomainCatalog.all.map(\.name))
  func `goes on with the same ids`(name: String) throws {
    let domain = try DomainCatalog.named(name)
    let chain = try Linearization(LinearizationSettings(), domain).chains(of: searched(domain))
      .chains[0]
    let wanted = chain.segments.flatMap(\.ids)
    #expect(chain.segments.count == (domain.dialect.zooms ? 4 : 2))
    let supervised = try sayings.chains.merged([chain.segments], pictures: sayings.pictures)
    #expect(ids(supervised) == wanted)
    let rollout = try finished(domain, temperature: 1).segments
    #expect(
      ids(try sayings.chains.group([rollout], pictures: sayings.pictures).tree) == wanted)
    #expect(try finished(domain, temperature: 0).segments.flatMap(\.ids) == wanted)
    // A teacher behind an endpoint leaves texts without ids.
    let told = chain.segments.map { Segment(role: $0.role, text: $0.text, media: $0.media) }
    #expect(ids(try sayings.chains.merged([told], pictures: sayings.pictures)) == wanted)
  }
}
