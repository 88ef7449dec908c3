import Foundations
import Imaging
import Operators
import Synchronization
import Testing

@Suite struct NearDuplicateTests {
  /// A hash with some bits of a base flipped.
  private func hash(_ base: UInt64, flipping bits: [Int] = [], quality: Int = 100) -> PerceptualHash
  {
    var words: [4 of UInt64] = [base, ~base, base &* 3, base ^ 0xFFFF]
    for bit in bits { words[bit / 64] ^= 1 << UInt64(bit % 64) }
    return PerceptualHash(words: words, quality: quality)
  }

  @Test func `Hashes up to the distance apart are joined, further ones are not`() throws {
    let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    let near = NearDuplicates()
    // Every eighth bit: two flips in every band of 16 bits but one.
    let far = Array(stride(from: 0, to: 256, by: 8))
    #expect(try near.groups([hash(base), hash(base, flipping: Array(far.prefix(31)))]) == [0, 0])
    #expect(try near.groups([hash(base), hash(base, flipping: far)]) == [0, 1])
  }

  @Test func `Joining goes on through others, and the first names the group`() throws {
    let base: UInt64 = 0x1234_5678_9ABC_DEF0
    let steps = (0..<4).map { step in hash(base, flipping: Array(0..<step * 25)) }
    #expect(try NearDuplicates().groups(steps + [hash(~base)]) == [0, 0, 0, 0, 4])
  }

  @Test func `Pictures without detail are never judged`() throws {
    let plain = [hash(1, quality: 10), hash(1, quality: 10)]
    #expect(try NearDuplicates().groups(plain) == [0, 1])
  }

  @Test func `Banding finds what comparing all pairs finds`() throws {
    var random = CounterRandom(seed: 3)
    var hashes: [PerceptualHash] = []
    for _ in 0..<40 {
      let base = UInt64(random.below(1 << 40))
      for _ in 0..<4 {
        let flips = (0..<random.below(40)).map { _ in random.below(256) }
        hashes.append(hash(base, flipping: Array(Set(flips))))
      }
    }
    let all = UnionFind(count: hashes.count)
    for left in hashes.indices {
      for right in hashes.indices where hashes[left].distance(to: hashes[right]) <= 31 {
        all.join(left, right)
      }
    }
    let expected = hashes.indices.map { all.root(of: $0) }
    #expect(try NearDuplicates().groups(hashes) == expected)
    #expect(Set(expected).count > 40)
  }

  /// Clouds of codes of one, two and four words around centres, at distances that need 0 to 3 bits
  /// in a band, and one that needs all pairs.
  @Test(arguments: [(1, 0), (1, 3), (1, 10), (1, 15), (1, 20), (2, 31), (4, 15), (4, 31), (4, 70)])
  func `All pairs within the distance are met, and no other`(words: Int, distance: Int) throws {
    var random = CounterRandom(seed: UInt64(words * 1000 + distance))
    var codes: [UInt64] = []
    for _ in 0..<60 {
      let centre = (0..<words).map { _ in random.next() }
      for _ in 0..<random.below(12) {
        var code = centre
        for _ in 0..<random.below(distance + 2) {
          let bit = random.below(64 * words)
          code[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        codes += code
      }
    }
    let count = codes.count / words
    var expected: Set<[Int]> = []
    for right in 0..<count {
      for left in 0..<right {
        let bits = (0..<words).reduce(0) {
          $0 + (codes[left * words + $1] ^ codes[right * words + $1]).nonzeroBitCount
        }
        if bits <= distance { expected.insert([left, right]) }
      }
    }
    let met = Mutex<Set<[Int]>>([])
    try NearCodes(codes, words: words).forEachPair(within: distance, workers: 3) { left, right in
      met.withLock { _ = $0.insert([min(left, right), max(left, right)]) }
    }
    #expect(met.withLock { $0 } == expected && expected.count > 20)
  }

  /// More pairs of one code than the kernel gives at a time.
  @Test func `Large groups are joined whole`() throws {
    let hashes = (0..<2500).map { hash(77, flipping: [$0 % 256, $0 / 256]) }
    #expect(try NearDuplicates().groups(hashes, workers: 2) == Array(repeating: 0, count: 2500))
  }
}
