package import Foundations

extension JSON {
  /// Nested deeper than this is a fault, not a stack overflow.
  package static let deepest = 512

  /// Reads one value that fills all of `bytes` (RFC 8259, UTF-8, without byte order mark).
  ///
  /// Faults have codes `json.…` and name file, line, column and byte: syntax, invalid UTF-8,
  /// control characters in strings, lone surrogates, a key given twice, nesting below
  /// `deepest`, a number beyond `Double`, and an integer that `Double` would change.
  package static func parse(_ bytes: [UInt8], file: String? = nil) throws(Fault) -> JSON {
    try parse(bytes.span, file: file)
  }

  /// Reads one value that fills all of `text`.
  package static func parse(_ text: String, file: String? = nil) throws(Fault) -> JSON {
    try parse(Array(text.utf8).span, file: file)
  }

  /// Reads one value that fills all of `bytes`.
  package static func parse(_ bytes: Span<UInt8>, file: String? = nil) throws(Fault) -> JSON {
    var reader = Reader()
    do {
      return try reader.document(bytes)
    } catch {
      throw error.fault(in: bytes, file: file)
    }
  }
}

/// A recursive descent over bytes; `at` is the next byte to read.
///
/// The span is a parameter of every method, as a stored span would make the reader non-escapable.
struct Reader {
  var at = 0
  private var depth = 0

  mutating func document(_ bytes: Span<UInt8>) throws(Flaw) -> JSON {
    if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF {
      throw Flaw(.byteOrderMark, at: 0)
    }
    skipSpace(bytes)
    let value = try value(bytes)
    skipSpace(bytes)
    guard at == bytes.count else { throw Flaw(.trailing, at: at) }
    return value
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(Flaw) -> JSON {
    guard at < bytes.count else { throw Flaw(.expected(.value), at: at) }
    switch bytes[at] {
    case UInt8(ascii: "\""):
      at += 1
      return .string(try string(bytes))
    case UInt8(ascii: "{"): return .object(try object(bytes))
    case UInt8(ascii: "["): return .array(try array(bytes))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
    case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try word("null", .null, bytes)
    default: throw Flaw(.expected(.value), at: at)
    }
  }

  private mutating func object(_ bytes: Span<UInt8>) throws(Flaw) -> JSONObject {
    try descend()
    var object = JSONObject(capacity: 8)
    skipSpace(bytes)
    if take(UInt8(ascii: "}"), bytes) {
      depth -= 1
      return object
    }
    while true {
      let start = at
      guard take(UInt8(ascii: "\""), bytes) else { throw Flaw(.expected(.key), at: at) }
      let key = try string(bytes)
      skipSpace(bytes)
      guard take(UInt8(ascii: ":"), bytes) else { throw Flaw(.expected(.colon), at: at) }
      skipSpace(bytes)
      guard object.append(key, try value(bytes)) else { throw Flaw(.duplicate(key), at: start) }
      skipSpace(bytes)
      if take(UInt8(ascii: "}"), bytes) { break }
      guard take(UInt8(ascii: ","), bytes) else { throw Flaw(.expected(.commaOrBrace), at: at) }
      skipSpace(bytes)
    }
    depth -= 1
    return object
  }

  private mutating func array(_ bytes: Span<UInt8>) throws(Flaw) -> [JSON] {
    try descend()
    var elements: [JSON] = []
    skipSpace(bytes)
    if take(UInt8(ascii: "]"), bytes) {
      depth -= 1
      return elements
    }
    while true {
      elements.append(try value(bytes))
      skipSpace(bytes)
      if take(UInt8(ascii: "]"), bytes) { break }
      guard take(UInt8(ascii: ","), bytes) else { throw Flaw(.expected(.commaOrBracket), at: at) }
      skipSpace(bytes)
    }
    depth -= 1
    return elements
  }

  /// Steps over the opening bracket.
  private mutating func descend() throws(Flaw) {
    depth += 1
    guard depth <= JSON.deepest else { throw Flaw(.depth, at: at) }
    at += 1
  }

  private mutating func word(
    _ word: String, _ value: JSON, _ bytes: Span<UInt8>
  ) throws(Flaw) -> JSON {
    let start = at
    for letter in word.utf8 {
      guard take(letter, bytes) else { throw Flaw(.expected(.value), at: start) }
    }
    return value
  }

  private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }
}
