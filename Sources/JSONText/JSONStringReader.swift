extension Reader {
  /// Reads a string whose opening quote is behind `at`, and its closing quote.
  mutating func string(_ bytes: Span<UInt8>) throws(Flaw) -> String {
    let start = at
    at = JSONWord.firstSpecial(in: bytes, from: at)
    guard at < bytes.count else { throw Flaw(.unterminated, at: start - 1) }
    switch bytes[at] {
    case UInt8(ascii: "\""):
      at += 1
      return try text(bytes, start..<at - 1)
    case UInt8(ascii: "\\"): return try escapedString(bytes, from: start)
    default: throw Flaw(.control, at: at)
    }
  }

  /// Goes on with a string that was read from `start` to its first backslash at `at`.
  private mutating func escapedString(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(Flaw) -> String {
    var unescaped: [UInt8] = []
    for index in start..<at { unescaped.append(bytes[index]) }
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        _ = try text(bytes, start..<at)  // places a fault in the raw bytes
        at += 1
        return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try escape(bytes, into: &unescaped)
      default:
        guard byte >= 0x20 else { throw Flaw(.control, at: at) }
        unescaped.append(byte)
        at += 1
      }
    }
    throw Flaw(.unterminated, at: start - 1)
  }

  /// Appends the scalar of the escape at `at` and steps over it.
  private mutating func escape(_ bytes: Span<UInt8>, into text: inout [UInt8]) throws(Flaw) {
    guard at + 1 < bytes.count else { throw Flaw(.escape, at: at) }
    let letter = bytes[at + 1]
    if letter == UInt8(ascii: "u") {
      text.append(contentsOf: String(try unicodeEscape(bytes)).utf8)
      return
    }
    guard let byte = Self.plainEscape(letter) else { throw Flaw(.escape, at: at) }
    text.append(byte)
    at += 2
  }

  private static func plainEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair of two of them.
  private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(Flaw) -> Unicode.Scalar {
    let start = at
    let first = try codeUnit(bytes)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, at + 1 < bytes.count,
      bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
    else { throw Flaw(.surrogate, at: start) }
    let second = try codeUnit(bytes)
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw Flaw(.surrogate, at: start) }
    return scalar
  }

  /// The four hexadecimal digits of the `\uXXXX` at `at`.
  private mutating func codeUnit(_ bytes: Span<UInt8>) throws(Flaw) -> UInt32 {
    guard at + 6 <= bytes.count else { throw Flaw(.escape, at: at) }
    var unit: UInt32 = 0
    for index in at + 2..<at + 6 {
      guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
        throw Flaw(.escape, at: at)
      }
      unit = unit << 4 | UInt32(digit)
    }
    at += 6
    return unit
  }

  private func text(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(Flaw) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      throw Flaw(.encoding, at: range.lowerBound + error.byteOffsets.lowerBound)
    }
  }
}
