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

  /// - Parameters:
  ///   - groups: of every record; the first record's number is a good name.
  ///   - given: the split a record comes with, if any.
  ///   - random: a group's draw depends on it and on the group's name alone.
  package func fates(
    _ groups: [String], given: [String?], random: CounterRandom
  ) -> [Fate] {
    var claimed: [String: String] = [:]
    for (group, split) in zip(groups, given) where keepsGiven {
      guard let split else { continue }
      claimed[group] = claimed[group].map { Self.stronger($0, split) } ?? split
    }
    return zip(groups, given).map { group, split in
      let own = claimed[group] ?? drawn(group, random)
      if keepsGiven, let split, split != own { return .dropped(for: own) }
      return .split(own)
    }
  }

  /// Test beats validation, and validation beats train and names of others.
  private static func stronger(_ left: String, _ right: String) -> String {
    let rank = { (name: String) in names.firstIndex(of: name) ?? -1 }
    return rank(right) > rank(left) ? right : left
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
