/// Eight bytes looked at as one word (Lamport, "Multiple byte processing with full-word
/// instructions", CACM 1975).
enum JSONWord {
  static let highBits: UInt64 = 0x8080_8080_8080_8080
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// A word whose lowest set bit is in the first byte that is a quote, a backslash or a control
  /// character; the bytes above that one mean nothing.
  @inline(__always)
  static func specials(in word: UInt64) -> UInt64 {
    let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let marks =
      ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
      | ((word &- ones &* 0x20) & ~word)
    return marks & highBits
  }

  /// The first quote, backslash or control character at or behind `start`, or the end.
  static func firstSpecial(in bytes: Span<UInt8>, from start: Int) -> Int {
    var at = start
    while at + 8 <= bytes.count {
      let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      let marks = specials(in: word.littleEndian)
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < bytes.count && !isSpecial(bytes[at]) { at += 1 }
    return at
  }

  /// Whether a byte is a quote, a backslash or a control character.
  static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// A word whose lowest set bit is in the first byte that is a newline.
  @inline(__always)
  static func newlines(in word: UInt64) -> UInt64 {
    let lines = word ^ (ones &* 0x0A)
    return (lines &- ones) & ~lines & highBits
  }
}
