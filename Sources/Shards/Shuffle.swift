internal import Foundations

/// The order in which an epoch goes through a dataset: a permutation of 0 ..< `count` over all of it,
/// which depends on count, seed and epoch alone.
///
/// Any position is found at once and without memory, so any position is a point to resume from. A
/// Feistel network of six rounds permutes the next power of four; what falls outside is permuted again
/// (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, method 2).
package struct Shuffle: Sendable {
  package let count: Int
  private let keys: [UInt64]
  /// Half of the bits of the power of four.
  private let bits: UInt64

  private static let rounds = 6

  package init(_ count: Int, seed: UInt64, epoch: Int) {
    precondition(count >= 0, "a shuffle of \(count)")
    self.count = count
    var random = CounterRandom(seed: seed).child("shuffle").child(epoch)
    keys = (0..<Self.rounds).map { _ in random.next() }
    var bits: UInt64 = 1
    while 1 << (2 * bits) < count { bits += 1 }
    self.bits = bits
  }

  /// What comes at `position` of 0 ..< `count`.
  package subscript(position: Int) -> Int {
    precondition(0..<count ~= position, "position \(position) of \(count)")
    var value = UInt64(position)
    repeat { value = permuted(value) } while value >= count
    return Int(value)
  }

  private func permuted(_ value: UInt64) -> UInt64 {
    let mask = UInt64(1) << bits - 1
    var (left, right) = (value >> bits, value & mask)
    for key in keys { (left, right) = (right, left ^ StableHash.mix(right ^ key) & mask) }
    return left << bits | right
  }
}
