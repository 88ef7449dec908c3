/// A JSON value as a flat list of tokens over its bytes: no text is copied, nothing is allocated
/// once the tape has grown to the longest value it read.
///
/// For looking a value over, when most of it is never taken out: reads 400 to 900 MB/s. What it
/// reads, `JSON.parse` reads; what it does not read may be wrong, or only too unusual for it.
package struct JSONTape: Sendable {
  /// The tokens of the value read last, its root first; those behind its end mean nothing.
  package private(set) var tokens: [JSONToken] = []
  private var open: [OpenContainer] = Array(repeating: OpenContainer(), count: JSON.deepest + 1)
  private var keys: [SeenKey] = []

  /// Longer texts are not read: their tape takes eight to sixteen bytes for each of theirs.
  package static let longest = 8 << 20

  package init() {}

  /// Reads one value that fills all of `bytes`.
  ///
  /// - Returns: false for what `JSON.parse` refuses, and for keys with a backslash, objects of more
  ///   than a thousand members, and more than `longest` bytes.
  package mutating func read(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count <= Self.longest else { return false }
    // A token takes two bytes with its comma or closing bracket; the rest is for unclosed ones.
    let most = bytes.count / 2 + JSON.deepest + 2
    if tokens.count < most {
      tokens = Array(repeating: JSONToken(.null, start: 0), count: most)
      // A key takes at least five bytes with its colon and value.
      keys = Array(repeating: SeenKey(), count: most / 2)
    }
    return Self.read(bytes, &tokens, &open, &keys)
  }

  /// The position of a member of the object at `position`, or of an element of the array there by
  /// its number; `nil` where there is none.
  package func child(_ name: String, of position: Int = 0, in bytes: Span<UInt8>) -> Int? {
    let end = tokens[position].end(at: position)
    var at = position + 1
    switch tokens[position].kind {
    case .object:
      while at < end {
        let key = tokens[at].bytes
        let isSame =
          key.count == name.utf8.count && zip(key, name.utf8).allSatisfy { bytes[$0] == $1 }
        if isSame { return at + 1 }
        at = tokens[at + 1].end(at: at + 1)
      }
    case .array:
      guard var rest = Int(name) else { return nil }
      while at < end {
        if rest == 0 { return at }
        rest -= 1
        at = tokens[at].end(at: at)
      }
    default: break
    }
    return nil
  }

  /// The text of a string without escapes at a position; `nil` for other values.
  package func text(at position: Int, in bytes: Span<UInt8>) -> String? {
    let token = tokens[position]
    guard token.kind == .string, !token.isEscaped,
      let text = try? UTF8Span(validating: bytes.extracting(token.bytes))
    else { return nil }
    return String(copying: text)
  }

  private static func read(
    _ bytes: Span<UInt8>, _ tokens: inout [JSONToken], _ open: inout [OpenContainer],
    _ keys: inout [SeenKey]
  ) -> Bool {
    var reader = TapeReader()
    var tokens = tokens.mutableSpan
    var open = open.mutableSpan
    var keys = keys.mutableSpan
    return reader.document(bytes, &tokens, &open, &keys)
  }
}

/// An array or object whose end is not read yet.
struct OpenContainer: BitwiseCopyable {
  /// Its token, which is written at its end.
  var token = 0
  var start = 0
  /// Where the keys of an object begin among those seen; negative for an array.
  var keys = -1
  var count = 0

  var isObject: Bool { keys >= 0 }
}

/// A key of an object that is open.
struct SeenKey: BitwiseCopyable {
  var signature: UInt32 = 0
  var token: UInt32 = 0
}
