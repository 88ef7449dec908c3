package import Foundations
internal import Imaging
internal import Synchronization

/// The pictures of many records, each once, numbered in the order in which they came.
///
/// Who they are and what they look like is on disk, some 200 bytes each.
package struct PictureTable: Sendable {
  private let numbers: KeyTable<UInt32>
  /// The first picture of the same pixels.
  private let firsts: KeyTable<UInt32>
  private let rows: ScratchFile
  package private(set) var count = 0

  fileprivate struct Row: BitwiseCopyable {
    let name: Digest
    var pixels = noPixels
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var quality = unknown

    /// Of a picture whose look is not known.
    static let unknown: UInt8 = 255
    static let noPixels = Digest(high: 0, low: 0)
  }

  private static let stride = MemoryLayout<Row>.stride
  private static let rowsAtOnce = 4096

  /// - Parameter folder: on the disk that takes the table.
  package init(in folder: String) throws(Fault) {
    numbers = KeyTable(in: folder)
    firsts = KeyTable(in: folder)
    rows = try ScratchFile(in: folder)
  }

  /// The number of a picture, new if it was not seen before.
  package mutating func number(of picture: Digest) throws(Fault) -> Int {
    if let number = try numbers.insert(UInt32(count), for: picture.high) { return Int(number) }
    try rows.write([Row(name: picture)], at: count * Self.stride)
    count += 1
    return count - 1
  }

  /// The number of a picture, if it was seen before.
  package func known(_ picture: Digest) throws(Fault) -> Int? {
    try numbers[picture.high].map { Int($0) }
  }

  /// The number of the first picture of the same pixels, if there is one.
  func first(like signature: PictureSignature) throws(Fault) -> Int? {
    guard let pixels = signature.pixels.flatMap({ Digest($0) }) else { return nil }
    return try firsts[pixels.high].map { Int($0) }
  }

  package func name(_ number: Int) throws(Fault) -> Digest { try row(number).name }

  /// The signature of a picture, once it was set.
  package subscript(number: Int) -> PictureSignature? {
    get throws(Fault) { try row(number).signature }
  }

  package func set(_ signature: PictureSignature, of number: Int) throws(Fault) {
    var row = try row(number)
    row.pixels = signature.pixels.flatMap { Digest($0) } ?? Row.noPixels
    if let hash = signature.hash {
      row.words = (hash.words[0], hash.words[1], hash.words[2], hash.words[3])
      row.quality = UInt8(min(max(hash.quality, 0), 100))
    }
    try rows.write([row], at: number * Self.stride)
    if row.pixels == Row.noPixels { return }
    let number = UInt32(number)
    _ = try firsts.update(row.pixels.high) { min($0 ?? number, number) }
  }

  private func row(_ number: Int) throws(Fault) -> Row {
    precondition(0..<count ~= number, "picture \(number) of \(count)")
    return try rows.read(1, at: number * Self.stride)[0]
  }

  /// Hands over name and signature of every picture in their order.
  package func forEach(
    _ body: (Digest, PictureSignature?) throws -> Void
  ) throws {
    try forEachRow { try body($1.name, $1.signature) }
  }

  private func forEachRow(_ body: (Int, Row) throws -> Void) throws {
    for start in Swift.stride(from: 0, to: count, by: Self.rowsAtOnce) {
      let some: [Row] = try rows.read(
        min(Self.rowsAtOnce, count - start), at: start * Self.stride)
      for (offset, row) in some.enumerated() { try body(start + offset, row) }
    }
  }

  // MARK: Comparing

  /// The hashes of all pictures, 33 bytes each: four words, and the quality.
  func codes() throws -> (words: [UInt64], qualities: [UInt8]) {
    var codes: (words: [UInt64], qualities: [UInt8]) = ([], [])
    codes.words.reserveCapacity(4 * count)
    codes.qualities.reserveCapacity(count)
    try forEachRow { _, row in
      codes.words += [row.words.0, row.words.1, row.words.2, row.words.3]
      codes.qualities.append(row.quality)
    }
    return codes
  }

  /// The pictures joined where they are the same; all that is compared must have signatures.
  package func groups(_ sameness: PictureSameness, workers: Int) throws -> UnionFind {
    let groups = UnionFind(count: count)
    if sameness == .bytes { return groups }
    try forEachRow { number, row in
      guard row.pixels != Row.noPixels, let first = try firsts[row.pixels.high] else { return }
      groups.join(Int(first), number)
    }
    if case .near(let near) = sameness {
      let (words, qualities) = try codes()
      try near.join(words, qualities: qualities, in: groups, workers: workers)
    }
    return groups
  }

  /// For every picture the first one of another table that looks like it itself, not through others.
  func nearest(
    in other: PictureTable, _ near: NearDuplicates, workers: Int
  ) throws -> [Int: Int] {
    let (theirs, ours) = (try other.codes(), try codes())
    let limit = other.count
    let found = Mutex<[Int: Int]>([:])
    try near.forEachPair(
      theirs.words + ours.words, qualities: theirs.qualities + ours.qualities, workers: workers
    ) { left, right in
      let (first, second) = (min(left, right), max(left, right) - limit)
      guard first < limit, second >= 0 else { return }
      found.withLock { $0[second] = min($0[second] ?? first, first) }
    }
    return found.withLock { $0 }
  }
}

extension PictureTable.Row {
  var signature: PictureSignature? {
    var signature = PictureSignature()
    if pixels != Self.noPixels { signature.pixels = pixels.hexadecimal }
    if quality != Self.unknown {
      signature.hash = PerceptualHash(
        words: [words.0, words.1, words.2, words.3], quality: Int(quality))
    }
    return signature == PictureSignature() ? nil : signature
  }
}
