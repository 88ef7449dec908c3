internal import Foundations

/// The words of a text, as numbers that are equal for equal words.
///
/// Letters, marks and digits make a word, in lower case by Unicode's simple mapping. In scripts
/// without spaces (ideographs, kana, Thai, Lao, Myanmar, Khmer) every scalar is a word. A symbol, and
/// any of `#%&*/@\-`, is a word of its own, so that "3 + 4" is not "3 - 4"; all other punctuation
/// and white space only part words. Nothing is composed or decomposed, and no language is known.
package enum Words {
  /// Appends the 64-bit hashes of the words of `text`, in their order.
  package static func append(_ text: String, to words: inout [UInt64]) {
    var text = text
    // Native strings are contiguous UTF-8; others become so once.
    text.makeContiguousUTF8()
    append(text.utf8.span, to: &words)
  }

  package static func hashes(of text: String) -> [UInt64] {
    var words: [UInt64] = []
    words.reserveCapacity(text.utf8.count / 4)
    append(text, to: &words)
    return words
  }

  /// - Parameter bytes: valid UTF-8.
  private static func append(_ bytes: Span<UInt8>, to words: inout [UInt64]) {
    // Globals are looked up at every use.
    let ascii = ascii
    var hash = basis
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let role: UInt32
      if byte < 0x80 {
        role = UInt32(ascii[Int(byte)])
        index += 1
        if role > UInt32(symbol) || role == 0 {
          // Both ends of words are rare among bytes that go on with one.
        } else {
          hash = (hash ^ UInt64(role)) &* prime
          continue
        }
      } else {
        let (scalar, length) = decode(bytes, at: index)
        role = scalar < 0x10000 ? plane[Int(scalar)] : fold(scalar)
        index += length
        if role != 0 && role & alone == 0 {
          hash = (hash ^ UInt64(role)) &* prime
          continue
        }
      }
      if hash != basis {
        words.append(StableHash.mix(hash))
        hash = basis
      }
      if role != 0 { words.append(StableHash.mix((basis ^ UInt64(role)) &* prime)) }
    }
    if hash != basis { words.append(StableHash.mix(hash)) }
  }

  // FNV-1a over scalars, mixed at the end.
  private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let prime: UInt64 = 0x0000_0100_0000_01B3

  // MARK: What a scalar does

  /// Marks an ASCII symbol, in a table of bytes.
  private static let symbol: UInt8 = 0x80
  /// Marks a scalar that is a word of its own.
  private static let alone: UInt32 = 1 << 31

  /// 0 parts words; otherwise the scalar in lower case, with `symbol` if it is a word of its own.
  private static let ascii: [UInt8] = (0..<UInt32(128)).map { code in
    let role = fold(code)
    let low = UInt8(truncatingIfNeeded: role)
    return role & alone == 0 ? low : low | symbol
  }

  /// The same for the scalars below U+10000, with `alone`; made on first use.
  private static let plane: [UInt32] = (0..<UInt32(0x10000)).map(fold)

  private static func fold(_ code: UInt32) -> UInt32 {
    guard let scalar = Unicode.Scalar(code) else { return 0 }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter:
      return scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? code
    case .lowercaseLetter, .modifierLetter, .decimalNumber, .letterNumber, .otherNumber:
      return code
    case .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark:
      let isWord = scalar.properties.isIdeographic || unspaced.contains { $0.contains(code) }
      return isWord ? code | alone : code
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return code | alone
    default: return symbols.contains(code) ? code | alone : 0
    }
  }

  private static let symbols = Set("#%&*/@\\-".unicodeScalars.map(\.value))

  /// Thai and Lao, Myanmar, Khmer, kana.
  private static let unspaced: [ClosedRange<UInt32>] = [
    0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x31F0...0x31FF,
  ]

  private static func decode(_ bytes: Span<UInt8>, at index: Int) -> (UInt32, length: Int) {
    let lead = UInt32(bytes[index])
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var scalar = lead & (0x7F >> UInt32(length))
    for next in index + 1..<index + length { scalar = scalar << 6 | UInt32(bytes[next]) & 0x3F }
    return (scalar, length)
  }
}
