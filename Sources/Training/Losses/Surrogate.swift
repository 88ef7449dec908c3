internal import Glibc

/// What stands for the expected reward at one token, to be minimised.
///
/// With the ratio ρ and the advantage A.
package enum Surrogate: Sendable, Equatable {
  /// −min(ρA, clip(ρ, 1 − low, 1 + high)A): PPO; with high > low DAPO's "clip-higher".
  ///
  /// For A < 0 the loss is at most −dual·A (dual clip); ρ is at most `cap` in the first term
  /// (two-sided clipping; cap > 1 + high).
  case clip(low: Double, high: Double, dual: Double? = nil, cap: Double? = nil)
  /// −sg(min(ρ, high))·A·logπ: the ratio only weighs, so that no token loses its gradient.
  case cispo(high: Double)
  /// −A·(4/τ)·σ(τ(ρ − 1)), τ by the sign of A.
  case sapo(positive: Double, negative: Double)
  /// −sg(e^λ ρ^k e^{−λρ})·A·logπ, shape by the sign of A.
  case vespo(positive: VESPOShape, negative: VESPOShape)

  package struct VESPOShape: Sendable, Equatable {
    package var k: Double
    package var lambda: Double

    package init(k: Double, lambda: Double) {
      self.k = k
      self.lambda = lambda
    }
  }

  enum Clip {
    case none
    /// ρ < 1 − low with A < 0.
    case low
    /// ρ > 1 + high with A > 0.
    case high
    /// Cut by the dual clip.
    case dual
  }

  /// Whether the ratio is a constant to the gradient.
  var detachesRatio: Bool {
    switch self {
    case .clip, .sapo: false
    case .cispo, .vespo: true
    }
  }

  /// The loss, its derivative by logπ_θ (dρ/dlogπ = ρ), and what was clipped.
  func outcome(
    ratio: Double, advantage: Double, policy: Double
  ) -> (value: Double, slope: Double, clip: Clip) {
    switch self {
    case .clip(let low, let high, let dual, let cap):
      let clip = Self.clip(ratio, advantage, low, high)
      let first = min(ratio, cap ?? ratio) * advantage
      let second = min(max(ratio, 1 - low), 1 + high) * advantage
      let value = -min(first, second)
      if let dual, advantage < 0, value > -dual * advantage {
        return (-dual * advantage, 0, .dual)
      }
      let flows = first <= second && ratio <= cap ?? ratio
      return (value, flows ? -ratio * advantage : 0, clip)
    case .cispo(let high):
      let weight = min(ratio, high) * advantage
      return (-weight * policy, -weight, ratio > high && advantage > 0 ? .high : .none)
    case .sapo(let positive, let negative):
      let tau = advantage > 0 ? positive : negative
      let gate = 1 / (1 + exp(-tau * (ratio - 1)))
      return (
        -advantage * 4 / tau * gate, -advantage * 4 * gate * (1 - gate) * ratio, .none
      )
    case .vespo(let positive, let negative):
      let shape = advantage > 0 ? positive : negative
      let weight =
        exp(shape.lambda * (1 - ratio)) * pow(ratio, shape.k) * advantage
      return (-weight * policy, -weight, .none)
    }
  }

  private static func clip(
    _ ratio: Double, _ advantage: Double, _ low: Double, _ high: Double
  ) -> Clip {
    if ratio < 1 - low, advantage < 0 { return .low }
    if ratio > 1 + high, advantage > 0 { return .high }
    return .none
  }
}
