internal import Glibc

/// A sorted run that outlives its sort, for work that goes on after an interruption.
package enum SortedRun {
  /// Writes entries in their order as a run that `ExternalSort.append(run:)` takes.
  package static func write(
    _ entries: [[UInt8]], to path: String
  ) throws(Fault) -> OutputFile.Written {
    var pool = EntryPool()
    for entry in entries { pool.append(entry) }
    pool.sort()
    var file = try OutputFile(path)
    var framed: [UInt8] = []
    while let entry = pool.next() {
      framed.removeAll(keepingCapacity: true)
      append(entry, to: &framed)
      try file.write(framed)
    }
    return try file.commit()
  }

  /// An entry behind its length.
  fileprivate static func append(_ entry: [UInt8], to buffer: inout [UInt8]) {
    precondition(entry.count <= UInt32.max, "an entry of \(entry.count) bytes cannot be sorted")
    for shift in stride(from: 24, through: 0, by: -8) {
      buffer.append(UInt8(truncatingIfNeeded: entry.count >> shift))
    }
    buffer.append(contentsOf: entry)
  }
}

// The parts of an external sort: entries in memory, runs on disk, and their merge. A run is
// entries one behind the other, each after its length in four bytes, the most significant first.

/// Entries in one block of memory.
struct EntryPool {
  private var content: [UInt8] = []
  private var places: [Place] = []
  private var given = 0

  private struct Place {
    /// The first eight bytes, zeros behind a shorter entry: most comparisons end here.
    let prefix: UInt64
    let start: Int
    let count: Int
  }

  /// What the entries take, with what the sorting of their places needs.
  var bytes: Int { content.count + places.count * (MemoryLayout<Place>.stride * 3 / 2) }
  var isEmpty: Bool { places.isEmpty }

  mutating func append(_ entry: [UInt8]) {
    let start = content.count
    content.append(contentsOf: entry)
    places.append(Place(prefix: Prefix.of(entry), start: start, count: entry.count))
  }

  mutating func sort() {
    let content = content
    let bytes = content.span
    places.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return Prefix.precedes(
        bytes.extracting(left.start..<left.start + left.count),
        bytes.extracting(right.start..<right.start + right.count))
    }
    given = 0
  }

  /// The next entry after a sort, or `nil` at the end.
  mutating func next() -> [UInt8]? {
    guard given < places.count else { return nil }
    defer { given += 1 }
    let place = places[given]
    return Array(content[place.start..<place.start + place.count])
  }

  mutating func removeAll() {
    content.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    given = 0
  }
}

/// The order of entries.
private enum Prefix {
  static func of(_ entry: [UInt8]) -> UInt64 {
    var prefix: UInt64 = 0
    for index in 0..<8 { prefix = prefix << 8 | (index < entry.count ? UInt64(entry[index]) : 0) }
    return prefix
  }

  static func precedes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}

/// A run being written; not synced, as no run outlives its sort.
struct RunWriter: ~Copyable {
  private let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  private static let bufferBytes = 1 << 18

  init(_ path: String) throws(Fault) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.fault("write", path) }
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  mutating func write(_ entry: [UInt8]) throws(Fault) {
    SortedRun.append(entry, to: &buffer)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  consuming func close() throws(Fault) { try flush() }

  private mutating func flush() throws(Fault) {
    try Files.put(buffer, descriptor, path)
    buffer.removeAll(keepingCapacity: true)
  }
}

/// A run being read, which stands at an entry until it is moved on.
private final class RunReader: Comparable {
  private let file: InputFile
  private let size: Int
  private var buffer: [UInt8] = []
  private var position = 0
  /// The file's offset of the buffer's end.
  private var loaded = 0
  private(set) var entry: [UInt8] = []
  private(set) var prefix: UInt64 = 0

  init(_ path: String, buffer size: Int) throws(Fault) {
    file = try InputFile(path)
    self.size = size
  }

  /// Moves on to the next entry; false at the end.
  func advance() throws(Fault) -> Bool {
    guard try load(4) else { return false }
    let count = buffer[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    position += 4
    guard try load(count) else {
      throw Fault("sort.truncated", "a sorted run ends inside an entry", at: .init(file: file.path))
    }
    entry = Array(buffer[position..<position + count])
    prefix = Prefix.of(entry)
    position += count
    return true
  }

  /// Has `count` bytes ready at `position`; false if the file ends before.
  private func load(_ count: Int) throws(Fault) -> Bool {
    if buffer.count - position >= count { return true }
    var fresh = Array(buffer[position...])
    fresh += try file.read(loaded..<loaded + max(size, count - fresh.count))
    loaded += fresh.count - (buffer.count - position)
    buffer = fresh
    position = 0
    return buffer.count >= count
  }
}

extension RunReader {
  /// By the entries that they stand at.
  static func < (left: RunReader, right: RunReader) -> Bool {
    if left.prefix != right.prefix { return left.prefix < right.prefix }
    let (left, right) = (left.entry, right.entry)
    return Prefix.precedes(left.span, right.span)
  }

  static func == (left: RunReader, right: RunReader) -> Bool { left.entry == right.entry }
}

/// The entries of several runs in their order.
struct Merge {
  private var readers = BinaryHeap<RunReader>()

  init(_ paths: [String], buffer: Int) throws(Fault) {
    for path in paths {
      let reader = try RunReader(path, buffer: buffer)
      if try reader.advance() { readers.push(reader) }
    }
  }

  mutating func next() throws(Fault) -> [UInt8]? {
    guard let least = readers.top else { return nil }
    let entry = least.entry
    if try least.advance() { readers.replaceTop(by: least) } else { _ = readers.pop() }
    return entry
  }
}
