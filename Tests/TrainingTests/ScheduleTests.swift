import Testing
import Training

@Suite struct `Learning rate schedule` {
  /// Hugging Face's factors, warm-up 3 of 10; theirs for step s of the warm-up are s/3.
  static let golden: [(Schedule.Shape, [Double])] = [
    (
      .linear,
      [0.333333, 0.666667, 1, 1, 0.857143, 0.714286, 0.571429, 0.428571, 0.285714, 0.142857]
    ),
    (
      .cosine,
      [0.333333, 0.666667, 1, 1, 0.950484, 0.811745, 0.611260, 0.388740, 0.188255, 0.049516]
    ),
    (.constant, [0.333333, 0.666667, 1, 1, 1, 1, 1, 1, 1, 1]),
  ]

  @Test(arguments: golden)
  func `golden factors come out`(shape: Schedule.Shape, factors: [Double]) {
    let schedule = Schedule(shape, peak: 1, steps: 10, warmup: 3)
    expectClose((0..<10).map(schedule.factor), factors)
  }

  @Test(arguments: Schedule.Shape.allCases)
  func `no step is without an update before the end`(shape: Schedule.Shape) {
    let schedule = Schedule(shape, peak: 2e-3, steps: 50, warmup: 5, floor: 0.1)
    let rates = (0..<50).map(schedule.rate)
    #expect(rates.allSatisfy { $0 > 0 && $0 <= 2e-3 })
    #expect(rates[4] == 2e-3)
    if shape != .constant { expectClose([schedule.rate(at: 50)], [2e-4], within: 1e-12) }
  }

  @Test func `the share of warm-up is rounded up`() {
    #expect(Schedule.warmup(share: 0.03, of: 100) == 3)
    #expect(Schedule.warmup(share: 0.03, of: 101) == 4)
    #expect(Schedule(.linear, peak: 1, steps: 0).rate(at: 0) == 1)
  }
}
