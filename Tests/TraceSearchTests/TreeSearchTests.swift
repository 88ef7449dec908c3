import Foundations
import Prompting
import Schemas
import Testing
import TraceSearch

@Suite struct `A tree search` {
  @Test func `expands, rolls out and backs up`() throws {
    let turns = [
      // Children of the root, then two rollouts of the first and one judgement of the second.
      Sketches.look(10, 10), Sketches.answer("red"), "nonsense",
      Sketches.answer("blue"), Sketches.look(60, 40),
      // The second rollout looked again, so that it must answer.
      Sketches.domain.dialect.forcedAnswer + " red </answer><|im_end|>",
    ]
    let (policy, asked) = Sketches.reciting(turns)
    let tree = try Sketches.search(Sketches.settings()).run(
      [Sketches.root()], policy, random: CounterRandom(seed: 91))[0]
    #expect(asked().count == turns.count && tree.rounds == 1)
    #expect(tree.nodes.map(\.parent) == [-1, 0, 0])
    #expect(tree.nodes.map(\.isTerminal) == [false, false, true])
    #expect(tree.nodes.map(\.visits) == [3, 2, 1])
    #expect(tree.nodes[1].rollouts.map(\.reward) == [0, 1])
    #expect(tree.nodes[1].rollouts.map(\.walk.answer) == ["blue", "red"])
    #expect(tree.nodes[2].rollouts.map(\.reward) == [1])
    #expect(tree.nodes[1].value == 0.5 && tree.nodes[2].value == 1)
    #expect(abs(tree.nodes[0].value - 2.0 / 3) < 1e-12)
    #expect(tree.dropped == ["the turn does not begin with a think block": 1])
  }

  @Test func `spends no round on an answer once it was judged`() throws {
    let turns = [Sketches.answer("red"), Sketches.answer("blue")]
    let (policy, asked) = Sketches.reciting(turns)
    let tree = try Sketches.search(
      Sketches.settings(simulations: 4, children: 2, exploration: 0)
    ).run([Sketches.root()], policy, random: CounterRandom(seed: 91))[0]
    #expect(asked().count == 2 && tree.rounds == 1 && tree.isDone)
    #expect(tree.nodes.map(\.visits) == [2, 1, 1] && tree.nodes[1].value == 1)
  }

  @Test func `forces the answer at the depth limit`() throws {
    let forced = Sketches.domain.dialect.forcedAnswer
    var forcedTurns: [Int] = []
    let policy = ScriptedPolicy { request in
      let turn = request.dialogue.segments(to: request.node).count { $0.role == .model }
      if request.options.forcedPrefix.isEmpty { return Sketches.look(10 + 30 * turn, 40) }
      forcedTurns.append(turn)
      return forced + " red </answer><|im_end|>"
    }
    let tree = try Sketches.search(
      Sketches.settings(simulations: 6, children: 2, rollouts: 1, depth: 2)
    ).run([Sketches.root()], policy, random: CounterRandom(seed: 91))[0]
    // The look is the first turn of two; its children and rollouts are the second.
    #expect(Set(forcedTurns) == [1])
    #expect(tree.nodes.allSatisfy { $0.walk.turns <= 2 })
    #expect(tree.nodes.contains { $0.walk.turns == 2 && $0.walk.answer == "red" })
  }

  @Test func `ends where every child is refused`() throws {
    let (policy, asked) = Sketches.reciting(["a", "b", "c"])
    let tree = try Sketches.search(Sketches.settings(simulations: 20)).run(
      [Sketches.root()], policy, random: CounterRandom(seed: 91))[0]
    #expect(asked().count == 3 && tree.rounds == 1 && tree.nodes.count == 1)
    #expect(tree.isDone && !tree.hasRightLeaf && tree.dropped.values.reduce(0, +) == 3)
  }

  @Test func `stops early in one tree and goes on in another`() throws {
    var asked = 0
    let policy = ScriptedPolicy { request in
      let isEasy = request.dialogue.nodes[0].segment.text.contains("easy")
      let answer = isEasy ? "red" : "blue"
      if !request.options.forcedPrefix.isEmpty {
        return request.options.forcedPrefix + " \(answer) </answer><|im_end|>"
      }
      asked += 1
      return isEasy && asked % 2 == 0
        ? Sketches.answer(answer) : Sketches.look(asked * 37 % 200, asked * 53 % 150)
    }
    var easy = Sketches.question("easy")
    easy.question = "easy?"
    let roots = [
      try Walk(easy, Sketches.domain, pictures: [:]), try Sketches.root("hard"),
    ]
    let trees = try Sketches.search(
      Sketches.settings(simulations: 6, stopAfterSuccess: 2)
    ).run(roots, policy, random: CounterRandom(seed: 91))
    #expect(trees[0].rounds == 2 && trees[1].rounds > 2)
    #expect(trees.map(\.hasRightLeaf) == [true, false])
  }

  @Test func `grows the same trees whatever the cohort`() throws {
    let search = Sketches.search(Sketches.settings(simulations: 8))
    func records(_ ids: [String]) throws -> [String: TreeRecord] {
      let trees = try search.run(
        ids.map { try Sketches.root($0) }, Sketches.random(), random: CounterRandom(seed: 92))
      return Dictionary(
        uniqueKeysWithValues: zip(ids, trees.map { $0.record(Sketches.provenance) }))
    }
    let together = try records(["a", "b", "c", "d"])
    #expect(try records(["d", "b", "a", "c"]) == together)
    for id in ["a", "b", "c", "d"] { #expect(try records([id])[id] == together[id]) }
    #expect(together["a"]?.nodes != together["b"]?.nodes)
    #expect(together.values.reduce(0) { $0 + $1.nodes.count } > 40)
  }
}
