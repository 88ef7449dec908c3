/// Counter-based randomness: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011).
///
/// A generator is a pure function of its key and a counter, so a draw depends only on (seed, path,
/// index) and never on what other workers drew. Derive one generator per record with `child`.
package struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: UInt64
  private var counter: UInt64 = 0
  private var spare: UInt64?

  package init(seed: UInt64) { self.key = StableHash.mix(seed &+ 0x9E37_79B9_7F4A_7C15) }

  /// The generator of a named part, independent of this one's position.
  package func child(_ name: String) -> CounterRandom {
    CounterRandom(derived: StableHash.mix(key ^ StableHash.of(name)))
  }

  /// The generator of a numbered part, independent of this one's position.
  package func child(_ index: Int) -> CounterRandom {
    let number = UInt64(bitPattern: Int64(index))
    return CounterRandom(derived: StableHash.mix(key &+ StableHash.mix(number &+ 0x51ED_270B)))
  }

  private init(derived: UInt64) { self.key = derived }

  package mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let block = Philox.block(counter: (counter, 0), key: key)
    counter &+= 1
    spare = block.1
    return block.0
  }

  /// A number in 0..<1 with 53 random bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `range`.
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number in 0..<bound, without bias.
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "below(\(bound)): the bound must be positive")
    return Int(next(upperBound: UInt64(bound)))
  }

  /// A uniformly chosen element; `items` must not be empty.
  package mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  /// A random permutation of `items` (Fisher-Yates).
  package mutating func shuffled<T>(_ items: [T]) -> [T] {
    var result = items
    for index in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(index, below(index + 1))
    }
    return result
  }
}

/// The Philox4x32-10 block function.
package enum Philox {
  /// Ten rounds over a 128-bit counter with a 64-bit key.
  package static func block(counter: (UInt64, UInt64), key: UInt64) -> (UInt64, UInt64) {
    var (c0, c1) = (UInt32(truncatingIfNeeded: counter.0), UInt32(counter.0 >> 32))
    var (c2, c3) = (UInt32(truncatingIfNeeded: counter.1), UInt32(counter.1 >> 32))
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) &* UInt64(c0)
      let second = UInt64(0xCD9E_8D57) &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(second >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (UInt64(c0) | UInt64(c1) << 32, UInt64(c2) | UInt64(c3) << 32)
  }
}
