import Foundations
import Glibc
import Operators
import Testing

@Suite struct WordsTests {
  @Test(arguments: [
    ("What COLOR is it?", "what color is it"),
    ("  Élan \t Ünïcode\u{A0}ΣΟΦΙΑ ", "élan ünïcode σοφια"),
    ("\"Well,\" she said: (yes)!", "well she said yes"),
    ("x-ray 3+4=7", "x - ray 3 + 4 = 7"),
    ("漢字かな", "漢 字 か な"),
    ("red…blue", "red blue"),
    ("🙂🙂", "🙂 🙂"),
  ])
  func `Case, punctuation and white space do not count`(text: String, plain: String) {
    #expect(Words.hashes(of: text) == Words.hashes(of: plain))
    #expect(Words.hashes(of: plain).count == plain.split(separator: " ").count)
  }

  @Test(arguments: [
    ("3 + 4", "3 - 4"), ("a < b", "a > b"), ("1.5", "15"), ("é", "e"), ("ab", "ba"),
  ])
  func `What means something else has other words`(left: String, right: String) {
    #expect(Words.hashes(of: left) != Words.hashes(of: right))
  }
}

@Suite struct MinHashTests {
  static func shingles(_ count: Int, seed: UInt64 = 1) -> [UInt64] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { _ in random.next() }
  }

  /// The plain twin of the kernel: its permutations are drawn in the same order.
  static func plainSignature(of shingles: [UInt64]) -> [UInt64] {
    var random = CounterRandom(seed: 0).child("minhash")
    let factors = (0..<112).map { _ in random.next() | 1 }
    let terms = (0..<112).map { _ in random.next() }
    return zip(factors, terms).map { factor, term in
      shingles.map { factor &* $0 &+ term }.min() ?? .max
    }
  }

  @Test(arguments: [0, 1, 2, 37, 300])
  func `The kernel finds the minima that the plain loop finds`(count: Int) {
    let shingles = Self.shingles(count)
    #expect(MinHash().signature(of: shingles) == Self.plainSignature(of: shingles))
  }

  @Test func `Equal minima are as frequent as shingles in common`() {
    let minHash = MinHash()
    var equal = 0
    for seed in 0..<100 {
      let all = Self.shingles(400, seed: UInt64(seed))
      let left = minHash.signature(of: Array(all[..<300]))
      let right = minHash.signature(of: Array(all[100...]))
      equal += zip(left, right).count { $0 == $1 }
    }
    // Jaccard 200 / 400; the standard error of 11,200 draws is 0.005.
    #expect(abs(Double(equal) / 11_200 - 0.5) < 0.02)
  }

  @Test func `Rolling shingles depend on their words alone`() {
    let words = Self.shingles(30)
    let rolled = Shingles.hashes(of: words, width: 5)
    let alone = (0...25).flatMap { Shingles.hashes(of: Array(words[$0..<$0 + 5]), width: 5) }
    #expect(rolled == alone && Set(rolled).count == 26)
    #expect(Shingles.hashes(of: Array(words[..<4]), width: 5) == [])
  }

  @Test func `Similarity counts different shingles, zero among them`() {
    #expect(TextSketch.jaccard([1, 2, 3, 3], [3, 2, 2, 0]) == 0.5)
    #expect(TextSketch.jaccard([0, 1], [0, 0, 1]) == 1)
    #expect(TextSketch.jaccard([], []) == 1)
    #expect(TextSketch.jaccard([1], []) == 0)
  }
}

