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

  /// The same for newlines.
  @inline(__always)
  static func newlines(in word: UInt64) -> UInt64 {
    let lines = word ^ (ones &* 0x0A)
    return (lines &- ones) & ~lines & highBits
  }
}
