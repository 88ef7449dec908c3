internal import Glibc

/// The tokens of one sampled sequence, as the loss sees them; all arrays have one length.
package struct LossSequence: Sendable {
  /// logπ_θ of every token under the weights in training.
  package var policy: [Double]
  /// logπ of every token under the weights that sampled it.
  package var old: [Double]
  /// logπ_ref, where a KL penalty wants it.
  package var reference: [Double]?
  /// Whether a token is trained: sampled by the model, not prompt, observation or forced.
  package var mask: [Bool]
  package var advantage: Double

  package init(
    policy: [Double], old: [Double], reference: [Double]? = nil, mask: [Bool], advantage: Double
  ) {
    precondition(
      policy.count == old.count && policy.count == mask.count
        && (reference.map { $0.count == policy.count } ?? true),
      "a sequence of \(policy.count) tokens with arrays of other lengths")
    self.policy = policy
    self.old = old
    self.reference = reference
    self.mask = mask
    self.advantage = advantage
  }

  package var trained: Int { mask.count { $0 } }
}

/// What a policy loss makes of sequences.
package struct PolicyLossResult: Sendable {
  /// The part of the step's loss that these sequences give; parts add up.
  package var loss: Double
  /// dLoss/dlogπ_θ of every token of every sequence; 0 where masked.
  package var gradients: [[Double]]
  package var metrics: PolicyMetrics
}

/// The family of GRPO losses: a surrogate of the probability ratio, an aggregation, and a KL
/// penalty.
///
/// `PolicyLoss+Catalog.swift` names the combinations of the literature.
package struct PolicyLoss: Sendable, Equatable {
  package enum Ratio: String, Sendable, CaseIterable {
    /// ρ_t = π_θ / π_old of the token.
    case token
    /// The geometric mean of ρ_t over the trained tokens of the sequence (GSPO).
    case sequence
    /// The product of ρ_t over the trained tokens of the sequence (VESPO).
    case product
  }

  package struct Penalty: Sendable, Equatable {
    package var estimator: KLEstimator
    package var coefficient: Double
    /// Multiplies the estimate by ρ_t, which makes the gradient that of the reverse KL (TRL 1.16).
    package var weightedByRatio: Bool

    package init(_ estimator: KLEstimator, _ coefficient: Double, weightedByRatio: Bool = false) {
      self.estimator = estimator
      self.coefficient = coefficient
      self.weightedByRatio = weightedByRatio
    }
  }

  package var ratio = Ratio.token
  package var surrogate = Surrogate.clip(low: 0.2, high: 0.2)
  package var aggregation = Aggregation.tokenMean
  package var penalty: Penalty?

  package init(
    ratio: Ratio = .token, surrogate: Surrogate = .clip(low: 0.2, high: 0.2),
    aggregation: Aggregation = .tokenMean, penalty: Penalty? = nil
  ) {
    self.ratio = ratio
    self.surrogate = surrogate
    self.aggregation = aggregation
    self.penalty = penalty
  }

  /// Loss and gradients of some of the sequences of a step of size `step`.
  ///
  /// A sequence without trained tokens adds nothing. A penalty needs `reference`.
  package func evaluate(_ sequences: [LossSequence], in step: StepSize) -> PolicyLossResult {
    var result = PolicyLossResult(loss: 0, gradients: [], metrics: PolicyMetrics())
    for sequence in sequences {
      let weight = aggregation.weight(tokens: sequence.trained, in: step)
      var gradients = [Double](repeating: 0, count: sequence.policy.count)
      var metrics = PolicyMetrics()
      if sequence.trained > 0 { metrics.sequences = 1 }
      let logRatios = logRatios(of: sequence)
      for t in sequence.mask.indices where sequence.mask[t] {
        let token = self.token(t, of: sequence, logRatio: logRatios[t])
        result.loss += weight * token.value
        gradients[t] = weight * token.gradient
        metrics.add(token)
      }
      metrics.closeSequence()
      result.metrics.merge(metrics)
      result.gradients.append(gradients)
    }
    return result
  }

  /// Loss and gradients of all sequences of a step.
  package func evaluate(_ sequences: [LossSequence]) -> PolicyLossResult {
    evaluate(sequences, in: StepSize(trained: sequences.map(\.trained)))
  }

  /// log ρ by token, cut to ±20 (verl and EasyR1; TRL does not); where masked meaningless.
  private func logRatios(of sequence: LossSequence) -> [Double] {
    let ratios = zip(sequence.policy, sequence.old).map { min(max($0 - $1, -20), 20) }
    let sum = zip(ratios, sequence.mask).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    return switch ratio {
    case .token: ratios
    case .sequence: ratios.map { _ in sum / Double(max(1, sequence.trained)) }
    case .product: ratios.map { _ in min(max(sum, -20), 20) }
    }
  }

  private func token(_ t: Int, of sequence: LossSequence, logRatio: Double) -> LossToken {
    let policy = sequence.policy[t]
    let outcome = surrogate.outcome(
      ratio: exp(logRatio), advantage: sequence.advantage, policy: policy)
    // Where log ρ was cut nothing flows. A sequence ratio moves by 1/n with each of its n tokens,
    // and n tokens of equal weight carry it: together the gradient of the token form.
    let isCut = abs(logRatio) == 20 && !surrogate.detachesRatio
    var token = LossToken(
      value: outcome.value, gradient: isCut ? 0 : outcome.slope, kl: 0,
      logRatio: policy - sequence.old[t], clip: outcome.clip)
    guard let penalty else { return token }
    guard let reference = sequence.reference else {
      preconditionFailure("a KL penalty needs the reference's log-probabilities")
    }
    let kl = penalty.estimator.estimate(policy: policy, reference: reference[t])
    let own = penalty.weightedByRatio ? exp(min(max(policy - sequence.old[t], -20), 20)) : 1
    token.kl = own * kl.value
    token.value += penalty.coefficient * own * kl.value
    token.gradient +=
      penalty.coefficient * own * (kl.gradient + (penalty.weightedByRatio ? kl.value : 0))
    return token
  }
}
