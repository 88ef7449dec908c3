// The standard library holds the tables for comparing strings; its NFC iterator is exported to
// the toolchain's own libraries only under this name. `NormalizationTests` would notice a change.
@_spi(_Unicode) internal import Swift

/// Unicode normalisation form C, which Qwen2's tokenizer applies to ordinary text.
enum Normalization {
  /// `text` in form C; the same array when a quick check shows that nothing can change.
  static func composed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if isSurelyComposed(text) { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self)._nfc {
      result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return result[...]
  }

  /// Whether all scalars lie below U+0300 (nothing there composes or reorders), in the ideographs
  /// or in the Hangul syllables (a syllable composes only with a jamo, which is in neither).
  private static func isSurelyComposed(_ text: ArraySlice<UInt8>) -> Bool {
    var at = text.startIndex
    while at < text.endIndex {
      switch text[at] {
      case 0..<0x80: at += 1
      case 0x80..<0xCC: at += 2
      case 0xE4...0xE9, 0xEB, 0xEC: at += 3  // U+4000-9FFF, U+B000-CFFF
      default: return false
      }
    }
    return true
  }
}
