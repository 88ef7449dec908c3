/// Deals a whole number by weights.
package enum LargestRemainder {
  /// Everyone gets the whole part of their share; what is left goes to the largest remainders.
  ///
  /// Of equal remainders the earlier comes first. The parts sum to `total`; nothing is dealt where no weight is
  /// above zero.
  package static func deal(_ total: Int, by weights: [Double]) -> [Int] {
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return weights.map { _ in 0 } }
    let shares = weights.map { Double(total) * ($0 / sum) }
    var parts = shares.map { Int($0) }
    let order = shares.indices.filter { weights[$0] > 0 }.sorted { left, right in
      let (a, b) = (shares[left] - Double(parts[left]), shares[right] - Double(parts[right]))
      return a != b ? a > b : left < right
    }
    let rest = total - parts.reduce(0, +)
    for index in order.prefix(max(0, rest)) { parts[index] += 1 }
    return parts
  }
}

/// Takes turns between sources so that after any number of turns each had its weight's share.
///
/// The next turn is of the source with the least (2 × turns + 1) / weight, of equal ones the
/// earlier: the method of Webster, which never takes a turn back when there is one more, and is
/// exact wherever the shares are whole numbers.
package struct Interleave: Sendable {
  package let weights: [Double]
  package private(set) var turns: [Int]
  private var isOpen: [Bool]

  /// Weights must be above zero.
  package init(_ weights: [Double]) {
    precondition(weights.allSatisfy { $0 > 0 }, "the weights \(weights) are not all positive")
    self.weights = weights
    turns = weights.map { _ in 0 }
    isOpen = weights.map { _ in true }
  }

  /// Whose turn it is; nil once all are closed.
  ///
  /// The turn counts when `take` is called.
  package var next: Int? {
    var best: (index: Int, value: Double)?
    for index in weights.indices where isOpen[index] {
      let value = Double(2 * turns[index] + 1) / weights[index]
      if best.map({ value < $0.value }) ?? true { best = (index, value) }
    }
    return best?.index
  }

  package mutating func take(_ index: Int) { turns[index] += 1 }

  /// Leaves a source out from now on.
  package mutating func close(_ index: Int) { isOpen[index] = false }
}
