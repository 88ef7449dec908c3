/// The lines of a piece of JSON Lines, one after the other, blank ones left out.
package struct LineScanner {
  /// The line found last, counted from 0 with blank ones.
  package private(set) var line = -1
  private var at = 0

  package init() {}

  /// The next line that is not blank, without its newline, or `nil` behind the last.
  ///
  /// - Parameter bytes: always the same.
  package mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    while at < bytes.count {
      let start = at
      let end = Self.newline(in: bytes, from: start)
      at = end + 1
      line += 1
      for index in start..<end where !Self.isSpace(bytes[index]) { return start..<end }
    }
    return nil
  }

  /// What JSON allows around a value in a line (RFC 8259, 2); other control bytes are damage.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  /// How many lines were passed; all of them once `next` gave `nil`.
  package var count: Int { line + 1 }

  /// The first newline at or behind `start`, or the end.
  package static func newline(in bytes: Span<UInt8>, from start: Int) -> Int {
    var at = start
    while at + 8 <= bytes.count {
      let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      let marks = JSONWord.newlines(in: word.littleEndian)
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < bytes.count && bytes[at] != 0x0A { at += 1 }
    return at
  }
}
