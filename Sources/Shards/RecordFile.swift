internal import Archiving
package import Foundations

/// The records of one file in order, a part of a dataset or any other JSON Lines file, plain or
/// compressed by zstd with or without a seek table.
package struct RecordFile: ~Copyable {
  package let path: String
  private let file: InputFile
  /// Nil for a plain file.
  private var content: ZstdStream?
  /// Where the next piece of a plain file begins.
  private var read = 0
  /// What follows the last whole line.
  private var rest: [UInt8] = []
  private var records: ArraySlice<StoredRecord> = []
  /// Of `rest`: its line from 1, and its first byte in the content.
  private var line = 1
  private var byte = 0

  private static let pieceBytes = 1 << 18

  /// - Throws: faults of reading.
  package init(_ path: String) throws(Fault) {
    let file = try InputFile(path)
    let magic = try file.read(0..<min(4, file.count))
    let content = Self.isZstd(magic) ? try SeekableZstdReader(path).stream() : nil
    self.path = path
    self.file = file
    self.content = content
  }

  /// A frame begins with 28 B5 2F FD, a skippable one with 5? 2A 4D 18 (RFC 8878, 3.1).
  private static func isZstd(_ magic: [UInt8]) -> Bool {
    magic == [0x28, 0xB5, 0x2F, 0xFD]
      || magic.count == 4 && magic[0] >> 4 == 5 && magic[1...] == [0x2A, 0x4D, 0x18]
  }

  /// The next record, or `nil` at the end.
  package mutating func next() throws(Fault) -> StoredRecord? {
    while records.isEmpty {
      let piece = try piece()
      if let piece { rest += piece } else if rest.isEmpty { return nil }
      let end = piece == nil ? rest.count : (rest.lastIndex(of: 0x0A) ?? -1) + 1
      if end == 0 { continue }
      let whole = Array(rest[..<end])
      rest.removeFirst(end)
      records = StoredRecord.lines(of: whole, file: path, line: line, byte: byte)[...]
      line += whole.count { $0 == 0x0A }
      byte += end
    }
    return records.popFirst()
  }

  private mutating func piece() throws(Fault) -> [UInt8]? {
    if content != nil { return try content?.next() }
    let end = min(read + Self.pieceBytes, file.count)
    if read == end { return nil }
    defer { read = end }
    return try file.read(read..<end)
  }
}
