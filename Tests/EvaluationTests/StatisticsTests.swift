import Evaluation
import Foundations
import Testing

/// Golden values: `scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson")`, SciPy 1.17.
@Suite struct ProportionTests {
  @Test(arguments: [
    (0, 10, 0.0, 0.27753279986288926), (10, 10, 0.7224672001371109, 1.0),
    (7, 20, 0.1811918241010821, 0.5671457233147637),
    (150, 300, 0.4437795161339169, 0.5562204838660831),
    (211, 317, 0.6119718021349733, 0.7152926367749634), (1, 1, 0.20654931437723745, 1.0),
    (9873, 10000, 0.9849106380508621, 0.9893151171370764),
  ])
  func `The interval is Wilson's`(successes: Int, count: Int, low: Double, high: Double) {
    let interval = Proportion(successes: successes, of: count).interval
    #expect(abs(interval.low - low) < 1e-12, "\(interval.low), expected \(low)")
    #expect(abs(interval.high - high) < 1e-12, "\(interval.high), expected \(high)")
  }

  @Test func `Nothing tried says nothing`() {
    let nothing = Proportion([Bool]())
    #expect(nothing.rate == 0)
    #expect(nothing.interval == Interval(low: 0, high: 1))
  }
}

/// Golden values: `min(1, 2 * scipy.stats.binom.cdf(min(b, c), b + c, 0.5))`, which is what
/// statsmodels computes for `mcnemar(exact=True)`.
@Suite struct McNemarTests {
  @Test(arguments: [
    (0, 0, 1.0), (0, 1, 1.0), (5, 5, 1.0), (3, 12, 0.03515625), (12, 3, 0.03515625),
    (10, 60, 8.004823399455647e-10), (1, 29, 5.774199962615967e-08),
    (700, 900, 6.319484959450105e-07), (0, 2000, 0.0),
  ])
  func `The p value is exact`(first: Int, second: Int, expected: Double) {
    let p = McNemar.exactP(onlyFirst: first, onlySecond: second)
    #expect(abs(p - expected) <= 1e-10 * expected, "\(p), expected \(expected)")
  }
}

@Suite struct BootstrapTests {
  /// 40 losses, 120 ties and 140 gains of 300 questions: mean 1/3, standard error
  /// sqrt((180/300 - 1/9) / 300) = 0.0403.
  static let gains =
    [Double](repeating: -1, count: 40) + [Double](repeating: 0, count: 120)
    + [Double](repeating: 1, count: 140)

  @Test func `Single questions give the interval of the normal approximation`() {
    let interval = Bootstrap.meanInterval(
      clusters: Self.gains.map { [$0] }, resamples: 2000, seed: 7)
    #expect(abs(interval.low - (1.0 / 3 - 1.96 * 0.0403)) < 0.01, "\(interval)")
    #expect(abs(interval.high - (1.0 / 3 + 1.96 * 0.0403)) < 0.01, "\(interval)")
  }

  @Test func `Ten equal questions per picture widen it by the root of ten`() {
    let clusters = stride(from: 0, to: 300, by: 10).map { Array(Self.gains[$0..<$0 + 10]) }
    let interval = Bootstrap.meanInterval(clusters: clusters, resamples: 2000, seed: 7)
    let ratio = (interval.high - interval.low) / (2 * 1.96 * 0.0403)
    #expect(abs(ratio - 10.squareRoot()) < 0.25, "\(ratio)")
  }

  @Test func `The same seed gives the same interval, another seed another`() {
    let clusters = Self.gains.map { [$0] }
    let first = Bootstrap.meanInterval(clusters: clusters, resamples: 100, seed: 1)
    #expect(first == Bootstrap.meanInterval(clusters: clusters, resamples: 100, seed: 1))
    #expect(first != Bootstrap.meanInterval(clusters: clusters, resamples: 100, seed: 2))
  }

  @Test func `Equal values leave no doubt`() {
    let interval = Bootstrap.meanInterval(clusters: [[0.5], [0.5, 0.5]], resamples: 10, seed: 3)
    #expect(interval == Interval(low: 0.5, high: 0.5))
  }
}
