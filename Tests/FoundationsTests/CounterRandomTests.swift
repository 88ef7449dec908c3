import Foundations
import Testing

@Suite struct `Counter-based randomness` {
  @Test func `Philox4x32-10 gives the vectors published with Random123`() {
    let zeros = Philox.block(counter: (0, 0), key: 0)
    #expect(zeros.0 == 0xe169_c58d_6627_e8d5 && zeros.1 == 0x9b00_dbd8_bc57_ac4c)
    let ones = Philox.block(counter: (.max, .max), key: .max)
    #expect(ones.0 == 0x41c8_3b0e_408f_276d && ones.1 == 0x6d54_51fd_a20b_c7c6)
  }

  @Test func `a child does not depend on how much its parent drew`() {
    var parent = CounterRandom(seed: 7)
    var early = parent.child("question-1").child(3)
    for _ in 0..<100 { _ = parent.next() }
    var late = parent.child("question-1").child(3)
    #expect((0..<50).map { _ in early.next() } == (0..<50).map { _ in late.next() })
  }

  @Test func `below is unbiased enough to pass a chi-squared test`() {
    var random = CounterRandom(seed: 1)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.below(7)] += 1 }
    let statistic = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(statistic < 22.5)  // 6 degrees of freedom, p = 0.001
  }
}
