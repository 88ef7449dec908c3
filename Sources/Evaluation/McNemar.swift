internal import Glibc

/// McNemar's test of two models on the same questions, in its exact form.
package enum McNemar {
  /// The probability of a split at least as uneven as this one if both models were equally good.
  ///
  /// Twice the lower binomial tail of min(`first`, `second`) at a half, at most 1; the same as
  /// `statsmodels.stats.contingency_tables.mcnemar(exact=True)`. 1 where the models never disagree.
  ///
  /// - Parameters:
  ///   - first: how many questions only the first model answered correctly.
  ///   - second: how many questions only the second model answered correctly.
  package static func exactP(onlyFirst first: Int, onlySecond second: Int) -> Double {
    precondition(first >= 0 && second >= 0, "negative counts \(first), \(second)")
    let (n, smaller) = (first + second, min(first, second))
    // The largest term of the tail as a logarithm, because 2^-n is no number above n = 1074.
    var logTerm = -Double(n) * log(2.0)
    for k in 0..<smaller { logTerm += log(Double(n - k)) - log(Double(k + 1)) }
    var term = 1.0
    var tail = 1.0
    for k in stride(from: smaller, to: 0, by: -1) {
      term *= Double(k) / Double(n - k + 1)
      tail += term
    }
    return min(1, 2 * exp(logTerm) * tail)
  }
}
