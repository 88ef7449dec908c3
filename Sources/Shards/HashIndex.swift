internal import Foundations

/// A file that leads from keys to numbers in two reads, whatever its size.
///
/// 32 bytes of head: `scanidx1`, the stamp of what is indexed, the number of entries E and of buckets
/// B; then B + 1 numbers, the first entry of each bucket and E; then the entries, hash and number, in
/// the order of their hashes. All numbers are UInt64, little-endian. Bucket of a hash: its product
/// with B, divided by 2^64. The index only saves time: it can be lost, and one of another stamp is
/// not used.
struct HashIndex: Sendable {
  private let file: SharedFile
  private let buckets: Int
  let count: Int

  private static let magic: UInt64 = 0x3178_6469_6E61_6373  // scanidx1
  private static let headBytes = 32
  /// Entries in a bucket, on average: one read of a page.
  private static let bucketEntries = 64
  /// Entries in memory while an index is written.
  private static let regionEntries = 1 << 21

  /// `nil` if there is none, or one of something else.
  init?(_ path: String, stamp: UInt64) throws(Fault) {
    guard Files.exists(path) else { return nil }
    file = try SharedFile(path)
    let head = try file.read(0..<Self.headBytes)
    guard head.count == Self.headBytes, Self.word(head, 0) == Self.magic,
      Self.word(head, 8) == stamp
    else { return nil }
    let (count, buckets) = (Self.word(head, 16), Self.word(head, 24))
    guard count < 1 << 40, buckets > 0, buckets < 1 << 40,
      file.count == Self.headBytes + 8 * Int(buckets + 1) + 16 * Int(count)
    else { return nil }
    self.count = Int(count)
    self.buckets = Int(buckets)
  }

  /// The numbers of all keys with the hash of this one: nearly always its own or none.
  func candidates(_ key: String) throws(Fault) -> [Int] {
    let hash = StableHash.of(key)
    let bucket = Self.bucket(hash, buckets)
    let at = Self.headBytes + 8 * bucket
    let bounds = try file.read(at..<at + 16)
    let (first, last) = (Self.word(bounds, 0), Self.word(bounds, 8))
    guard first <= last, last <= UInt64(count) else { throw damaged(at) }
    let start = Self.headBytes + 8 * (buckets + 1) + 16 * Int(first)
    let entries = try file.read(start..<start + 16 * Int(last - first))
    var numbers: [Int] = []
    for at in stride(from: 0, to: entries.count - 15, by: 16)
    where Self.word(entries, at) == hash {
      guard let number = Int(exactly: Self.word(entries, at + 8)) else { throw damaged(start + at) }
      numbers.append(number)
    }
    return numbers
  }

  private func damaged(_ byte: Int) -> Fault {
    Fault(
      "dataset.index", "the index is damaged; delete it", at: Place(file: file.path, byte: byte))
  }

  // MARK: Writing

  /// The folder in which entries are sorted; a crash leaves it.
  static func scratch(of path: String) -> String { path + ".sort" }

  /// Writes the index of `count` keys, which `each` hands over with their numbers.
  ///
  /// Memory holds four bytes for every 64 keys; the entries are sorted on disk.
  static func write(
    _ path: String, count: Int, stamp: UInt64,
    each: ((String, Int) throws(Fault) -> Void) throws(Fault) -> Void
  ) throws(Fault) {
    let buckets = max(1, count / bucketEntries)
    var sizes = [UInt32](repeating: 0, count: buckets)
    var sort = try ExternalSort(in: scratch(of: path))
    try each { key, number throws(Fault) in
      let hash = StableHash.of(key)
      sizes[bucket(hash, buckets)] += 1
      var entry: [UInt8] = []
      entry.reserveCapacity(16)
      entry.append(bigEndian: hash)
      entry.append(bigEndian: UInt64(number))
      try sort.append(entry)
    }
    var output = try OutputFile(path)
    for word in [magic, stamp, UInt64(count), UInt64(buckets)] { try output.write(bytes(word)) }
    var first: UInt64 = 0
    for size in sizes + [0] {
      try output.write(bytes(first))
      first += UInt64(size)
    }
    let sorted = try sort.sorted()
    while let entry = try sorted.next() {
      try output.write(entry[..<8].reversed() + entry[8...].reversed())
    }
    _ = try output.commit()
  }

  private static func bucket(_ hash: UInt64, _ buckets: Int) -> Int {
    Int(hash.multipliedFullWidth(by: UInt64(buckets)).high)
  }

  private static func bytes(_ word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  private static func word(_ bytes: [UInt8], _ at: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
  }
}

/// A file that stays open, for many reads from any thread.
final class SharedFile: Sendable {
  private let file: InputFile

  init(_ path: String) throws(Fault) { file = try InputFile(path) }

  var path: String { file.path }
  var count: Int { file.count }

  func read(_ range: Range<Int>) throws(Fault) -> [UInt8] { try file.read(range) }
}
