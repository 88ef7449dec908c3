package import Foundations
package import JSONText

/// Where a value stands in a record: `$.file_name`, `$.objects[0].box`, `$["File Name"]`.
package struct FieldPath: Sendable, Equatable, CustomStringConvertible {
  private enum Step: Equatable {
    case key(String)
    /// Counted from 0; from the end where negative.
    case index(Int)
  }

  package let description: String
  private let steps: [Step]

  /// - Throws: `mapping.path` with what was expected.
  package init(_ text: String) throws(Fault) {
    var rest = text[...]
    guard rest.popFirst() == "$" else { throw Self.fault(text, "a path begins with $") }
    var steps: [Step] = []
    while let sign = rest.popFirst() {
      switch sign {
      case ".":
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        guard !name.isEmpty else { throw Self.fault(text, "expected a name after the dot") }
        rest = rest[name.endIndex...]
        steps.append(.key(String(name)))
      case "[":
        guard let end = rest.firstIndex(of: "]") else {
          throw Self.fault(text, "the bracket is not closed")
        }
        let inner = rest[..<end]
        rest = rest[rest.index(after: end)...]
        if let index = Int(inner) {
          steps.append(.index(index))
        } else if inner.count >= 2, let quote = inner.first, "\"'".contains(quote),
          inner.last == quote
        {
          steps.append(.key(String(inner.dropFirst().dropLast())))
        } else {
          throw Self.fault(text, "expected an index or a name in quotes in the brackets")
        }
      default: throw Self.fault(text, "expected '.' or '[', found '\(sign)'")
      }
    }
    self.steps = steps
    description = text
  }

  private static func fault(_ text: String, _ message: String) -> Fault {
    Fault("mapping.path", "\(message), in \(text)")
  }

  /// The value in a record; nil where there is none, or null.
  package func value(in record: JSON) -> JSON? {
    var value = record
    for step in steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let inner = object[key] else { return nil }
        value = inner
      case (.index(let index), .array(let elements)):
        let place = index < 0 ? elements.count + index : index
        guard elements.indices.contains(place) else { return nil }
        value = elements[place]
      default: return nil
      }
    }
    return value == .null ? nil : value
  }

  /// The path as faults write it: `objects[0].box`.
  var key: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let name): text += text.isEmpty ? name : "." + name
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}
