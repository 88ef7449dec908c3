package import Foundations

/// All rewards, and the sums that are known by name.
package enum RewardCatalog {
  package static let all: [any Reward] = [
    AccuracyReward(), NearnessReward(), FormatReward(), DistinctLooksReward(),
    GroundedFormatReward(), OverlongPenalty(),
  ]

  package static let presets: [(name: String, sum: RewardSum)] = [
    // 0.6·accuracy + 0.4·(1 + 0.2·max(0, k − 1)), ViGoRL's multi-turn scripts.
    (
      "vigorl-multi-turn",
      RewardSum([(AccuracyReward(), 0.6), (FormatReward(), 0.4), (DistinctLooksReward(), 0.4)])
    ),
    // Its ablation without the bonus for new places.
    ("vigorl-multi-turn-no-bonus", RewardSum([(AccuracyReward(), 0.6), (FormatReward(), 0.4)])),
    // 0.5·accuracy + 0.5·(format × grounding).
    ("vigorl-single-turn", RewardSum([(AccuracyReward(), 0.5), (GroundedFormatReward(), 0.5)])),
    // Vanilla GRPO: no grounding.
    ("vanilla", RewardSum([(AccuracyReward(), 0.5), (FormatReward(), 0.5)])),
    ("accuracy", RewardSum([(AccuracyReward(), 1)])),
  ]

  /// The reward of a name, or a fault that names the nearest one.
  package static func named(_ name: String) throws(Fault) -> any Reward {
    if let reward = all.first(where: { $0.name == name }) { return reward }
    throw unknown("reward", name, all.map(\.name))
  }

  /// The preset of a name, or a fault that names the nearest one.
  package static func preset(_ name: String) throws(Fault) -> RewardSum {
    if let preset = presets.first(where: { $0.name == name }) { return preset.sum }
    throw unknown("preset of rewards", name, presets.map(\.name))
  }

  private static func unknown(_ what: String, _ name: String, _ known: [String]) -> Fault {
    let hint =
      Spelling.nearest(to: name, in: known).map { "did you mean \"\($0)\"?" }
      ?? "there are \(known.joined(separator: ", "))"
    return Fault("reward.unknown", "there is no \(what) \"\(name)\"; \(hint)")
  }
}
