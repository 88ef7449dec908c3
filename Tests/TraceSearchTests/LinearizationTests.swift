import Foundations
import Geometry
import Prompting
import Schemas
import Testing
import TraceSearch

@Suite struct `Linearisation` {
  let root: Walk

  init() throws { root = try Sketches.root() }

  /// What these turns add, with the observations of looks.
  func segments(_ turns: String...) throws -> [Segment] {
    var walk = root
    for turn in turns { walk = try Sketches.walk(walk, turn) }
    return Array(walk.segments.dropFirst())
  }

  func rollout(_ segments: [Segment], _ answer: String?) -> TreeRollout {
    TreeRollout(
      segments: segments, answer: answer, reward: answer == "red" ? 1 : 0, steps: 1)
  }

  /// A root with the prompt, and below it one node a list of rollouts, of falling value.
  func tree(_ nodes: [(segments: [Segment], rollouts: [TreeRollout])]) -> TreeRecord {
    TreeRecord(
      question: root.question,
      nodes: [TreeNode(parent: -1, segments: root.segments)]
        + nodes.enumerated().map {
          TreeNode(
            parent: 0, segments: $1.segments, visits: 1, value: 1 - 0.1 * Double($0),
            rollouts: $1.rollouts)
        },
      provenance: Sketches.provenance)
  }

  func chains(
    _ tree: TreeRecord, _ change: (inout LinearizationSettings) -> Void = { _ in }
  ) throws -> Linearized {
    var settings = LinearizationSettings()
    change(&settings)
    return try Linearization(settings, Sketches.domain).chains(of: tree)
  }

  @Test func `a direct chain is a path and its right rollout`() throws {
    let look = try segments(Sketches.look(20, 20))
    let right = try segments(Sketches.answer("red"))
    let cut = try chains(tree([(look, [rollout(right, "red"), rollout(right, nil)])]))
    #expect(cut.chains.map(\.kind) == [.direct] && cut.dropped.isEmpty)
    #expect(cut.chains[0].segments == root.segments + look + right)
    #expect(cut.chains[0].answer == "red" && cut.chains[0].points == [Point(x: 80, y: 80)])
  }

  @Test func `a corrected chain turns back in the turn that was wrong`() throws {
    let look = try segments(Sketches.look(20, 20))
    let wrong = try segments(Sketches.look(90, 60, "There."), Sketches.answer("blue", "Blue, yes."))
    let right = try segments(Sketches.answer("red", "It is red."))
    let cut = try chains(tree([(look, [rollout(wrong, "blue"), rollout(right, "red")])])) {
      $0.direct = false
    }
    #expect(cut.chains.map(\.kind) == [.corrected])
    let turned =
      "<think> Blue, yes. Wait, this seems off. Let's try something else. It is red. </think>\n"
      + "<answer> red </answer><|im_end|>"
    #expect(
      cut.chains[0].segments
        == root.segments + look + wrong.prefix(2) + [Segment(role: .model, text: turned)])
    #expect(cut.chains[0].points == [Point(x: 80, y: 80), Point(x: 360, y: 240)])
    // What the turn does is what the right rollout does first, here another look.
    let longer = try segments(Sketches.look(60, 20, "Or here."), Sketches.answer("red"))
    let short = try segments(Sketches.answer("blue", "Hm."))
    let again = try chains(tree([(look, [rollout(short, "blue"), rollout(longer, "red")])])) {
      $0.direct = false
    }
    let texts = again.chains[0].segments.filter { $0.role == .model }.map(\.text)
    #expect(
      texts == [
        look[0].text, Sketches.look(60, 20, "Hm. \(Linearization.turningBack) Or here."),
        longer[2].text,
      ])
    #expect(again.chains[0].segments[4] == longer[1], "the crop that the turn asks for")
  }

  @Test func `wrong rollouts alone, or without an answer, give nothing`() throws {
    let wrong = rollout(try segments(Sketches.answer("blue")), "blue")
    let failed = rollout(try segments("nonsense"), nil)
    let right = rollout(try segments(Sketches.answer("red")), "red")
    #expect(try chains(tree([([], [wrong, failed])])).chains.isEmpty)
    #expect(try chains(tree([([], [failed, right])])).chains.map(\.kind) == [.direct])
    #expect(try chains(tree([([], [wrong, right])])) { $0.corrected = false }.chains.count == 1)
  }

  @Test func `the same chain comes once`() throws {
    let look = try segments(Sketches.look(20, 20))
    let right = rollout(try segments(Sketches.answer("red")), "red")
    let cut = try chains(tree([(look, [right, right]), (look, [right])]))
    #expect(cut.chains.count == 1 && cut.dropped == ["the same chain twice": 2])
  }

  @Test func `chains of the best nodes stay, in order`() throws {
    let nodes = try (0..<4).map { number in
      (
        segments: try segments(Sketches.look(10 + 25 * number, 20)),
        rollouts: [rollout(try segments(Sketches.answer("red")), "red")]
      )
    }
    var record = tree(nodes)
    record.nodes[3].value = 2
    let cut = try chains(record) { $0.perQuestion = 2 }
    #expect(cut.chains.map { $0.points[0].x } == [240, 40])
    #expect(cut.dropped == ["more chains than asked for": 2])
  }

  @Test func `chains with more looks than allowed go`() throws {
    let right = rollout(try segments(Sketches.answer("red")), "red")
    let looks = try segments(Sketches.look(20, 20), Sketches.look(80, 60))
    let third = try segments(Sketches.look(50, 40))
    let cut = try chains(tree([([], [right]), (looks, [right]), (looks + third, [right])]))
    #expect(cut.chains.map(\.points.count) == [0, 2])
    #expect(cut.dropped == ["more looks than the domain allows": 1])
  }

  /// Near the border a crop is shifted into the picture, but the step looks where it says.
  @Test func `points are where the steps look, also near the border`() throws {
    let looks = try segments(Sketches.look(2, 2), Sketches.look(12, 11))
    let right = rollout(try segments(Sketches.answer("red")), "red")
    let cut = try chains(tree([(looks, [right])]))
    #expect(looks[1].media[0].crop == looks[3].media[0].crop, "both are shifted to the corner")
    #expect(cut.chains.map(\.points) == [[Point(x: 8, y: 8), Point(x: 48, y: 44)]])
  }

  @Test func `chains of a search go through a file and name no place that was not looked at`()
    throws
  {
    let tree = try Sketches.search(Sketches.settings(simulations: 12)).run(
      [root], Sketches.random(), random: CounterRandom(seed: 97))[0]
    let record = tree.record(Sketches.provenance)
    let cut = try chains(record)
    #expect(cut.chains.count > 3)
    let sft = SFTRecord(
      question: record.question, chains: cut.chains, provenance: Sketches.provenance)
    try sft.check()
    #expect(try SFTRecord(json: sft.json) == sft)
    for chain in cut.chains {
      let trace = ParsedTrace(chain.segments, Sketches.domain.dialect)
      #expect(trace.malformed == nil && trace.answer == "red" && chain.answer == "red")
      #expect(trace.looks.count == chain.points.count)
    }
  }
}
