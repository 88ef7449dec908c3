package import Foundations

/// Learns the merges of a byte-level BPE from a corpus: the most frequent pair of neighbours inside
/// words becomes a token, again and again (Sennrich et al., "Neural machine translation of rare
/// words with subword units", ACL 2016, algorithm 1).
///
/// The result depends on the counts of words only, not on the order of texts: between pairs that
/// are equally frequent, the one whose bytes come first is taken (left token, then right token).
package struct BPETrainer {
  private var counts: [ArraySlice<UInt8>: Int] = [:]

  package init() {}

  /// Counts the words of `text`, `weight` times.
  ///
  /// Names of added tokens must be left out by the
  /// caller, or their letters are learned as words.
  package mutating func add(_ text: String, weight: Int = 1) {
    let composed = Normalization.composed(Array(text.utf8)[...])
    for word in WordSplitter.words(in: composed) {
      counts[Array(composed[word])[...], default: 0] += weight
    }
  }

  /// Trains a tokenizer of `size` ordinary tokens (256 bytes and `size` - 256 merges) followed by
  /// `added`, with ids from there on.
  ///
  /// Has fewer tokens when no pair occurs `minimumCount` times any more; look at its `count`.
  package func tokenizer(
    size: Int, added: [SpecialToken] = SpecialToken.allCases, minimumCount: Int = 2
  ) throws(Fault) -> Tokenizer {
    precondition(size >= 256, "a byte-level vocabulary has at least 256 tokens, not \(size)")
    var state = TrainingState(counts)
    while state.vocabulary.count < size, state.mergeBest(minimumCount: minimumCount) {}
    return try Tokenizer(
      vocabulary: state.vocabulary, merges: Merges(state.rules),
      added: SpecialToken.tokens(added, from: state.vocabulary.count))
  }
}

private struct TrainingState {
  private(set) var vocabulary: [[UInt8]] = ByteAlphabet.order.map { [$0] }
  private(set) var rules: [Merges.Rule] = []
  private var known: [[UInt8]: Int32] = [:]
  private var words: [(symbols: [Int32], count: Int)] = []
  private var pairs: [Pair: Int] = [:]
  /// Words in which a pair has occurred; some no longer hold it.
  private var places: [Pair: Set<Int>] = [:]
  private var queue = BinaryHeap<Proposal>()

  init(_ counts: [ArraySlice<UInt8>: Int]) {
    var ids = [Int32](repeating: 0, count: 256)
    for (id, byte) in ByteAlphabet.order.enumerated() { ids[Int(byte)] = Int32(id) }
    for (word, count) in counts where word.count > 1 {
      words.append((word.map { ids[Int($0)] }, count))
      tally(words.count - 1, sign: 1)
    }
    for (pair, count) in pairs { propose(pair, count) }
  }

  /// Merges the most frequent pair; returns `false` when none is frequent enough.
  mutating func mergeBest(minimumCount: Int) -> Bool {
    while let best = queue.pop() {
      let count = pairs[best.pair, default: 0]
      if count != best.count {
        propose(best.pair, count)  // stale: counts have fallen since
        continue
      }
      guard count >= max(1, minimumCount) else { return false }
      merge(best.pair)
      return true
    }
    return false
  }

  private mutating func merge(_ pair: Pair) {
    let result = token(of: vocabulary[Int(pair.left)] + vocabulary[Int(pair.right)])
    rules.append(Merges.Rule(left: pair.left, right: pair.right, result: result))
    var grown: Set<Pair> = []
    for word in places.removeValue(forKey: pair) ?? [] {
      tally(word, sign: -1)
      words[word].symbols = Self.joined(words[word].symbols, pair, result)
      tally(word, sign: 1)
      for (left, right) in zip(words[word].symbols, words[word].symbols.dropFirst())
      where left == result || right == result {
        grown.insert(Pair(left: left, right: right))
      }
    }
    pairs[pair] = nil
    for pair in grown { propose(pair, pairs[pair, default: 0]) }
  }

  /// A new token, or the one that has these bytes: `a`+`bc` and `ab`+`c` give the same.
  private mutating func token(of bytes: [UInt8]) -> Int32 {
    if let id = known[bytes] { return id }
    known[bytes] = Int32(vocabulary.count)
    vocabulary.append(bytes)
    return Int32(vocabulary.count - 1)
  }

  private static func joined(_ symbols: [Int32], _ pair: Pair, _ result: Int32) -> [Int32] {
    var joined: [Int32] = []
    joined.reserveCapacity(symbols.count)
    var at = 0
    while at < symbols.count {
      let isPair =
        at + 1 < symbols.count && symbols[at] == pair.left && symbols[at + 1] == pair.right
      joined.append(isPair ? result : symbols[at])
      at += isPair ? 2 : 1
    }
    return joined
  }

  /// Adds the pairs of a word to the counts, or takes them away.
  private mutating func tally(_ word: Int, sign: Int) {
    let (symbols, count) = words[word]
    for (left, right) in zip(symbols, symbols.dropFirst()) {
      let pair = Pair(left: left, right: right)
      pairs[pair, default: 0] += sign * count
      if sign > 0 { places[pair, default: []].insert(word) }
    }
  }

  private mutating func propose(_ pair: Pair, _ count: Int) {
    guard count > 0 else { return }
    queue.push(
      Proposal(
        pair: pair, count: count, left: vocabulary[Int(pair.left)],
        right: vocabulary[Int(pair.right)]))
  }
}

private struct Pair: Hashable {
  let left: Int32
  let right: Int32
}

private struct Proposal: Comparable {
  let pair: Pair
  let count: Int
  let left: [UInt8]
  let right: [UInt8]

  static func < (first: Proposal, second: Proposal) -> Bool {
    if first.count != second.count { return first.count > second.count }
    if first.left != second.left { return first.left.lexicographicallyPrecedes(second.left) }
    return first.right.lexicographicallyPrecedes(second.right)
  }
}
