package import Foundations

/// Deals groups of records to splits, so that no group is cut.
package struct Splitter: Sendable, Equatable {
  package static let names = ["train", "validation", "test"]

  /// Shares of train, validation and test; their sum is 1.
  package let shares: [Double]
  /// Whether records that come with a split keep it.
  package let keepsGiven: Bool

  package init(shares: [Double], keepsGiven: Bool) {
    precondition(shares.count == Self.names.count, "a share for each of \(Self.names)")
    self.shares = shares
    self.keepsGiven = keepsGiven
  }

  /// What becomes of a record.
  package enum Fate: Sendable, Equatable {
    case split(String)
    /// Its group belongs to this other split, whose measurements it would spoil.
    case dropped(for: String)
  }

  /// The split that a group belongs to because of what its records came with.
  ///
  /// Test beats validation, and validation beats train and names of others.
  ///
  /// - Parameters:
  ///   - split: that a record of the group came with.
  ///   - claimed: by the records before.
  package func claim(_ split: String, over claimed: String?) -> String {
    let rank = { (name: String) in Self.names.firstIndex(of: name) ?? -1 }
    guard let claimed else { return split }
    return rank(split) > rank(claimed) ? split : claimed
  }

  /// - Parameters:
  ///   - given: the split the record comes with, if any.
  ///   - group: names the record's group.
  ///   - claimed: the split that the group belongs to because of what its records came with.
  ///   - random: a group's draw depends on it and on the group's name alone.
  package func fate(
    given: String?, group: String, claimed: String?, random: CounterRandom
  ) -> Fate {
    guard keepsGiven else { return .split(drawn(group, random)) }
    let own = claimed ?? drawn(group, random)
    if let given, given != own { return .dropped(for: own) }
    return .split(own)
  }

  private func drawn(_ group: String, _ random: CounterRandom) -> String {
    var draws = random.child(group)
    var left = draws.uniform()
    for (name, share) in zip(Self.names, shares) {
      left -= share
      if left < 0 { return name }
    }
    return Self.names[0]
  }
}
