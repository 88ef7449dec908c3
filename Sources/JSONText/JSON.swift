/// A JSON value (RFC 8259).
///
/// A number written without point and exponent that fits 64 bits is an `integer`; every other one
/// is a `number`. The two kinds survive a round trip through bytes: 5 stays 5 and 5.0 stays 5.0.
package enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON: Equatable {
  /// Whether two values are written with the same bytes.
  ///
  /// Strings compare by code point ("é" in one scalar is not "é" in two), objects by key and
  /// value in any order, numbers by kind and value (`integer(1)` is not `number(1)`).
  package static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b && a.sign == b.sign
    case (.string(let a), .string(let b)): a.hasSameUTF8(as: b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSON {
  /// The kind of value, as a noun for messages: `a string`, `null`, `an object`.
  package var noun: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The number as an `integer` where it is whole and exactly representable, else as a `number`.
  ///
  /// For measures such as pixels, where 12 reads better than 12.0. Negative zero stays a `number`.
  package static func measure(_ value: Double) -> JSON {
    guard value.sign == .plus || value != 0, let whole = Int(exactly: value) else {
      return .number(value)
    }
    return .integer(whole)
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }

  /// Keys must be distinct.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
  }
}

extension String {
  /// Whether the UTF-8 of both is equal; `==` also holds for canonically equivalent strings.
  func hasSameUTF8(as other: String) -> Bool {
    // Equal bytes are equal strings, and `==` turns most others away at once.
    utf8.count == other.utf8.count && self == other && utf8.elementsEqual(other.utf8)
  }

  /// The same, for a string that is known to be ASCII.
  ///
  /// A string that is canonically equivalent to an ASCII one but not the same has more bytes.
  @inlinable package func hasSameASCII(as other: String) -> Bool {
    utf8.count == other.utf8.count && self == other
  }

  @inlinable package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}
