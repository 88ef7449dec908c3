package import Foundations
package import Schemas

/// A weighted sum of rewards, which is what a rollout is trained with.
package struct RewardSum: Sendable {
  package struct Part: Sendable {
    package let reward: any Reward
    package let weight: Double
  }

  package let parts: [Part]

  /// The total of one rollout and what it is made of; a term's value is before its weight.
  package struct Outcome: Sendable, Equatable {
    package let total: Double
    package let terms: [RewardTerm]
  }

  package init(_ parts: [(reward: any Reward, weight: Double)]) {
    precondition(!parts.isEmpty, "a sum of no rewards")
    self.parts = parts.map { Part(reward: $0.reward, weight: $0.weight) }
  }

  /// Of names and weights as in a pipeline file.
  package init(weights: [(name: String, weight: Double)]) throws(Fault) {
    var parts: [(any Reward, Double)] = []
    for (name, weight) in weights {
      guard weight.isFinite else {
        throw Fault("reward.weight", "the weight of \"\(name)\" is not a number")
      }
      parts.append((try RewardCatalog.named(name), weight))
    }
    guard !parts.isEmpty else { throw Fault("reward.none", "expected at least one reward") }
    self.init(parts)
  }

  /// One outcome per rollout of the group, in order.
  package func outcomes(_ group: [RewardSample], _ task: RewardTask) -> [Outcome] {
    let scores = parts.map { $0.reward.scores(group, task) }
    return group.indices.map { index in
      let terms = zip(parts, scores).map { part, scores in
        RewardTerm(
          name: part.reward.name, value: scores[index].value, reason: scores[index].reason)
      }
      return Outcome(
        total: zip(parts, terms).reduce(0) { $0 + $1.0.weight * $1.1.value }, terms: terms)
    }
  }
}
