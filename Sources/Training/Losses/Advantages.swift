/// How the rewards of groups become advantages.
///
/// A group holds the rollouts of one question. A reward of `nil` says that nothing judged the
/// rollout: it is left out of every mean and its advantage is 0. A group with one reward has
/// nothing to compare it with, so its advantage is 0 too (verl uses the raw reward instead).
package struct AdvantageRule: Sendable, Equatable {
  package enum Scale: String, Sendable, CaseIterable {
    /// (r − group mean) / (group std + ε): GRPO.
    case group
    /// r − group mean: Dr. GRPO.
    case none
    /// (r − group mean) / (std of all rewards + ε): "Lite PPO".
    case batch
    /// r − mean of the others of the group: RLOO.
    case leaveOneOut = "leave-one-out"
    /// r − group mean, then zero mean and unit variance over all tokens: REINFORCE++-baseline.
    case whitened
  }

  package var scale: Scale
  /// Added to a standard deviation; 1e-6 in verl and EasyR1, 1e-4 in TRL and ms-swift.
  package var epsilon: Double

  package init(_ scale: Scale = .group, epsilon: Double = 1e-6) {
    self.scale = scale
    self.epsilon = epsilon
  }

  /// Advantages by group and rollout.
  ///
  /// - Parameter tokens: trained tokens of every rollout, by which `whitened` weighs it; 1 where
  ///   not given.
  package func advantages(
    of rewards: [[Double?]], tokens: [[Int]]? = nil
  ) -> [[Double]] {
    switch scale {
    case .group:
      return rewards.map { group in
        let statistics = SampleStatistics(group)
        return centered(group, statistics.mean, by: statistics.deviation + epsilon)
      }
    case .none: return centered(rewards)
    case .batch:
      let deviation = SampleStatistics(rewards.flatMap { $0 }).deviation + epsilon
      return rewards.map { centered($0, SampleStatistics($0).mean, by: deviation) }
    case .leaveOneOut:
      return rewards.map { group in
        let (mean, n) = (SampleStatistics(group).mean, Double(group.count { $0 != nil }))
        return centered(group, mean, by: n > 1 ? (n - 1) / n : 1)
      }
    case .whitened: return whitened(centered(rewards), rewards, tokens: tokens)
    }
  }

  /// The advantage of several reward terms, each normalised on its own, weighted and summed, and
  /// then brought to unit deviation over the batch (GDPO; TRL's `normalize_then_sum`).
  ///
  /// - Parameter terms: by term, group and rollout; `weights` by term.
  package func advantages(
    ofTerms terms: [[[Double?]]], weights: [Double]
  ) -> [[Double]] {
    precondition(terms.count == weights.count, "\(terms.count) terms, \(weights.count) weights")
    guard let first = terms.first else { return [] }
    var sum = first.map { [Double](repeating: 0, count: $0.count) }
    for (term, weight) in zip(terms, weights) {
      for (g, group) in advantages(of: term).enumerated() {
        for (i, value) in group.enumerated() { sum[g][i] += weight * value }
      }
    }
    let statistics = SampleStatistics(sum.flatMap { $0 })
    return sum.map { centered($0, statistics.mean, by: statistics.deviation + epsilon) }
  }

  private func centered(_ groups: [[Double?]]) -> [[Double]] {
    groups.map { centered($0, SampleStatistics($0).mean, by: 1) }
  }

  private func centered(_ group: [Double?], _ mean: Double, by divisor: Double) -> [Double] {
    group.map { reward in reward.map { ($0 - mean) / divisor } ?? 0 }
  }

  /// As verl's `masked_whiten`: token-weighted mean, variance with Bessel's correction over
  /// tokens, 1e-8 under the root.
  private func whitened(
    _ values: [[Double]], _ rewards: [[Double?]], tokens: [[Int]]?
  ) -> [[Double]] {
    var (total, sum, squares) = (0.0, 0.0, 0.0)
    func weigh(_ add: (_ weight: Double, _ value: Double) -> Void) {
      for (g, group) in values.enumerated() {
        for (i, value) in group.enumerated() where rewards[g][i] != nil {
          add(Double(tokens?[g][i] ?? 1), value)
        }
      }
    }
    weigh { weight, value in
      total += weight
      sum += weight * value
    }
    let mean = total > 0 ? sum / total : 0
    weigh { weight, value in squares += weight * (value - mean) * (value - mean) }
    let deviation = ((total > 1 ? squares / (total - 1) : 0) + 1e-8).squareRoot()
    return zip(values, rewards).map { group, rewards in
      zip(group, rewards).map { $1 == nil ? 0 : ($0 - mean) / deviation }
    }
  }
}

/// Mean and sample standard deviation (n − 1) of the values that are there.
package struct SampleStatistics: Sendable, Equatable {
  package let count: Int
  /// 0 without values.
  package let mean: Double
  /// 0 with fewer than two values.
  package let deviation: Double

  package init(_ values: [Double?]) {
    let present = values.compactMap { $0 }
    count = present.count
    let mean = present.isEmpty ? 0 : present.reduce(0, +) / Double(present.count)
    self.mean = mean
    let squares = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = present.count > 1 ? (squares / Double(present.count - 1)).squareRoot() : 0
  }
}
