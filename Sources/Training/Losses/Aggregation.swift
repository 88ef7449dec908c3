/// How the losses of tokens become one number; names in brackets are TRL's and verl's.
package enum Aggregation: Sendable, Equatable {
  /// Sum over all trained tokens of the step, divided by their number (`dapo`, `token-mean`).
  case tokenMean
  /// Mean over sequences of the mean over their tokens (`grpo`, `seq-mean-token-mean`).
  case sequenceMeanOfTokenMeans
  /// Mean over sequences of the sum over their tokens (`luspo`, `seq-mean-token-sum`).
  case sequenceMeanOfTokenSums
  /// Sum over all tokens, divided by sequences times a constant length (`dr_grpo`; verl's
  /// `seq-mean-token-sum-norm` does not divide by the sequences).
  case tokenSum(over: Int)

  /// The weight of every trained token of a sequence that has `tokens` of them.
  package func weight(tokens: Int, in step: StepSize) -> Double {
    guard tokens > 0 else { return 0 }
    return switch self {
    case .tokenMean: 1 / Double(step.tokens)
    case .sequenceMeanOfTokenMeans: 1 / Double(step.sequences * tokens)
    case .sequenceMeanOfTokenSums: 1 / Double(step.sequences)
    case .tokenSum(let length): 1 / Double(step.sequences * length)
    }
  }
}

/// What a whole optimiser step trains on.
///
/// Losses are divided by these, never by the size of a micro-batch: the gradient must not depend
/// on how a step is cut into parts.
package struct StepSize: Sendable, Equatable {
  /// Sequences with at least one trained token. (TRL also counts those without.)
  package var sequences: Int
  package var tokens: Int

  package init(sequences: Int, tokens: Int) {
    self.sequences = sequences
    self.tokens = tokens
  }

  /// - Parameter trained: trained tokens of every sequence of the step.
  package init(trained: [Int]) {
    self.init(sequences: trained.count { $0 > 0 }, tokens: trained.reduce(0, +))
  }
}
