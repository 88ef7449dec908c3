package import Foundations

// Faults of this file have the codes `json.kind`, `json.missing-key`, `json.unknown-key` and
// `json.value`, and a place whose key is the path from the value that was asked: `answer.box[2]`.

extension JSON {
  package var asString: String {
    get throws(Fault) {
      guard case .string(let text) = self else { throw wrongKind("a string") }
      return text
    }
  }

  /// The integer; a number without fraction such as 3.0 counts as one.
  package var asInt: Int {
    get throws(Fault) {
      switch self {
      case .integer(let value): return value
      case .number(let value):
        if let whole = Int(exactly: value) { return whole }
        throw wrongKind("an integer")
      default: throw wrongKind("an integer")
      }
    }
  }

  package var asDouble: Double {
    get throws(Fault) {
      switch self {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: throw wrongKind("a number")
      }
    }
  }

  package var asBool: Bool {
    get throws(Fault) {
      guard case .bool(let value) = self else { throw wrongKind("true or false") }
      return value
    }
  }

  package var asArray: [JSON] {
    get throws(Fault) {
      guard case .array(let elements) = self else { throw wrongKind("an array") }
      return elements
    }
  }

  package var asObject: JSONObject {
    get throws(Fault) {
      guard case .object(let object) = self else { throw wrongKind("an object") }
      return object
    }
  }

  /// The member of an object, or `nil` where it is absent, null, or this is no object.
  package subscript(key: String) -> JSON? {
    guard case .object(let object) = self, let value = object[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  private func wrongKind(_ expected: String) -> Fault {
    Fault("json.kind", "expected \(expected), found \(brief)")
  }

  /// Short text for messages: scalars as written, cut after 40 characters; else the noun.
  package var brief: String {
    switch self {
    case .array, .object: noun
    case .string(let text) where text.count > 40: "\"\(text.prefix(40))…\""
    default: description
    }
  }
}

// MARK: Members of an object, with the key in every fault

extension JSON {
  /// The member's value; absent is a fault.
  package func required(_ key: String) throws(Fault) -> JSON {
    guard let value = try asObject[key] else {
      throw Fault("json.missing-key", "the key \"\(key)\" is missing", at: Place(key: key))
    }
    return value
  }

  /// Reads the member with `read`; absent is a fault.
  package func required<T>(
    _ key: String, _ read: (JSON) throws(Fault) -> T
  ) throws(Fault) -> T {
    let value = try required(key)
    do { return try read(value) } catch { throw error.inside(key) }
  }

  /// Reads the member with `read`; absent and null are `nil`.
  package func optional<T>(
    _ key: String, _ read: (JSON) throws(Fault) -> T
  ) throws(Fault) -> T? {
    guard let value = try asObject[key], value != .null else { return nil }
    do { return try read(value) } catch { throw error.inside(key) }
  }

  /// Reads every element of an array with `read`.
  package func elements<T>(_ read: (JSON) throws(Fault) -> T) throws(Fault) -> [T] {
    let elements = try asArray
    var values: [T] = []
    values.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do { values.append(try read(element)) } catch { throw error.inside("[\(index)]") }
    }
    return values
  }

  /// Reads every element of the member, an array; absent is a fault.
  package func array<T>(
    _ key: String, _ read: (JSON) throws(Fault) -> T
  ) throws(Fault) -> [T] {
    try required(key) { value throws(Fault) in try value.elements(read) }
  }

  package func string(_ key: String) throws(Fault) -> String {
    try required(key) { value throws(Fault) in try value.asString }
  }

  package func int(_ key: String) throws(Fault) -> Int {
    try required(key) { value throws(Fault) in try value.asInt }
  }

  package func double(_ key: String) throws(Fault) -> Double {
    try required(key) { value throws(Fault) in try value.asDouble }
  }

  package func bool(_ key: String) throws(Fault) -> Bool {
    try required(key) { value throws(Fault) in try value.asBool }
  }

  package func object(at key: String) throws(Fault) -> JSONObject {
    try required(key) { value throws(Fault) in try value.asObject }
  }

  package func strings(_ key: String) throws(Fault) -> [String] {
    try array(key) { value throws(Fault) in try value.asString }
  }

  package func ints(_ key: String) throws(Fault) -> [Int] {
    try array(key) { value throws(Fault) in try value.asInt }
  }

  package func doubles(_ key: String) throws(Fault) -> [Double] {
    try array(key) { value throws(Fault) in try value.asDouble }
  }

  package func optionalString(_ key: String) throws(Fault) -> String? {
    try optional(key) { value throws(Fault) in try value.asString }
  }

  package func optionalInt(_ key: String) throws(Fault) -> Int? {
    try optional(key) { value throws(Fault) in try value.asInt }
  }

  package func optionalDouble(_ key: String) throws(Fault) -> Double? {
    try optional(key) { value throws(Fault) in try value.asDouble }
  }

  package func optionalBool(_ key: String) throws(Fault) -> Bool? {
    try optional(key) { value throws(Fault) in try value.asBool }
  }

  /// Throws a fault for the first member that is not in `known`, naming the nearest known key.
  ///
  /// The known keys must be ASCII.
  package func refuseKeys(except known: [String]) throws(Fault) {
    var next = 0
    for member in try asObject {
      // Members mostly come in the order of `known`.
      if next < known.count && known[next].hasSameASCII(as: member.key) {
        next += 1
      } else if let position = known.firstIndex(where: { $0.hasSameASCII(as: member.key) }) {
        next = position + 1
      } else {
        let message = Spelling.unknown("key", member.key, known: known)
        throw Fault("json.unknown-key", message, at: Place(key: member.key))
      }
    }
  }
}
