/// One value, or one key, on a `JSONTape`: its kind, and where it lies in the bytes.
///
/// A value is followed by what it holds: elements in order, or keys and values in turn.
package struct JSONToken: BitwiseCopyable, Sendable {
  package enum Kind: UInt8, BitwiseCopyable, Sendable {
    case null, `false`, `true`
    /// A number without point and exponent that fits 64 bits.
    case integer
    /// Any other number; `JSON.number(at:in:)` reads it.
    case number
    case string, array, object
  }

  /// The raw value of the kind.
  package let tag: UInt8
  /// Of a string: whether it has a backslash, so that its bytes are not its text.
  package let isEscaped: Bool
  /// Of a string: whether it has a byte beyond ASCII.
  package let isBeyondASCII: Bool
  /// The first byte: of a string the one behind the quote.
  package let start: UInt32
  /// Two halves, or the value of an integer.
  @usableFromInline package let word: UInt64

  /// The tag of arrays; that of objects is the next one, and the last.
  @inlinable @inline(__always) package static var firstContainer: UInt8 { 6 }

  init(
    _ kind: Kind, start: Int, word: UInt64 = 0, isEscaped: Bool = false, isBeyondASCII: Bool = false
  ) {
    tag = kind.rawValue
    self.isEscaped = isEscaped
    self.isBeyondASCII = isBeyondASCII
    self.start = UInt32(truncatingIfNeeded: start)
    self.word = word
  }

  /// - Parameter low: bytes of a string, or the position behind the last token of a container.
  /// - Parameter high: the signature of a string, or the elements or members of a container.
  init(
    _ kind: Kind, start: Int, low: Int, high: UInt32, isEscaped: Bool = false,
    isBeyondASCII: Bool = false
  ) {
    self.init(
      kind, start: start, word: UInt64(truncatingIfNeeded: low) | UInt64(high) << 32,
      isEscaped: isEscaped, isBeyondASCII: isBeyondASCII)
  }

  package var kind: Kind {
    guard let kind = Kind(rawValue: tag) else { preconditionFailure("no kind has the tag \(tag)") }
    return kind
  }

  /// The value of an `integer`.
  @inlinable @inline(__always) package var integer: Int { Int(truncatingIfNeeded: word) }

  /// The bytes of a string, without its quotes.
  @inlinable @inline(__always) package var bytes: Range<Int> {
    Int(start)..<Int(start) + Int(UInt32(truncatingIfNeeded: word))
  }

  /// Equal for equal strings without backslashes; see `JSONSignature`.
  @inlinable @inline(__always) package var signature: UInt32 {
    UInt32(truncatingIfNeeded: word >> 32)
  }

  /// How many elements an array has, or members an object.
  @inlinable @inline(__always) package var count: Int { Int(word >> 32) }

  /// The position behind a value at `position` and all that it holds.
  @inlinable @inline(__always) package func end(at position: Int) -> Int {
    tag >= Self.firstContainer ? Int(UInt32(truncatingIfNeeded: word)) : position + 1
  }
}

/// A number that tells most strings apart: of the length, the first and the last four bytes.
package enum JSONSignature {
  package static func of(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    let count = range.count
    var first: UInt32 = 0
    var last: UInt32 = 0
    if count >= 4 {
      // Four bytes from each end, which lie within the range.
      first = unsafe bytes.bytes.unsafeLoadUnaligned(
        fromByteOffset: range.lowerBound, as: UInt32.self)
      last = unsafe bytes.bytes.unsafeLoadUnaligned(
        fromByteOffset: range.upperBound - 4, as: UInt32.self)
    } else {
      for index in range { first = first << 8 | UInt32(bytes[index]) }
    }
    let mixed = (first &* 0x9E37_79B1) ^ (last &* 0x85EB_CA77).byteSwapped
    return mixed &+ UInt32(truncatingIfNeeded: count) &* 0xC2B2_AE3D
  }
}

extension JSON {
  /// The number that a token of kind `number` or `integer` stands for.
  package static func number(at token: JSONToken, in bytes: Span<UInt8>) -> JSON {
    if token.kind == .integer { return .integer(token.integer) }
    var reader = Reader()
    reader.at = Int(token.start)
    guard let number = try? reader.number(bytes) else {
      preconditionFailure("the token at byte \(token.start) is no number of these bytes")
    }
    return number
  }
}
