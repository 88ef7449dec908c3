internal import Foundations

/// A syntax fault as the reader throws it: small, and turned into words only at the top.
struct Flaw: Error {
  enum Kind {
    case byteOrderMark, trailing, depth, control, unterminated, escape, surrogate, encoding
    case leadingZero, range, precision
    case expected(Expectation)
    case duplicate(String)
  }

  enum Expectation: String {
    case value = "a value"
    case key = "a key in double quotes"
    case colon = "':' after the key"
    case commaOrBrace = "',' or '}'"
    case commaOrBracket = "',' or ']'"
    case digit = "a digit"
  }

  let kind: Kind
  /// Counted from 0.
  let at: Int

  init(_ kind: Kind, at: Int) {
    self.kind = kind
    self.at = at
  }

  func fault(in bytes: Span<UInt8>, file: String?) -> Fault {
    var line = 1
    var lineStart = 0
    for index in 0..<min(at, bytes.count) where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    let place = Place(file: file, line: line, column: at - lineStart + 1, byte: at)
    let (code, message) = words(found: Self.name(of: bytes, at))
    return Fault("json." + code, message, at: place)
  }

  private func words(found: String) -> (code: String, message: String) {
    switch kind {
    case .byteOrderMark: ("encoding", "found a byte order mark; save the file as UTF-8 without one")
    case .trailing: ("syntax", "found \(found) after the end of the value")
    case .depth: ("depth", "the value is nested more than \(JSON.deepest) deep")
    case .control: ("control", "found \(found) in a string; write it as an escape")
    case .unterminated: ("syntax", "the string that starts here has no closing quote")
    case .escape:
      ("escape", #"found an unknown escape; known are \" \\ \/ \b \f \n \r \t \uXXXX"#)
    case .surrogate: ("surrogate", "found half of a surrogate pair, which is no character")
    case .encoding: ("encoding", "found \(found), which is not UTF-8 here")
    case .leadingZero: ("syntax", "found a number with a leading zero")
    case .range: ("range", "found a number beyond the range of 64-bit floating point")
    case .precision:
      ("precision", "found an integer that 64 bits would round; write it as a string to keep it")
    case .expected(let what): ("syntax", "expected \(what.rawValue), found \(found)")
    case .duplicate(let key): ("duplicate-key", "the key \"\(key)\" is given twice in one object")
    }
  }

  private static func name(of bytes: Span<UInt8>, _ at: Int) -> String {
    guard at < bytes.count else { return "the end" }
    return name(of: bytes[at])
  }

  /// A byte for people: `'x'` or `byte 0x0A`.
  static func name(of byte: UInt8) -> String {
    if 0x21...0x7E ~= byte { return "'\(Unicode.Scalar(byte))'" }
    return "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
