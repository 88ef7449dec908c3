/// A soft penalty for long responses (DAPO, equation 13): 0 up to the last fifth of the token limit,
/// then falling to −1 at the limit.
package struct OverlongPenalty: Reward {
  package let name = "overlong"
  /// The part of the limit in which the penalty grows: 4096 of 20480 in DAPO.
  package static let buffer = 0.2

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> { -1...0 }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    let limit = Double(task.tokenLimit)
    let buffer = limit * Self.buffer
    return group.map {
      let excess = Double($0.tokens) - (limit - buffer)
      return Score(min(0, max(-1, -excess / buffer)), "\($0.tokens) tokens")
    }
  }
}
