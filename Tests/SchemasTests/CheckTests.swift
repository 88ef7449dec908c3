import Foundations
import Geometry
import Schemas
import Testing

@Suite struct `Checks of records` {
  func fault<R: Record>(_ record: R, _ change: (inout R) -> Void) -> [String?] {
    var changed = record
    change(&changed)
    do throws(Fault) {
      try changed.check()
      return []
    } catch {
      return [error.code, error.place.key]
    }
  }

  @Test func `the samples hold`() throws {
    for record in Samples.questions { try record.check() }
    for record in Samples.trees { try record.check() }
    for record in Samples.chains { try record.check() }
    for record in Samples.rollouts { try record.check() }
    for record in Samples.evaluations { try record.check() }
  }

  @Test func `places outside the picture are found`() {
    let outside = Box(x0: 600, y0: 0, x1: 641, y1: 10)
    #expect(
      fault(Samples.fullQuestion) { $0.targets[0].box = outside } == [
        "box.outside", "targets[0].box",
      ])
    #expect(
      fault(Samples.boxQuestion) { $0.answer = .pointInBox(outside) }
        == ["box.outside", "answer.box"])
    #expect(
      fault(Samples.trees[0]) { $0.nodes[1].point = Point(x: 3, y: 481) }
        == ["point.outside", "nodes[1].point"])
    #expect(
      fault(Samples.chains[0]) { $0.chains[0].points[0].x = .nan }
        == ["point.outside", "chains[0].points[0]"])
    #expect(
      fault(Samples.chains[0]) { $0.chains[0].segments[2].media[0].crop?.box = outside }
        == ["box.outside", "chains[0].segments[2].media[0].crop.box"])
    #expect(
      fault(Samples.rollouts[0]) { $0.segments[2].media[0].crop?.box.x1 = 0 }
        == ["box.invalid", "segments[2].media[0].crop.box"])
  }

  @Test func `members that contradict each other are found`() {
    let conflict = "record.conflict"
    #expect(fault(Samples.fullQuestion) { $0.options = ["blue"] } == [conflict, "answer.text"])
    #expect(fault(Samples.fullQuestion) { $0.images = [] } == [conflict, "images"])
    #expect(fault(Samples.trees[0]) { $0.nodes[1].parent = 1 } == [conflict, "nodes[1].parent"])
    #expect(fault(Samples.trees[0]) { $0.nodes[1].parent = -1 } == [conflict, "nodes[1].parent"])
    #expect(
      fault(Samples.trees[0]) { $0.nodes[1].rollouts[0].segments[0].ids = [] }
        == [conflict, "nodes[1].rollouts[0].segments[0].log_probabilities"])
    #expect(
      fault(Samples.rollouts[0]) { $0.segments[1].forced = 4 } == [conflict, "segments[1].forced"])
    #expect(
      fault(Samples.rollouts[0]) { $0.segments[1].logProbabilities = nil }
        == [conflict, "segments[1].log_probabilities"])
    #expect(
      fault(Samples.evaluations[0]) { $0.segments[0].forced = 1 }
        == [conflict, "segments[0].forced"])
  }
}
