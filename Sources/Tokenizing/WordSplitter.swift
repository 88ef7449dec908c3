/// Cuts text into the words inside which BPE merges.
///
/// Equal to the regular expression of Qwen2's tokenizer, alternative by alternative in its order,
/// written by hand over bytes (a Swift `Regex` reads 20 MB/s):
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*
///     |\s*[\r\n]+|\s+(?!\S)|\s+
///
/// Letters, numbers and spaces are those of the standard library's Unicode version.
package enum WordSplitter {
  /// The expression as `tokenizer.json` holds it.
  package static let pattern =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
    + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// Byte ranges of the words of `text`, which must be valid UTF-8; together they cover it.
  package static func words(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    let letters = Letters(of: text)
    var words: [Range<Int>] = []
    var at = 0
    while at < letters.count {
      let end = letters.endOfWord(from: at)
      words.append(letters.starts[at]..<letters.starts[end])
      at = end
    }
    return words
  }
}

private enum Kind: UInt8 {
  case letter
  case number
  case newline
  case space
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 10, 13: self = .newline
    case 9, 11, 12, 32: self = .space
    case 48...57: self = .number
    case 65...90, 97...122: self = .letter
    case 0..<128: self = .other
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .space : .other
      }
    }
  }
}

/// Text as scalars with their kinds and byte offsets.
private struct Letters {
  private var kinds: [Kind] = []
  private var scalars: [UInt32] = []
  /// Byte offset of every scalar, and the end.
  private(set) var starts: [Int] = []

  var count: Int { kinds.count }

  init(of text: ArraySlice<UInt8>) {
    kinds.reserveCapacity(text.count)
    scalars.reserveCapacity(text.count)
    starts.reserveCapacity(text.count + 1)
    var decoder = UTF8()
    var bytes = text.makeIterator()
    var at = text.startIndex
    while case .scalarValue(let scalar) = decoder.decode(&bytes) {
      kinds.append(Kind(scalar))
      scalars.append(scalar.value)
      starts.append(at)
      at += UTF8.width(scalar)
    }
    precondition(at == text.endIndex, "text is not UTF-8 at byte \(at)")
    starts.append(at)
  }

  /// The end of the word that begins at scalar `at`.
  func endOfWord(from at: Int) -> Int {
    if let end = endOfContraction(from: at) { return end }
    let following = at + 1 < count ? kinds[at + 1] : nil
    switch kinds[at] {
    case .letter: return end(of: .letter, from: at)
    case .space, .other:
      if following == .letter { return end(of: .letter, from: at + 1) }
    case .number: return at + 1
    case .newline: break
    }
    if kinds[at] == .other || (scalars[at] == 32 && following == .other) {
      return end(of: .newline, from: end(of: .other, from: at + 1))
    }
    return endOfSpace(from: at)
  }

  /// Spaces up to their last newline; else all but the one before a word; else all.
  private func endOfSpace(from at: Int) -> Int {
    var end = at
    var afterNewline = at
    while end < count, kinds[end] == .space || kinds[end] == .newline {
      end += 1
      if kinds[end - 1] == .newline { afterNewline = end }
    }
    if afterNewline > at { return afterNewline }
    return end == count || end == at + 1 ? end : end - 1
  }

  private func end(of kind: Kind, from at: Int) -> Int {
    var end = at
    while end < count, kinds[end] == kind { end += 1 }
    return end
  }

  private func endOfContraction(from at: Int) -> Int? {
    guard scalars[at] == 0x27, at + 1 < count else { return nil }
    switch folded(at + 1) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return at + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return at + 2 < count && folded(at + 2) == UInt8(ascii: "e") ? at + 3 : nil
    case UInt8(ascii: "l"):
      return at + 2 < count && folded(at + 2) == UInt8(ascii: "l") ? at + 3 : nil
    default: return nil
    }
  }

  /// The lower-case ASCII letter that a scalar folds to; `ſ` (U+017F) folds to `s`.
  private func folded(_ at: Int) -> UInt8 {
    switch scalars[at] {
    case 0x17F: UInt8(ascii: "s")
    case 65...90: UInt8(scalars[at] + 32)
    case 97...122: UInt8(scalars[at])
    default: 0
    }
  }
}
