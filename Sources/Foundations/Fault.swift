/// A fault in what was given to the program: what is wrong, where, and why.
///
/// Programmer's mistakes trap; wrong input throws a `Fault`; a bad sample becomes a counted drop
/// that carries one.
package struct Fault: Error, Sendable, Equatable {
  /// Stable dotted name in kebab case, for scripts: `json.syntax`, `image.truncated`.
  package var code: String
  /// One sentence for people: what was found, what was expected, what to do.
  package var message: String
  package var place: Place
  /// The message of the library or system underneath, where there is one.
  package var cause: String?

  package init(
    _ code: String, _ message: String, at place: Place = Place(), cause: String? = nil
  ) {
    self.code = code
    self.message = message
    self.place = place
    self.cause = cause
  }

  /// Whether the system refused a call, which may succeed when it is repeated.
  package var isOfSystem: Bool { code.hasPrefix("file.") }

  /// The same fault, its key path prefixed by the key or `[index]` it happened under.
  package func inside(_ part: String) -> Fault {
    var fault = self
    fault.place.key = place.key.map { $0.hasPrefix("[") ? part + $0 : "\(part).\($0)" } ?? part
    return fault
  }

  /// Returns the same fault with the fields of `outer` filled in where this one names none.
  package func placed(in outer: Place) -> Fault {
    var copy = self
    copy.place = place.filled(from: outer)
    return copy
  }
}

/// Where in the input a fault lies; any field may be unknown.
package struct Place: Sendable, Equatable {
  package var file: String?
  /// The path of a member inside the archive `file`.
  package var member: String?
  package var record: String?
  /// Path of keys and indices inside the record: `answer.box[2]`.
  package var key: String?
  /// Counted from 1.
  package var line: Int?
  /// Counted from 1, in bytes.
  package var column: Int?
  /// Counted from 0.
  package var byte: Int?

  package init(
    file: String? = nil, member: String? = nil, record: String? = nil, key: String? = nil,
    line: Int? = nil, column: Int? = nil, byte: Int? = nil
  ) {
    self.file = file
    self.member = member
    self.record = record
    self.key = key
    self.line = line
    self.column = column
    self.byte = byte
  }

  func filled(from outer: Place) -> Place {
    Place(
      file: file ?? outer.file, member: member ?? outer.member, record: record ?? outer.record,
      key: key ?? outer.key, line: line ?? outer.line, column: column ?? outer.column,
      byte: byte ?? outer.byte)
  }
}

extension Place: CustomStringConvertible {
  package var description: String {
    var parts: [String] = []
    if let file { parts.append(file) }
    if let member { parts.append("member \(member)") }
    if let line { parts.append("line \(line)" + (column.map { ", column \($0)" } ?? "")) }
    if let byte, line == nil { parts.append("byte \(byte)") }
    if let record { parts.append("record \(record)") }
    if let key { parts.append("key \(key)") }
    return parts.joined(separator: ", ")
  }
}

extension Fault: CustomStringConvertible {
  package var description: String {
    let location = place.description
    let head = location.isEmpty ? message : "\(location): \(message)"
    return head + (cause.map { " (\($0))" } ?? "") + " [\(code)]"
  }
}
