internal import Archiving
package import Foundations

/// A JSON Lines file in pieces of whole lines, plain or compressed by zstd with or without a seek
/// table.
///
/// A piece has about a quarter of a megabyte, or one line that is longer. Memory holds one, whatever
/// a compressed file would become.
package struct LinePieces: ~Copyable {
  /// Lines with their newlines; the last of the file may have none.
  package struct Piece: Sendable {
    package let bytes: [UInt8]
    /// Of its first byte in the content.
    package let start: Int

    package init(bytes: [UInt8], start: Int) {
      self.bytes = bytes
      self.start = start
    }
  }

  package let path: String
  private let file: InputFile
  /// Nil for a plain file.
  private var content: ZstdStream?
  /// The place of the next piece in the content.
  private var start = 0
  /// Of compressed content: what follows the last whole line.
  private var rest: [UInt8] = []

  private static let pieceBytes = 1 << 18
  private let limit: Int

  /// - Parameter limit: the longest line, in bytes, give or take a piece; one with a picture in base64
  ///   fits.
  /// - Throws: faults of reading.
  package init(_ path: String, limit: Int = 128 << 20) throws(Fault) {
    let file = try InputFile(path)
    let magic = try file.read(0..<min(4, file.count))
    let content = Self.isZstd(magic) ? try SeekableZstdReader(path).stream() : nil
    self.path = path
    self.file = file
    self.content = content
    self.limit = limit
  }

  /// A frame begins with 28 B5 2F FD, a skippable one with 5? 2A 4D 18 (RFC 8878, 3.1).
  private static func isZstd(_ magic: [UInt8]) -> Bool {
    magic == [0x28, 0xB5, 0x2F, 0xFD]
      || magic.count == 4 && magic[0] >> 4 == 5 && magic[1...] == [0x2A, 0x4D, 0x18]
  }

  /// The next piece, never empty, or `nil` at the end.
  ///
  /// - Throws: `text.line-size`; faults of reading.
  package mutating func next() throws(Fault) -> Piece? {
    let bytes = content == nil ? try plain() : try expanded()
    guard let bytes, !bytes.isEmpty else { return nil }
    defer { start += bytes.count }
    return Piece(bytes: bytes, start: start)
  }

  /// Reads what lies behind the last newline twice, which is less than moving it.
  private func plain() throws(Fault) -> [UInt8]? {
    var length = Self.pieceBytes
    while true {
      let end = min(start + length, file.count)
      var bytes = try file.read(start..<end)
      if end == file.count { return bytes }
      if let newline = bytes.lastIndex(of: 0x0A) {
        bytes.removeLast(bytes.count - newline - 1)
        return bytes
      }
      try checkLine(length)
      length = min(2 * length, limit + 1)
    }
  }

  private mutating func expanded() throws(Fault) -> [UInt8]? {
    while let piece = try content?.next() {
      guard let newline = piece.lastIndex(of: 0x0A) else {
        rest += piece
        try checkLine(rest.count)
        continue
      }
      let whole = rest + piece[...newline]
      rest = Array(piece[(newline + 1)...])
      return whole
    }
    defer { rest = [] }
    return rest
  }

  private func checkLine(_ count: Int) throws(Fault) {
    guard count > limit else { return }
    throw Fault(
      "text.line-size", "the line that begins here has more than \(limit) bytes",
      at: Place(file: path, byte: start))
  }
}