@Suite struct TextIndexTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Texts of words from a vocabulary; every fifth is an earlier one of which some words changed.
  static func texts(_ count: Int) -> [String] {
    var texts: [[Int]] = []
    for index in 0..<count {
      var random = CounterRandom(seed: 5).child(index)
      if index % 5 == 4 {
        var words = texts[random.below(index)]
        for _ in 0..<random.below(9) where !words.isEmpty {
          words[random.below(words.count)] = random.below(5000)
        }
        texts.append(words)
      } else {
        texts.append((0..<30 + random.below(300)).map { _ in random.below(5000) })
      }
    }
    return texts.map { $0.map { "w\($0)" }.joined(separator: " ") }
  }

  func groups(_ texts: [String], workers: Int, room: Int = 1 << 16, similarity: Double = 0.8) throws
    -> [Int]
  {
    let index = try TextIndex(in: scratch.path, room: room)
    let minHash = MinHash()
    for text in texts { try index.append(TextSketch(of: text, by: minHash)) }
    let groups = try index.groups(similarity: similarity, workers: workers)
    return texts.indices.map { groups.root(of: $0) }
  }

  @Test func `Planted copies are found, and nothing else is`() throws {
    let texts = Self.texts(600)
    let sets = texts.map { text in
      Set(Shingles.hashes(of: Words.hashes(of: text), width: 5))
    }
    let groups = try groups(texts, workers: 2)
    var (near, found, wrong, likely) = (0, 0, 0, 0.0)
    for right in texts.indices {
      for left in 0..<right {
        let common = sets[left].intersection(sets[right]).count
        if common == 0 && groups[left] != groups[right] { continue }
        let all = sets[left].count + sets[right].count - common
        if Double(common) >= 0.8 * Double(all) {
          near += 1
          let similarity = Double(common) / Double(all)
          likely += 1 - pow(1 - pow(similarity, 8), 14)
          found += groups[left] == groups[right] ? 1 : 0
        }
        // Of the pairs that are joined, those with nothing in common cannot even be chains.
        if groups[left] == groups[right] && Double(common) < 0.5 * Double(all) { wrong += 1 }
      }
    }
    // No less than what bands of 8 rows promise.
    #expect(near > 80 && wrong == 0)
    #expect(Double(found) >= likely - 0.02 * Double(near))
  }

  @Test func `Workers and the size of runs change nothing`() throws {
    let texts = Self.texts(400)
    let one = try groups(texts, workers: 1)
    #expect(try groups(texts, workers: 2) == one)
    #expect(try groups(texts, workers: 4, room: 37) == one)
    #expect(Set(one).count < 380)
  }

  @Test func `Short texts are the same by all their words`() throws {
    let long = (0..<40).map { "w\($0)" }.joined(separator: " ")
    let texts = [
      "What color is it?", "what color IS it", "what colors is it", "", long, " ?", long + "!",
    ]
    #expect(try groups(texts, workers: 1) == [0, 0, 2, 3, 4, 3, 4])
  }

  @Test func `Nothing is joined below the similarity, all of a chain above it`() throws {
    let words = (0..<100).map { "w\($0)" }
    // One word changed in the middle costs 5 of 96 shingles on both sides: 91 / 101.
    let texts = (0..<4).map { step in
      words.indices.map { $0 > 0 && $0 <= step * 20 && $0 % 20 == 0 ? "x" : words[$0] }
        .joined(separator: " ")
    }
    #expect(try groups(texts, workers: 1, similarity: 0.9) == [0, 0, 0, 0])
    #expect(try groups(texts, workers: 1, similarity: 0.91) == [0, 1, 2, 3])
  }

  @Test func `Many copies are one group`() throws {
    let text = Self.texts(1)[0]
    let copies = Array(repeating: text, count: 300)
    #expect(try groups(copies, workers: 2, room: 64) == Array(repeating: 0, count: 300))
  }

  @Test func `Texts of different scopes are different`() throws {
    let minHash = MinHash()
    let text = Self.texts(1)[0]
    let one = TextSketch(of: text, scope: 7, by: minHash)
    let other = TextSketch(of: text, scope: 8, by: minHash)
    #expect(Set(one.keys).isDisjoint(with: other.keys))
    #expect(TextSketch.jaccard(one.content, other.content) < 0.01)
    #expect(TextSketch(of: "red", scope: 7, by: minHash) != TextSketch(of: "red", by: minHash))
  }
}

@Suite struct KeyRunsTests {
  @Test(arguments: [1, 2, 7, 64, 5000])
  func `Groups come in the order of keys, their numbers in that of coming`(room: Int) throws {
    let scratch = try Scratch()
    let runs = try KeyRuns(in: scratch.path, room: room)
    var random = CounterRandom(seed: 9)
    var expected: [UInt64: [UInt32]] = [:]
    for number in 0..<UInt32(1000) {
      let key = UInt64(random.below(300)) << 48 | 5
      expected[key, default: []].append(number)
      try runs.append(key, number)
    }
    var found: [[UInt32]] = []
    try runs.sorted().forEachGroup { found.append($0) }
    #expect(found == expected.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 })
  }
}

@Suite struct UnionFindTests {
  @Test func `Threads that join at once leave the groups of one`() throws {
    var random = CounterRandom(seed: 4)
    let pairs = (0..<3000).map { _ in (random.below(4000), random.below(4000)) }
    let one = UnionFind(count: 4000)
    for (left, right) in pairs { one.join(left, right) }
    let many = UnionFind(count: 4000)
    _ = try Lanes.map(pairs.count, workers: 4) { many.join(pairs[$0].0, pairs[$0].1) }
    #expect((0..<4000).allSatisfy { one.root(of: $0) == many.root(of: $0) })
    #expect(one.areJoined(pairs[0].0, pairs[0].1))
    // The first of a group names it.
    #expect((0..<4000).allSatisfy { one.root(of: $0) <= $0 })
  }
}
