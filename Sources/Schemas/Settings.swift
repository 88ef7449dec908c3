package import Foundations
package import JSONText

/// Named settings of a stage, as the run resolved them: strings, numbers, booleans or null.
package struct Settings: Sendable, Equatable {
  package private(set) var members: JSONObject

  /// Values must be scalars.
  package init(_ members: JSONObject = [:]) {
    for member in members {
      precondition(Self.isScalar(member.value), "the setting \(member.key) is not a scalar")
    }
    self.members = members
  }

  package init(json: JSON) throws(Fault) {
    members = try json.asObject
    for member in members where !Self.isScalar(member.value) {
      let message = "expected a scalar, found \(member.value.noun)"
      throw Fault("record.value", message, at: Place(key: member.key))
    }
  }

  package subscript(name: String) -> JSON? { members[name] }

  package var json: JSON { .object(members) }

  private static func isScalar(_ value: JSON) -> Bool {
    switch value {
    case .array, .object: false
    default: true
    }
  }
}
