import Foundations
import Geometry
import Prompting
import Schemas
import Testing
import TraceSearch

@Suite struct `A walk` {
  @Test func `gets a crop for a look and ends with an answer`() throws {
    let looked = try Sketches.walk(Sketches.root(), Sketches.look(60, 40))
    #expect(looked.end == nil && looked.turns == 1 && looked.looks == [Point(x: 60, y: 40)])
    #expect(looked.segments.map(\.role) == [.prompt, .model, .observation])
    // (60, 40) of the view is (240, 160) of the picture.
    let box = looked.segments[2].media[0].crop?.box
    #expect(box == Box(x0: 184, y0: 104, x1: 296, y1: 216))
    let ended = try Sketches.walk(looked, Sketches.answer("red"))
    #expect(ended.answer == "red" && ended.turns == 2 && ended.segments.count == 4)
    #expect(ended.originalLooks == [Point(x: 240, y: 160)])
  }

  @Test(arguments: [
    ("nonsense", "the turn does not begin with a think block"),
    (Sketches.look(113, 4), "a look outside of the picture at (113, 4)"),
    ("<think> a </think>", "the turn has neither a tool call nor an answer"),
  ])
  func `fails with a reason`(turn: String, reason: String) throws {
    let walk = try Sketches.walk(Sketches.root(), turn)
    #expect(walk.end == .failed(reason) && walk.answer == nil)
  }

  @Test func `fails when cut off, whatever it says, and beyond its looks`() throws {
    let root = try Sketches.root()
    let node = root.dialogue.append(Segment(role: .model, text: "x"), after: root.node)
    let cut = try root.after(
      Continuation(node: node, text: Sketches.answer("red"), finish: .length))
    #expect(cut.end == .failed("the turn was cut off by the token limit"))
    let third = try Sketches.walk(
      root, Sketches.look(1, 1), Sketches.look(40, 1), Sketches.look(80, 1))
    #expect(third.end == .failed("a look beyond the 2 that are allowed"))
  }

  @Test func `must answer when its looks or turns are used up`() throws {
    let forced = Sketches.domain.dialect.forcedAnswer
    func prefix(_ walk: Walk, depth: Int = .max) -> String {
      walk.request(.init(), random: CounterRandom(seed: 1), depth: depth).options.forcedPrefix
    }
    let root = try Sketches.root()
    let once = try Sketches.walk(root, Sketches.look(1, 1))
    let twice = try Sketches.walk(once, Sketches.look(40, 1))
    #expect([prefix(root), prefix(once), prefix(twice)] == ["", "", forced])
    #expect(prefix(root, depth: 1) == forced && prefix(once, depth: 2) == forced)
    #expect(prefix(once, depth: 3) == "")
    #expect(prefix(try Sketches.root("q", Sketches.domain.withoutLooks)) == forced)
    #expect(prefix(try Sketches.root("q", DomainCatalog.easyVQA)) == "", "it cannot look")
  }

  @Test func `knows how near a look is to those before`() throws {
    let root = try Sketches.root()
    let once = try Sketches.walk(root, Sketches.look(10, 10))
    let near = try Sketches.walk(once, Sketches.look(13, 14))
    #expect(root.lastLookNovelty == .infinity && once.lastLookNovelty == .infinity)
    #expect(near.lastLookNovelty == 5)
    #expect(near.repeatedLooks(within: 5) == 0 && near.repeatedLooks(within: 5.1) == 1)
  }

  @Test func `side by side with others draws turn by turn from its own randomness`() throws {
    let roots = try ["a", "b", "c"].map { try Sketches.root($0) }
    let randoms = [3, 1, 4].map { CounterRandom(seed: 81).child($0) }
    let together = try Walk.finish(
      roots, Sketches.random(), .init(), randoms: randoms)
    #expect(together.allSatisfy { $0.end != nil })
    #expect(together.contains { $0.looks.count == 2 && $0.looks[0] != $0.looks[1] })
    for (index, id) in ["a", "b", "c"].enumerated() {
      let alone = try Walk.finish(
        [Sketches.root(id)], Sketches.random(), .init(), randoms: [randoms[index]])
      #expect(alone[0].segments == together[index].segments)
    }
  }

  @Test func `that never answers ends at the depth limit`() throws {
    let policy = ScriptedPolicy { _ in Sketches.look(1, 1) }
    let domain = Domain(
      name: "far", system: "", dialect: ViGoRLMultiTurn(), pixels: 3136...9408,
      crop: Sketches.domain.crop, looks: 99)
    let walks = try Walk.finish(
      [Sketches.root("q", domain)], policy, .init(), randoms: [CounterRandom(seed: 1)], depth: 4)
    #expect(walks[0].turns == 4 && walks[0].end == .failed("no answer at the depth limit"))
  }
}
