internal import Foundations

// Character classes, and escapes that stand for scalars.

extension PatternParser {
  mutating func scalarClass() throws(Fault) -> ScalarSet {
    let isNegated = take("^")
    var items: [ScalarSet.Item] = []
    while !take("]") {
      let start = at
      let first = try classItem()
      guard peek == "-", at + 1 < source.count, source[at + 1] != "]" else {
        items.append(first)
        continue
      }
      at += 1
      guard case .range(let low) = first, case .range(let high) = try classItem(),
        low.lowerBound <= high.upperBound
      else { throw fault("the range of the class is out of order", at: start) }
      items.append(.range(low.lowerBound...high.upperBound))
    }
    return ScalarSet(items, isNegated: isNegated)
  }

  private mutating func classItem() throws(Fault) -> ScalarSet.Item {
    guard let next = advance() else { throw fault("expected ']'") }
    guard next == "\\" else { return .range(next.value...next.value) }
    if take("b") { return .range(8...8) }
    return try classEscape()
  }

  /// An escape that stands for scalars, behind the backslash.
  mutating func classEscape() throws(Fault) -> ScalarSet.Item {
    let start = at
    guard let letter = advance() else { throw fault("the pattern ends with a backslash") }
    switch letter {
    case "d": return .digit
    case "D": return .not(.digit)
    case "w": return .word
    case "W": return .not(.word)
    case "s": return .space
    case "S": return .not(.space)
    case "p": return .property(try property())
    case "P": return .not(.property(try property()))
    default:
      let value = try scalarEscape(letter, from: start)
      return .range(value...value)
    }
  }

  private mutating func scalarEscape(
    _ letter: Unicode.Scalar, from start: Int
  ) throws(Fault) -> UInt32 {
    switch letter {
    case "f": return 0x0C
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "v": return 0x0B
    case "0": return 0
    case "x": return try hexadecimal(2)
    case "u": return try unicode()
    case "c":
      guard let control = advance(), control.isASCII, control.properties.isAlphabetic else {
        throw fault("expected a letter after \\c", at: start)
      }
      return control.value & 31
    default:
      guard letter.isASCII, !ScalarSet.isWord(letter) else {
        throw fault("found the unknown escape \\\(letter)", at: start)
      }
      return letter.value
    }
  }

  /// The rest of `\u{…}`, `\uXXXX`, or of a surrogate pair of two of these.
  private mutating func unicode() throws(Fault) -> UInt32 {
    if take("{") {
      var value: UInt32 = 0
      let start = at
      while let digit = peek.flatMap({ Self.digit($0, below: 16) }), value <= 0x10FFFF {
        value = value << 4 | UInt32(digit)
        at += 1
      }
      guard at > start, value <= 0x10FFFF, take("}") else { throw fault("expected \\u{…}") }
      return value
    }
    let first = try hexadecimal(4)
    guard 0xD800...0xDBFF ~= first, source[at...].starts(with: ["\\", "u"]) else { return first }
    at += 2
    let second = try hexadecimal(4)
    guard 0xDC00...0xDFFF ~= second else { throw fault("found half of a surrogate pair") }
    return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
  }

  private mutating func hexadecimal(_ count: Int) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = advance().flatMap({ Self.digit($0, below: 16) }) else {
        throw fault("expected \(count) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// The rest of `\p{…}`.
  private mutating func property() throws(Fault) -> ScalarProperty {
    let start = at
    var name = ""
    guard take("{") else { throw fault("expected '{'") }
    while let next = advance(), next != "}" { name.unicodeScalars.append(next) }
    guard let property = ScalarProperty(name) else {
      throw fault("\"\(name)\" is no general category or known binary property", at: start)
    }
    return property
  }
}
