internal import JSONText

/// A path into a JSON value (RFC 6901).
struct JSONPointer: Hashable, Sendable {
  var tokens: [String] = []

  init(_ tokens: [String] = []) { self.tokens = tokens }

  /// From `/a/0/b~1c`; `nil` unless empty or with a leading slash.
  init?(text: String) {
    if text.isEmpty { return }
    guard text.hasPrefix("/") else { return nil }
    tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
  }

  func appending(_ tokens: String...) -> JSONPointer { JSONPointer(self.tokens + tokens) }

  var text: String { tokens.map { "/" + Self.escaped($0) }.joined() }

  static func escaped(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return token }
    return token.replacing("~", with: "~0").replacing("/", with: "~1")
  }

  /// The member or element that a token names.
  static func child(of json: JSON, _ token: String) -> JSON? {
    switch json {
    case .object(let object): return object[token]
    case .array(let elements):
      guard let index = Int(token), elements.indices.contains(index), String(index) == token else {
        return nil
      }
      return elements[index]
    default: return nil
    }
  }
}
