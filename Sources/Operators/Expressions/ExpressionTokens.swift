internal import Foundations
internal import JSONText

/// The words of an expression with their columns.
struct ExpressionTokens {
  enum Token: Equatable {
    case number(JSON)
    case text(String)
    case name(String)
    case symbol(String)
    case end

    /// For messages.
    var found: String {
      switch self {
      case .number(let number): "the number \(number)"
      case .text(let text): "the text \(JSON.string(text))"
      case .name(let name): "\"\(name)\""
      case .symbol(let symbol): "\"\(symbol)\""
      case .end: "the end"
      }
    }
  }

  private(set) var tokens: [(token: Token, column: Int)] = []
  private let bytes: [UInt8]
  private var position = 0

  init(_ source: String) throws(Fault) {
    bytes = Array(source.utf8)
    guard bytes.count <= Expression.longest else {
      throw Fault(
        "expression.syntax",
        "an expression has at most \(Expression.longest) bytes, found \(bytes.count)")
    }
    while true {
      while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
      let column = position + 1
      guard position < bytes.count else {
        tokens.append((.end, column))
        return
      }
      tokens.append((try token(), column))
    }
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    return isNameStart(first) && text.utf8.allSatisfy(isNamePart)
  }

  static func fault(_ column: Int, _ message: String) -> Fault {
    Fault("expression.syntax", "column \(column): \(message)")
  }

  private mutating func token() throws(Fault) -> Token {
    let byte = bytes[position]
    if Self.isNameStart(byte) {
      return .name(String(decoding: taken(Self.isNamePart), as: UTF8.self))
    }
    if Self.isDigit(byte) { return try number() }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return try text() }
    for symbol in ["==", "!=", "<=", ">="] where bytes[position...].starts(with: symbol.utf8) {
      position += 2
      return .symbol(symbol)
    }
    let known = "<>+-*/%()[],."
    guard known.utf8.contains(byte) else {
      let character = String(decoding: bytes[position...], as: UTF8.self).prefix(1)
      let advice = [
        "=": "; did you mean \"==\"?", "&": "; did you mean \"and\"?",
        "|": "; did you mean \"or\"?", "!": "; did you mean \"not\"?",
      ]
      throw Self.fault(
        position + 1,
        "\"\(character)\" is not part of the language"
          + (advice[String(character)] ?? ""))
    }
    position += 1
    return .symbol(String(UnicodeScalar(byte)))
  }

  private mutating func number() throws(Fault) -> Token {
    let start = position
    var digits = taken(Self.isDigit)
    if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."),
      Self.isDigit(bytes[position + 1])
    {
      position += 1
      digits.append(UInt8(ascii: "."))
      digits += taken(Self.isDigit)
    }
    let written = String(decoding: digits, as: UTF8.self)
    if position < bytes.count, Self.isNameStart(bytes[position]) {
      throw Self.fault(position + 1, "expected the end of the number \(written)")
    }
    guard let number = try? JSON.parse(digits) else {
      throw Self.fault(start + 1, "\(written) is not a number; it may not begin with a zero")
    }
    return .number(number)
  }

  private mutating func text() throws(Fault) -> Token {
    let (start, quote) = (position, bytes[position])
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      var byte = bytes[position]
      position += 1
      if byte == quote { return .text(String(decoding: content, as: UTF8.self)) }
      if byte == UInt8(ascii: "\\"), position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): byte = bytes[position]
        default: throw Self.fault(position, "after \\ comes one of n, t, \\, \" and '")
        }
        position += 1
      }
      content.append(byte)
    }
    throw Self.fault(start + 1, "the text that begins here has no end")
  }

  private mutating func taken(_ belongs: (UInt8) -> Bool) -> [UInt8] {
    let start = position
    while position < bytes.count, belongs(bytes[position]) { position += 1 }
    return Array(bytes[start..<position])
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
  private static func isNameStart(_ byte: UInt8) -> Bool {
    0x41...0x5A ~= byte || 0x61...0x7A ~= byte || byte == UInt8(ascii: "_")
  }
  private static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
}
