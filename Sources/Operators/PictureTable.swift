internal import Foundations
internal import Imaging
internal import Synchronization

/// The pictures of many records, each once, numbered in the order in which they came: who they are
/// and what they look like.
///
/// About 150 bytes each.
package struct PictureTable: Sendable {
  private var numbers: [UInt128: UInt32] = [:]
  private var names: [Digest] = []
  private var pixels: [Digest] = []
  /// Four words for every picture.
  private var codes: [UInt64] = []
  private var qualities: [UInt8] = []

  /// Of a picture whose look is not known yet.
  private static let unknown: UInt8 = 255

  package init() {}

  package var count: Int { names.count }

  /// The number of a picture, new if it was not seen before.
  package mutating func number(of picture: Digest) -> Int {
    // Half of a SHA-256 is as good as all of it.
    if let number = numbers[picture.high] { return Int(number) }
    let number = names.count
    numbers[picture.high] = UInt32(number)
    names.append(picture)
    pixels.append(Digest(high: 0, low: 0))
    codes += [0, 0, 0, 0]
    qualities.append(Self.unknown)
    return number
  }

  /// The number of a picture, if it was seen before.
  package func known(_ picture: Digest) -> Int? { numbers[picture.high].map { Int($0) } }

  package func name(_ number: Int) -> Digest { names[number] }

  /// The signature of a picture, once it was set.
  package subscript(number: Int) -> PictureSignature? {
    get {
      guard qualities[number] != Self.unknown else { return nil }
      let words: [4 of UInt64] = [
        codes[4 * number], codes[4 * number + 1], codes[4 * number + 2], codes[4 * number + 3],
      ]
      return PictureSignature(
        pixels: pixels[number].hexadecimal,
        hash: PerceptualHash(words: words, quality: Int(qualities[number])))
    }
    set {
      guard let newValue, let digest = Digest(newValue.pixels) else { return }
      pixels[number] = digest
      for word in 0..<4 { codes[4 * number + word] = newValue.hash.words[word] }
      qualities[number] = UInt8(min(max(newValue.hash.quality, 0), 100))
    }
  }

  /// The pictures joined where they are the same; all that is compared must have signatures.
  package func groups(_ sameness: PictureSameness, workers: Int) throws -> UnionFind {
    let groups = UnionFind(count: count)
    if sameness == .bytes { return groups }
    var firsts: [UInt128: UInt32] = [:]
    for number in 0..<count where qualities[number] != Self.unknown {
      if let first = firsts[pixels[number].high] {
        groups.join(Int(first), number)
      } else {
        firsts[pixels[number].high] = UInt32(number)
      }
    }
    if case .near(let near) = sameness {
      try near.join(codes, qualities: qualities, in: groups, workers: workers)
    }
    return groups
  }

  /// For every picture from number `limit` on the first one before `limit` that looks like it
  /// itself, not through others.
  func nearest(below limit: Int, _ near: NearDuplicates, workers: Int) throws -> [Int: Int] {
    let found = Mutex<[Int: Int]>([:])
    try near.forEachPair(codes, qualities: qualities, workers: workers) { left, right in
      let (first, second) = (min(left, right), max(left, right))
      guard first < limit, second >= limit else { return }
      found.withLock { $0[second] = min($0[second] ?? first, first) }
    }
    return found.withLock { $0 }
  }
}

/// A SHA-256 as two numbers.
package struct Digest: Sendable, Equatable, Hashable {
  package let high: UInt128
  package let low: UInt128

  package init(high: UInt128, low: UInt128) {
    self.high = high
    self.low = low
  }

  /// Nil if the text is not 64 hexadecimal digits.
  package init?(_ hexadecimal: String) {
    var halves: (UInt128, UInt128) = (0, 0)
    var count = 0
    for digit in hexadecimal.utf8 {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      halves =
        count < 32
        ? (halves.0 << 4 | UInt128(value), 0) : (halves.0, halves.1 << 4 | UInt128(value))
      count += 1
    }
    guard count == 64 else { return nil }
    (high, low) = halves
  }

  /// Of some bytes.
  package init(of bytes: [UInt8]) {
    self = Digest(SHA256.hexadecimal(of: bytes)) ?? Digest(high: 0, low: 0)
  }

  /// 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    Hexadecimal.text(
      of: [high, low].flatMap { half in
        (0..<16).reversed().map { UInt8(truncatingIfNeeded: half >> (8 * UInt128($0))) }
      })
  }
}
