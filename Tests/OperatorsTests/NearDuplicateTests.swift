import Foundations
import Imaging
import Operators
import Testing

@Suite struct NearDuplicateTests {
  /// A hash with some bits of a base flipped.
  private func hash(_ base: UInt64, flipping bits: [Int] = [], quality: Int = 100) -> PerceptualHash
  {
    var words: [4 of UInt64] = [base, ~base, base &* 3, base ^ 0xFFFF]
    for bit in bits { words[bit / 64] ^= 1 << UInt64(bit % 64) }
    return PerceptualHash(words: words, quality: quality)
  }

  @Test func `Hashes up to the distance apart are joined, further ones are not`() {
    let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    let near = NearDuplicates()
    // Every eighth bit: two flips in every band of 16 bits but one.
    let far = Array(stride(from: 0, to: 256, by: 8))
    #expect(near.groups([hash(base), hash(base, flipping: Array(far.prefix(31)))]) == [0, 0])
    #expect(near.groups([hash(base), hash(base, flipping: far)]) == [0, 1])
  }

  @Test func `Joining goes on through others, and the first names the group`() {
    let base: UInt64 = 0x1234_5678_9ABC_DEF0
    let steps = (0..<4).map { step in hash(base, flipping: Array(0..<step * 25)) }
    #expect(NearDuplicates().groups(steps + [hash(~base)]) == [0, 0, 0, 0, 4])
  }

  @Test func `Pictures without detail are never judged`() {
    let plain = [hash(1, quality: 10), hash(1, quality: 10)]
    #expect(NearDuplicates().groups(plain) == [0, 1])
  }

  @Test func `Banding finds what comparing all pairs finds`() {
    var random = CounterRandom(seed: 3)
    var hashes: [PerceptualHash] = []
    for _ in 0..<40 {
      let base = UInt64(random.below(1 << 40))
      for _ in 0..<4 {
        let flips = (0..<random.below(40)).map { _ in random.below(256) }
        hashes.append(hash(base, flipping: Array(Set(flips))))
      }
    }
    var all = UnionFind(count: hashes.count)
    for left in hashes.indices {
      for right in hashes.indices where hashes[left].distance(to: hashes[right]) <= 31 {
        all.join(left, right)
      }
    }
    let expected = hashes.indices.map { all.root(of: $0) }
    #expect(NearDuplicates().groups(hashes) == expected)
    #expect(Set(expected).count > 40)
  }
}
