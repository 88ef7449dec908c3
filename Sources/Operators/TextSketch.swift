internal import Foundations

/// What is kept of a text to find the texts that are nearly the same.
package struct TextSketch: Sendable, Equatable {
  /// One for every band of `MinHash`; of a short text one alone.
  package let keys: [UInt64]
  /// Half of the hash of every shingle, with repetitions; of a short text, of every word.
  package let content: [UInt32]

  /// Words of a shingle.
  package static let width = 5
  /// With fewer shingles MinHash is noise: such texts are near only where all their words are equal.
  package static let fewestShingles = 20

  package var isShort: Bool { keys.count == 1 }

  /// - Parameter scope: texts of different scopes have nothing in common; 0 is one of them.
  package init(of text: String, scope: UInt64 = 0, by minHash: MinHash) {
    let words = Words.hashes(of: text)
    let salt = scope == 0 ? 0 : StableHash.mix(scope)
    var shingles = Shingles.hashes(of: words, width: Self.width)
    if shingles.count < Self.fewestShingles {
      let all = words.reduce(salt) { StableHash.mix($0 &* 31 &+ $1) }
      keys = [all]
      content = words.map { UInt32(truncatingIfNeeded: ($0 ^ salt) >> 32) }
    } else {
      for index in shingles.indices { shingles[index] ^= salt }
      keys = MinHash.keys(of: minHash.signature(of: shingles))
      content = shingles.map { UInt32(truncatingIfNeeded: $0 >> 32) }
    }
  }

  /// Whether two contents, neither of a short text or both, are near each other.
  ///
  /// - Parameter similarity: what the shingles must have in common: the Jaccard similarity, from 0
  ///   to 1, exact but for shingles of which 32 bits are equal by chance.
  static func areNear(
    _ left: [UInt32], _ right: [UInt32], areShort: Bool, similarity: Double
  ) -> Bool {
    if areShort { return left == right }
    return jaccard(left, right) >= similarity
  }

  /// The number of different values in both, over that in either; 1 for two empty sets.
  package static func jaccard(_ left: [UInt32], _ right: [UInt32]) -> Double {
    var (ours, theirs) = (NumberSet(room: left.count), NumberSet(room: right.count))
    for value in left { ours.insert(value) }
    var common = 0
    for value in right where theirs.insert(value) && ours.contains(value) { common += 1 }
    let all = ours.count + theirs.count - common
    return all == 0 ? 1 : Double(common) / Double(all)
  }
}

/// A set of well-mixed 32-bit numbers, made for being filled once and thrown away.
private struct NumberSet {
  /// 0 is an empty place.
  private var places: [UInt32]
  private var hasZero = false
  private(set) var count = 0

  init(room: Int) {
    var places = 16
    while places < 2 * room { places *= 2 }
    self.places = Array(repeating: 0, count: places)
  }

  /// Whether the value was not there.
  @discardableResult mutating func insert(_ value: UInt32) -> Bool {
    if value == 0 {
      if !hasZero { count += 1 }
      defer { hasZero = true }
      return !hasZero
    }
    let place = find(value)
    if places[place] == value { return false }
    places[place] = value
    count += 1
    return true
  }

  func contains(_ value: UInt32) -> Bool { value == 0 ? hasZero : places[find(value)] == value }

  private func find(_ value: UInt32) -> Int {
    var place = Int(value) & (places.count - 1)
    while places[place] != 0 && places[place] != value { place = (place + 1) & (places.count - 1) }
    return place
  }
}
