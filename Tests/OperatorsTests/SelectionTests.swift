import Foundations
import JSONText
import Operators
import Testing

@Suite struct SelectionTests {
  private let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"

  /// 900 records in groups of 1 : 2 : 6, each with a random order.
  private static let records: [(group: String, order: UInt64)] = {
    let order = RandomOrder(CounterRandom(seed: 2))
    let groups = ["a", "b", "b", "c\u{0}", "c\u{0}", "c\u{0}", "c\u{0}", "c\u{0}", "c\u{0}"]
    return (0..<900).map { (groups[$0 % 9], order.of("record-\($0)")) }
  }()

  private func chosen(memory: Int, _ quotas: [String: Int]) throws -> [Int] {
    var selection = try Selection(in: folder, memory: memory)
    for (position, record) in Self.records.enumerated() {
      try selection.add(group: record.group, order: record.order, position: position)
    }
    let chosen = try selection.chosen { name throws(Fault) in quotas[name] ?? 0 }
    return try Self.records.indices.filter { try chosen.contains($0) }
  }

  @Test(arguments: [100, 5000, 1 << 24])
  func `every group gives those with the least order, in the order of the input`(
    memory: Int
  ) throws {
    let quotas = ["a": 10, "b": 500, "c\u{0}": 1, "none": 3]
    let expected = quotas.flatMap { name, quota in
      Self.records.indices.filter { Self.records[$0].group == name }
        .sorted { Self.records[$0].order < Self.records[$1].order }.prefix(quota)
    }
    #expect(try chosen(memory: memory, quotas) == expected.sorted())
    #expect(try Files.names(in: folder).isEmpty)
  }

  @Test func `an order is that of the id and the seed`() {
    let order = RandomOrder(CounterRandom(seed: 2))
    #expect(order.of("a") == RandomOrder(CounterRandom(seed: 2)).of("a"))
    #expect(order.of("a") != order.of("b"))
    #expect(order.of("a") != RandomOrder(CounterRandom(seed: 3)).of("a"))
  }
}

@Suite struct StratifiedSampleTests {
  static let sizes = ["a": 10, "b": 30, "c": 60, "d": 1]

  @Test(arguments: [
    (StratifiedSample.Amount.count(50), ["a": 5, "b": 15, "c": 30, "d": 0]),
    (.count(1000), sizes), (.count(0), sizes.mapValues { _ in 0 }), (.share(1), sizes),
    (.share(0.5), ["a": 5, "b": 15, "c": 30, "d": 1]),
    (.each(20), ["a": 20, "b": 20, "c": 20, "d": 20]), (.counts(["b": 3]), ["b": 3]),
    (.shares(["a": 1, "b": 2], of: 9), ["a": 3, "b": 6]),
  ])
  func `quotas`(amount: StratifiedSample.Amount, expected: [String: Int]) {
    #expect(StratifiedSample(amount).quotas(of: Self.sizes) == expected)
  }

  @Test func `what a stratum lacks is said`() {
    #expect(
      StratifiedSample(.each(20)).shortfalls(of: Self.sizes) == [
        "20 records of \"a\" were asked for, found 10",
        "20 records of \"d\" were asked for, found 1",
      ])
    #expect(
      StratifiedSample(.count(1000)).shortfalls(of: Self.sizes) == [
        "1000 records were asked for, found 101"
      ])
    #expect(StratifiedSample(.count(101)).shortfalls(of: Self.sizes).isEmpty)
    #expect(StratifiedSample(.share(1)).shortfalls(of: Self.sizes).isEmpty)
  }

  @Test func `dealt parts sum to the whole and differ from the share by less than one`() {
    var random = CounterRandom(seed: 4)
    for _ in 0..<500 {
      let weights = (0..<(1 + random.below(9))).map { _ in random.uniform(0.01...10) }
      let total = random.below(1000)
      let parts = LargestRemainder.deal(total, by: weights)
      #expect(parts.reduce(0, +) == total)
      let sum = weights.reduce(0, +)
      for (part, weight) in zip(parts, weights) {
        #expect(abs(Double(part) - Double(total) * weight / sum) < 1)
      }
    }
    #expect(LargestRemainder.deal(5, by: [0, 0]) == [0, 0])
    #expect(LargestRemainder.deal(100, by: [0.57, 0.43]) == [57, 43])
  }
}

@Suite struct InterleaveTests {
  @Test func `shares are exact wherever they are whole`() {
    var turns = Interleave([0.7, 0.2, 0.1])
    for turn in 1...1000 {
      if let next = turns.next { turns.take(next) }
      if turn.isMultiple(of: 10) {
        #expect(turns.turns == [turn / 10 * 7, turn / 10 * 2, turn / 10])
      }
    }
  }

  @Test func `a closed source is left out, and after the last there is none`() {
    var turns = Interleave([1, 1])
    var order: [Int] = []
    for turn in 0..<6 {
      if turn == 3 { turns.close(0) }
      if let next = turns.next {
        turns.take(next)
        order.append(next)
      }
    }
    #expect(order == [0, 1, 0, 1, 1, 1])
    turns.close(1)
    #expect(turns.next == nil)
  }
}
