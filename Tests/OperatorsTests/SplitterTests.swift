import Foundations
import Operators
import Testing

@Suite struct SplitterTests {
  private let random = CounterRandom(seed: 1)

  @Test func `Shares are met, and a group is never cut`() {
    let groups = (0..<6000).map { "group \($0 / 3)" }
    let splitter = Splitter(shares: [0.8, 0.1, 0.1], keepsGiven: true)
    let fates = splitter.fates(groups, given: groups.map { _ in nil }, random: random)
    for start in stride(from: 0, to: 6000, by: 3) {
      #expect(fates[start] == fates[start + 1] && fates[start] == fates[start + 2])
    }
    let train = fates.count { $0 == .split("train") }
    #expect((4650...4950).contains(train))
  }

  @Test func `A given split is kept, and train gives way to test in a common group`() {
    let fates = Splitter(shares: [1, 0, 0], keepsGiven: true).fates(
      ["a", "a", "b", "c"], given: ["train", "test", "validation", nil], random: random)
    #expect(
      fates == [.dropped(for: "test"), .split("test"), .split("validation"), .split("train")])
  }

  @Test func `Given splits can be dealt anew`() {
    let fates = Splitter(shares: [0, 0, 1], keepsGiven: false).fates(
      ["a", "b"], given: ["train", nil], random: random)
    #expect(fates == [.split("test"), .split("test")])
  }

  @Test func `A group's draw does not depend on the others`() {
    let splitter = Splitter(shares: [0.5, 0.25, 0.25], keepsGiven: true)
    let all = splitter.fates(["a", "b", "c"], given: [nil, nil, nil], random: random)
    let one = splitter.fates(["c"], given: [nil], random: random)
    #expect(all[2] == one[0])
  }
}

extension Splitter {
  /// The fates of records in their groups.
  fileprivate func fates(
    _ groups: [String], given: [String?], random: CounterRandom
  ) -> [Fate] {
    var claims: [String: String] = [:]
    for (group, split) in zip(groups, given) {
      if let split { claims[group] = claim(split, over: claims[group]) }
    }
    return zip(groups, given).map {
      fate(given: $1, group: $0, claimed: claims[$0], random: random)
    }
  }
}
