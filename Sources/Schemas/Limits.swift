internal import Foundations
internal import JSONText

// Reading with the limits that the schemas state. Faults have the code `record.value`.

extension JSON {
  /// A string that is not empty.
  func name(_ key: String) throws(Fault) -> String {
    try required(key) { value throws(Fault) in
      let text = try value.asString
      guard !text.isEmpty else { throw Fault("record.value", "expected a text, found \"\"") }
      return text
    }
  }

  /// The same for a member that may be absent; null is refused.
  func optionalName(_ key: String) throws(Fault) -> String? {
    try has(key) ? name(key) : nil
  }

  /// A whole number of at least `least`.
  func count(_ key: String, atLeast least: Int = 0) throws(Fault) -> Int {
    try required(key) { value throws(Fault) in try value.counted(atLeast: least) }
  }

  /// Whole numbers of at least 0.
  func counts(_ key: String) throws(Fault) -> [Int] {
    try array(key) { value throws(Fault) in try value.counted(atLeast: 0) }
  }

  private func counted(atLeast least: Int) throws(Fault) -> Int {
    let value = try asInt
    guard value >= least else {
      throw Fault("record.value", "expected at least \(least), found \(value)")
    }
    return value
  }

  /// A SHA-256 in 64 lower-case hexadecimal digits.
  func digest(_ key: String) throws(Fault) -> String {
    try required(key) { value throws(Fault) in
      let text = try value.asString
      let isDigest =
        text.utf8.count == 64
        && text.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
      guard isDigest else {
        throw Fault("record.value", "expected a SHA-256 in 64 lower-case digits, found \"\(text)\"")
      }
      return text
    }
  }

  /// A word of an enumeration.
  func choice<T: RawRepresentable & CaseIterable>(_ key: String) throws(Fault) -> T
  where T.RawValue == String {
    try required(key) { value throws(Fault) in
      let text = try value.asString
      guard let choice = T(rawValue: text) else {
        let known = T.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw Fault("record.value", "expected one of \(known), found \"\(text)\"")
      }
      return choice
    }
  }

  /// Reads the elements of a member that may be absent, which means none; null is refused.
  func list<T>(_ key: String, _ read: (JSON) throws(Fault) -> T) throws(Fault) -> [T] {
    try has(key) ? array(key, read) : []
  }

  /// Whether the object has the key, be it null.
  func has(_ key: String) throws(Fault) -> Bool { try asObject.has(key) }
}
