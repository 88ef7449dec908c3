package import Foundations
package import JSONText

/// A value of a pipeline file and the place where it was written.
package struct Located: Sendable {
  package enum Value: Sendable {
    /// Null, a boolean, a number or a string.
    case scalar(JSON)
    case list([Located])
    case map([Member])
  }

  package struct Member: Sendable {
    package let key: String
    package let place: Place
    package var value: Located
  }

  package var value: Value
  /// File, line and column; the command line's own words for an override.
  package let place: Place

  package init(_ value: Value, at place: Place) {
    self.value = value
    self.place = place
  }

  /// The value without places.
  package var json: JSON {
    switch value {
    case .scalar(let scalar): scalar
    case .list(let elements): .array(elements.map(\.json))
    case .map(let members): .object(JSONObject(members.map { ($0.key, $0.value.json) }))
    }
  }

  /// What was found, for messages: a scalar as written, else a noun.
  package var found: String {
    switch value {
    case .scalar(.string(let text)): "\"\(text)\""
    case .scalar(let scalar): scalar == .null ? "nothing" : scalar.description
    case .list: "a list"
    case .map: "a map"
    }
  }

  func fault(_ code: String, _ message: String) -> Fault {
    Fault("pipeline." + code, message, at: place)
  }

  /// The members of a map; nothing at all is an empty map.
  func members(_ what: String) throws(Fault) -> [Member] {
    switch value {
    case .map(let members): return members
    case .scalar(.null): return []
    default: throw fault("kind", "expected \(what), found \(found)")
    }
  }
}
