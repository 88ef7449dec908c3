internal import Foundations

/// The merge rules of a byte-pair encoding, and their use on one word.
package struct Merges: Sendable {
  package struct Rule: Sendable, Equatable {
    package let left: Int32
    package let right: Int32
    package let result: Int32

    package init(left: Int32, right: Int32, result: Int32) {
      self.left = left
      self.right = right
      self.result = result
    }
  }

  private struct Step {
    let rank: Int32
    let result: Int32
  }

  /// Rules in the order of their ranks.
  package let rules: [Rule]
  private var steps: [UInt64: Step] = [:]

  /// - Parameters:
  ///   - rules: in the order in which a file lists them; of a pair listed twice the later counts.
  ///   - ranksByResult: whether rules with the same result are equal in rank, as in a `.tiktoken`
  ///     file, where the leftmost of them is then taken first.
  package init(_ rules: [Rule], ranksByResult: Bool = false) {
    self.rules = rules
    steps.reserveCapacity(rules.count)
    for (index, rule) in rules.enumerated() {
      steps[Self.key(rule.left, rule.right)] = Step(
        rank: ranksByResult ? rule.result : Int32(index), result: rule.result)
    }
  }

  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Merges neighbours in `symbols`, the lowest rank first and the leftmost among equals, until no
  /// rule applies.
  ///
  /// Cost O(n log n).
  package func apply(to symbols: [Int32]) -> [Int32] {
    guard symbols.count > 1 else { return symbols }
    var chain = Chain(symbols)
    var queue = BinaryHeap<Candidate>()
    func propose(_ left: Int) {
      let right = chain.next[left]
      guard right < symbols.count,
        let step = steps[Self.key(chain.symbols[left], chain.symbols[right])]
      else { return }
      queue.push(Candidate(rank: step.rank, left: left, right: right, result: step.result))
    }
    for left in 0..<symbols.count - 1 { propose(left) }
    while let best = queue.pop() {
      // Stale when one of the two has merged since: then the pair has another rule or none.
      guard chain.isLive(best.left), chain.next[best.left] == best.right,
        let step = steps[Self.key(chain.symbols[best.left], chain.symbols[best.right])],
        step.rank == best.rank, step.result == best.result
      else { continue }
      chain.join(best.left, into: best.result)
      propose(best.left)
      if best.left > 0 { propose(chain.previous[best.left]) }
    }
    return chain.remaining
  }
}

private struct Candidate: Comparable {
  let rank: Int32
  let left: Int
  let right: Int
  let result: Int32

  static func < (first: Candidate, second: Candidate) -> Bool {
    (first.rank, first.left) < (second.rank, second.left)
  }
}

/// Symbols in a doubly linked list; a joined symbol leaves a hole.
private struct Chain {
  var symbols: [Int32]
  var next: [Int]
  var previous: [Int]

  init(_ symbols: [Int32]) {
    self.symbols = symbols
    next = Array(1...symbols.count)
    previous = Array(-1..<symbols.count - 1)
  }

  func isLive(_ at: Int) -> Bool { symbols[at] >= 0 }

  /// Replaces the symbol at `left` and the one after it by `result`.
  mutating func join(_ left: Int, into result: Int32) {
    let right = next[left]
    symbols[left] = result
    symbols[right] = -1
    next[left] = next[right]
    if next[right] < symbols.count { previous[next[right]] = left }
  }

  var remaining: [Int32] { symbols.filter { $0 >= 0 } }
}
