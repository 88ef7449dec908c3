package import JSONText

/// A closed range of plausible values of a measured number, at 95 %.
package struct Interval: Sendable, Equatable {
  package let low: Double
  package let high: Double

  package init(low: Double, high: Double) {
    precondition(low <= high, "an interval from \(low) to \(high) is turned round")
    self.low = low
    self.high = high
  }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }

  package var json: JSON { [.measure(low), .measure(high)] }
}

/// How many of a number of trials succeeded.
package struct Proportion: Sendable, Equatable {
  package let successes: Int
  package let count: Int

  package init(successes: Int, of count: Int) {
    precondition(0 <= successes && successes <= count, "\(successes) successes of \(count)")
    self.successes = successes
    self.count = count
  }

  package init(_ outcomes: some Sequence<Bool>) {
    var (successes, count) = (0, 0)
    for outcome in outcomes {
      successes += outcome ? 1 : 0
      count += 1
    }
    self.init(successes: successes, of: count)
  }

  /// The share of successes, 0 to 1; 0 where nothing was tried, as the interval then tells.
  package var rate: Double { count == 0 ? 0 : Double(successes) / Double(count) }

  /// Wilson's score interval at 95 % (Wilson, JASA 22, 1927); all of 0 to 1 where nothing was tried.
  ///
  /// Trials count as independent. It keeps its coverage at rates near 0 and 1, where the normal
  /// approximation has none.
  package var interval: Interval {
    guard count > 0 else { return Interval(low: 0, high: 1) }
    let n = Double(count)
    let z2 = Self.normalQuantile * Self.normalQuantile
    let center = (rate + z2 / (2 * n)) / (1 + z2 / n)
    let half =
      Self.normalQuantile / (1 + z2 / n)
      * (rate * (1 - rate) / n + z2 / (4 * n * n)).squareRoot()
    return Interval(
      low: successes == 0 ? 0 : max(0, center - half),
      high: successes == count ? 1 : min(1, center + half))
  }

  /// The 97.5 % quantile of the normal distribution.
  private static let normalQuantile = 1.959963984540054

  package var json: JSON {
    [
      "correct": .integer(successes), "count": .integer(count), "rate": .measure(rate),
      "interval": interval.json,
    ]
  }
}
