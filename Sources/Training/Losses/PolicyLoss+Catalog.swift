extension PolicyLoss {
  /// The losses of the literature by name, with their published constants.
  package static let catalog: [(name: String, loss: PolicyLoss)] = [
    // Shao et al., DeepSeekMath (2024), equation 3, without the KL term.
    ("grpo", PolicyLoss(aggregation: .sequenceMeanOfTokenMeans)),
    // Yu et al., DAPO (2025): clip-higher, mean over tokens.
    ("dapo", PolicyLoss(surrogate: .clip(low: 0.2, high: 0.28))),
    // Zheng et al., GSPO (2025).
    (
      "gspo",
      PolicyLoss(
        ratio: .sequence, surrogate: .clip(low: 3e-4, high: 4e-4),
        aggregation: .sequenceMeanOfTokenMeans)
    ),
    ("cispo", PolicyLoss(surrogate: .cispo(high: 5))),
    (
      "sapo",
      PolicyLoss(
        surrogate: .sapo(positive: 1, negative: 1.05), aggregation: .sequenceMeanOfTokenMeans)
    ),
    ("luspo", PolicyLoss(ratio: .sequence, aggregation: .sequenceMeanOfTokenSums)),
    (
      "vespo",
      PolicyLoss(
        ratio: .product,
        surrogate: .vespo(
          positive: Surrogate.VESPOShape(k: 2, lambda: 3),
          negative: Surrogate.VESPOShape(k: 3, lambda: 2)))
    ),
    // ViGoRL's script: EasyR1's clipping, mean over tokens, k3 with 0.01.
    (
      "vigorl",
      PolicyLoss(
        surrogate: .clip(low: 0.2, high: 0.28, dual: 3), penalty: Penalty(.k3, 0.01))
    ),
  ]

  /// Sums over tokens divided by a constant, the longest completion (Liu et al., 2025, Dr-GRPO).
  package static func drGRPO(longest: Int) -> PolicyLoss {
    PolicyLoss(aggregation: .tokenSum(over: longest))
  }

  package static func named(_ name: String) -> PolicyLoss? {
    catalog.first { $0.name == name }?.loss
  }
}
