internal import Foundations

/// Intervals by drawing the same data again (Efron & Tibshirani, 1993, percentile method).
package enum Bootstrap {
  /// The 95 % interval of the mean of all values.
  ///
  /// `clusters` holds the values group by group: questions on one picture share its difficulty, so
  /// they are drawn together. The interval depends on `seed` and the order of the groups only.
  ///
  /// - Precondition: there is a value, no group is empty, and `resamples` is positive.
  package static func meanInterval(
    clusters: [[Double]], resamples: Int, seed: UInt64
  ) -> Interval {
    precondition(resamples > 0, "no resamples")
    precondition(!clusters.isEmpty && clusters.allSatisfy { !$0.isEmpty }, "no values to resample")
    let sums = clusters.map { $0.reduce(0, +) }
    let counts = clusters.map { Double($0.count) }
    let root = CounterRandom(seed: seed).child("bootstrap")
    let means = (0..<resamples).map { index in
      var random = root.child(index)
      var (sum, count) = (0.0, 0.0)
      for _ in clusters {
        let chosen = random.below(clusters.count)
        sum += sums[chosen]
        count += counts[chosen]
      }
      return sum / count
    }.sorted()
    return Interval(low: quantile(0.025, of: means), high: quantile(0.975, of: means))
  }

  /// The quantile of ascending values, linear between neighbours as `numpy.quantile`.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let index = Int(position)
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
  }
}
