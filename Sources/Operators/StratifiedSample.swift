package import JSONText

/// How many records to choose of every stratum.
package struct StratifiedSample: Sendable {
  package enum Amount: Sendable, Equatable {
    /// So many in all, dealt by the sizes of the strata.
    case count(Int)
    /// This share of all, 0...1, rounded to whole records, dealt by the sizes of the strata.
    case share(Double)
    /// So many of every stratum.
    case each(Int)
    /// So many of the strata named, none of others.
    case counts([String: Int])
    /// So many in all, dealt by these weights to the strata named.
    case shares([String: Double], of: Int)
  }

  package let amount: Amount

  /// Strata that are told apart at most; more mean that `by` is no good choice.
  package static let mostStrata = 100_000

  package init(_ amount: Amount) { self.amount = amount }

  /// The name of the stratum of a value: a text as it is, anything else as JSON.
  package static func name(of value: JSON) -> String {
    if case .string(let text) = value { text } else { value.description }
  }

  /// What each stratum is to give, which may be more than it has; strata left out give nothing.
  package func quotas(of sizes: [String: Int]) -> [String: Int] {
    let all = sizes.values.reduce(0, +)
    switch amount {
    case .count(let count): return Self.dealt(min(count, all), by: sizes.mapValues(Double.init))
    case .share(let share):
      let count = Int((share * Double(all)).rounded())
      return Self.dealt(min(count, all), by: sizes.mapValues(Double.init))
    case .each(let count): return sizes.mapValues { _ in count }
    case .counts(let counts): return counts
    case .shares(let shares, let count): return Self.dealt(count, by: shares)
    }
  }

  /// What was asked for and is not there, as sentences: too few records in all, or in strata, sorted
  /// by name.
  package func shortfalls(of sizes: [String: Int]) -> [String] {
    if case .count(let count) = amount {
      let all = sizes.values.reduce(0, +)
      return all < count ? ["\(count) records were asked for, found \(all)"] : []
    }
    return quotas(of: sizes).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .compactMap { name, quota in
        let size = sizes[name] ?? 0
        return size < quota ? "\(quota) records of \"\(name)\" were asked for, found \(size)" : nil
      }
  }

  private static func dealt(_ count: Int, by weights: [String: Double]) -> [String: Int] {
    let names = weights.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let parts = LargestRemainder.deal(count, by: names.map { weights[$0] ?? 0 })
    return Dictionary(uniqueKeysWithValues: zip(names, parts))
  }
}
