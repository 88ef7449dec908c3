/// One trained token in a policy loss.
struct LossToken {
  var value: Double
  /// By logπ_θ.
  var gradient: Double
  var kl: Double
  /// Of the token itself, not cut.
  var logRatio: Double
  var clip: Surrogate.Clip
}

/// Counts and sums over trained tokens; those of the parts of a step merge into those of the step.
package struct PolicyMetrics: Sendable, Equatable {
  package internal(set) var sequences = 0
  package private(set) var tokens = 0
  private var low = 0
  private var high = 0
  private var dual = 0
  private var klSum = 0.0
  private var logRatioSum = 0.0
  private var lowestLow = Double.infinity
  private var highestHigh = -Double.infinity

  package init() {}

  mutating func add(_ token: LossToken) {
    tokens += 1
    switch token.clip {
    case .low: low += 1
    case .high: high += 1
    case .dual: dual += 1
    case .none: break
    }
    klSum += token.kl
    logRatioSum += token.logRatio
  }

  /// Notes the shares of a sequence whose tokens were all added.
  mutating func closeSequence() {
    guard tokens > 0 else { return }
    lowestLow = share(low)
    highestHigh = share(high)
  }

  package mutating func merge(_ other: PolicyMetrics) {
    sequences += other.sequences
    tokens += other.tokens
    low += other.low
    high += other.high
    dual += other.dual
    klSum += other.klSum
    logRatioSum += other.logRatioSum
    lowestLow = min(lowestLow, other.lowestLow)
    highestHigh = max(highestHigh, other.highestHigh)
  }

  /// By the names users know from TRL and verl; empty without tokens.
  ///
  /// `clip_ratio/…` are shares of tokens (min and max: of a sequence), `kl` is the mean of the
  /// penalty's estimate, `ppo_kl` the mean of logπ_old − logπ_θ.
  package var named: [(name: String, value: Double)] {
    guard tokens > 0 else { return [] }
    return [
      ("clip_ratio/low_mean", share(low)),
      ("clip_ratio/high_mean", share(high)),
      ("clip_ratio/region_mean", share(low + high)),
      ("clip_ratio/low_min", lowestLow),
      ("clip_ratio/high_max", highestHigh),
      ("clip_ratio/dual_mean", share(dual)),
      ("kl", klSum / Double(tokens)),
      ("ppo_kl", -logRatioSum / Double(tokens)),
    ]
  }

  package subscript(name: String) -> Double? { named.first { $0.name == name }?.value }

  private func share(_ count: Int) -> Double { Double(count) / Double(tokens) }
}
