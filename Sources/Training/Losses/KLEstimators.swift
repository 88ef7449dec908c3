internal import Glibc

/// Estimates of KL(π_θ ‖ π_ref) from one sampled token (Schulman, "Approximating KL divergence").
///
/// With d = logπ_ref − logπ_θ. Their values agree in the mean; their gradients do not.
package enum KLEstimator: String, Sendable, CaseIterable {
  /// −d. Its gradient is 1 at every token, so it pulls nowhere as a loss: for reports and for
  /// penalties in the reward.
  case k1
  /// d² / 2; gradient −d, in the mean the gradient of the reverse KL.
  case k2
  /// e^d − d − 1 ≥ 0, verl's `low_var_kl`; gradient 1 − e^d.
  case k3

  /// The estimate and its derivative by logπ_θ.
  ///
  /// d is cut to ±20 and the value to ±10 as in verl and EasyR1; beyond, the gradient is 0.
  package func estimate(
    policy: Double, reference: Double
  ) -> (value: Double, gradient: Double) {
    let d = min(max(reference - policy, -20), 20)
    let inside = d == reference - policy
    let (value, gradient) =
      switch self {
      case .k1: (-d, 1.0)
      case .k2: (d * d / 2, -d)
      case .k3: (exp(d) - d - 1, 1 - exp(d))
      }
    let cut = min(max(value, -10), 10)
    return (cut, inside && cut == value ? gradient : 0)
  }
}
