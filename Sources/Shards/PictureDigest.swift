/// A SHA-256 as 32 bytes, for sets and tables of many.
struct PictureDigest: Hashable, Sendable {
  private let words: SIMD4<UInt64>

  /// Half of a SHA-256 is as good as all of it.
  var key: UInt128 { UInt128(words[0]) << 64 | UInt128(words[1]) }

  /// Of 64 hexadecimal digits; `nil` for anything else.
  init?(_ text: some StringProtocol) {
    var words = SIMD4<UInt64>()
    var count = 0
    for byte in text.utf8 {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      guard count < 64 else { return nil }
      words[count >> 4] = words[count >> 4] << 4 | UInt64(digit)
      count += 1
    }
    guard count == 64 else { return nil }
    self.words = words
  }

  /// The digest is random already.
  func hash(into hasher: inout Hasher) { hasher.combine(words[0]) }
}
