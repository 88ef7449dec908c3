internal import CKernels
internal import Foundations

/// MinHash with bands: texts whose shingles overlap much are likely to share a key.
///
/// 112 permutations in 14 bands of 8, as FineWeb has it: two texts of Jaccard similarity s share a
/// key with probability 1 - (1 - s^8)^14, which is 0.56 at 0.7, 0.92 at 0.8 and 0.999 at 0.9. A
/// permutation takes a 64-bit shingle h to a h + b modulo 2^64 with an odd a.
package struct MinHash: Sendable {
  package static let bands = 14
  package static let rows = 8

  private let factors: [UInt64]
  private let terms: [UInt64]

  /// The same in every run: keys of one machine mean the same on another.
  package init() {
    var random = CounterRandom(seed: 0).child("minhash")
    factors = (0..<Self.bands * Self.rows).map { _ in random.next() | 1 }
    terms = factors.map { _ in random.next() }
  }

  /// For every permutation the least of the permuted shingles.
  package func signature(of shingles: [UInt64]) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: factors.count) { minima, count in
      unsafe ck_min_hash(
        shingles, Int64(shingles.count), factors, terms, minima.baseAddress, Int64(factors.count))
      count = factors.count
    }
  }

  /// One key for every band, which hashes its rows.
  package static func keys(of signature: [UInt64]) -> [UInt64] {
    (0..<bands).map { band in
      signature[band * rows..<(band + 1) * rows].reduce(UInt64(band)) {
        StableHash.mix($0 ^ $1) &* 0x9E37_79B9_7F4A_7C15
      }
    }
  }
}

/// Runs of neighbouring words.
package enum Shingles {
  /// Odd, so that no word loses bits however far back it lies.
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The hashes of all runs of `width` words, in their order, with repetitions; none of a text
  /// that is shorter.
  package static func hashes(of words: [UInt64], width: Int) -> [UInt64] {
    guard words.count >= width else { return [] }
    let leaving = (0..<width).reduce(1) { power, _ in power &* base }
    var hashes: [UInt64] = []
    hashes.reserveCapacity(words.count - width + 1)
    var sum: UInt64 = 0
    for index in words.indices {
      sum = sum &* base &+ words[index]
      if index >= width { sum = sum &- words[index - width] &* leaving }
      if index >= width - 1 { hashes.append(StableHash.mix(sum)) }
    }
    return hashes
  }
}
