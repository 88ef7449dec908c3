import Foundations
import Geometry
import JSONText
import Prompting
import Schemas
import Testing
import TraceSearch

@Suite struct `The record of a tree` {
  func record() throws -> TreeRecord {
    let (policy, _) = Sketches.reciting([
      Sketches.look(10, 10), Sketches.answer("red"), Sketches.look(12, 10),
      Sketches.look(60, 40),
    ])
    return try Sketches.search(Sketches.settings(children: 2, rollouts: 1)).run(
      [Sketches.root()], policy, random: CounterRandom(seed: 95))[0].record(Sketches.provenance)
  }

  @Test func `holds every segment once, and where each step looks`() throws {
    let record = try record()
    #expect(record.nodes.map(\.parent) == [-1, 0, 0])
    #expect(
      record.nodes.map { $0.segments.map(\.role) } == [
        [.prompt], [.model, .observation], [.model],
      ])
    // The view's (10, 10) is (40, 40) of the picture; an answer looks nowhere.
    #expect(record.nodes.map(\.point) == [nil, Point(x: 40, y: 40), nil])
    #expect(record.nodes.map(\.isTerminal) == [false, false, true])
    #expect(record.nodes.map(\.answer) == [nil, nil, "red"])
    #expect(record.nodes.map(\.visits) == [2, 1, 1])
    let rollout = record.nodes[1].rollouts[0]
    #expect(rollout.segments.map(\.role) == [.model, .observation, .model])
    #expect(rollout.steps == 2 && rollout.answer == nil && rollout.reward == 0)
  }

  @Test func `says of an answer below a look that it looks nowhere`() throws {
    let look = try Sketches.walk(Sketches.root(), Sketches.look(10, 10))
    let tree = SearchTree(try Sketches.root(), Sketches.settings(), random: CounterRandom(seed: 1))
    _ = tree.expand(0, [look])
    _ = tree.expand(1, [try Sketches.walk(look, Sketches.answer("red"))])
    let points = tree.record(Sketches.provenance).nodes.map(\.point)
    #expect(points == [nil, Point(x: 40, y: 40), nil])
  }

  @Test func `comes back from its file`() throws {
    let record = try record()
    let read = try TreeRecord(json: JSON.parse(record.json.bytes()))
    #expect(read == record)
    try read.check()
  }

  @Test func `counts looks that a rollout repeats`() throws {
    let (policy, _) = Sketches.reciting([
      Sketches.look(10, 10), Sketches.look(13, 14),
      Sketches.domain.dialect.forcedAnswer + " red </answer><|im_end|>",
    ])
    let record = try Sketches.search(Sketches.settings(children: 1, rollouts: 1)).run(
      [Sketches.root()], policy, random: CounterRandom(seed: 95))[0].record(Sketches.provenance)
    #expect(record.nodes[1].rollouts.map(\.samePoints) == [1])
    #expect(record.nodes[1].rollouts.map(\.reward) == [1])
  }
}
