internal import Foundations
internal import JSONText
internal import Operators
internal import Schemas

extension SettingsReader {
  /// An expression over the fields of a record; absent is `nil`.
  mutating func optionalExpression(_ key: String) throws(Fault) -> Expression? {
    guard let source = try optionalString(key) else { return nil }
    return try placed(key) { () throws(Fault) in try Expression(source) }
  }

  /// Reads a map of names, numbers or texts, in its order; absent is empty.
  mutating func members<T>(
    _ key: String, _ read: (String, Located) throws(Fault) -> T
  ) throws(Fault) -> [T] {
    guard let map = try located(key) else { return [] }
    var values: [T] = []
    for member in try map.members("a map for \(key)") {
      do { values.append(try read(member.key, member.value)) } catch {
        throw Fault(error.code, "\(key): \(error.message)", at: member.place)
      }
    }
    return values
  }

  /// Runs `read`; its fault says the key, and where the settings stand.
  func placed<T>(_ key: String, _ read: () throws(Fault) -> T) throws(Fault) -> T {
    do { return try read() } catch {
      throw Fault(error.code, "\(key), \(error.message)", at: place)
    }
  }
}

extension Expression {
  /// Throws `expression.field`, with the key of the setting, if it reads what no record of the kind
  /// has.
  func check(_ key: String, _ kind: RecordKind) throws(Fault) {
    do { try check(RecordFields(of: kind)) } catch {
      throw Fault(error.code, "\(key): \(error.message)")
    }
  }
}

extension Located {
  /// The text of an expression, which may look like a number or a truth value.
  var expression: String {
    if case .scalar(.string(let text)) = value { text } else { json.description }
  }
}
