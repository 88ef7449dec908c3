package import Foundations
package import JSONText

/// Where a mapping finds a value in a record: `$.file_name`, `$.objects[0].box`, `$["File Name"]`.
///
/// The names of annotations are other people's, so that quotes are needed where an expression needs
/// none, and the sign `$` tells a path from a text.
package struct MappedPath: Sendable, Equatable, CustomStringConvertible {
  package let description: String
  private let path: FieldPath

  /// - Throws: `mapping.path` with what was expected.
  package init(_ text: String) throws(Fault) {
    var rest = text[...]
    guard rest.popFirst() == "$" else { throw Self.fault(text, "a path begins with $") }
    var steps: [FieldPath.Step] = []
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
        if let index = Int(inner), index >= 0 {
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
    path = FieldPath(steps: steps)
    description = text
  }

  private static func fault(_ text: String, _ message: String) -> Fault {
    Fault("mapping.path", "\(message), in \(text)")
  }

  /// The value in a record; nil where there is none, or null.
  package func value(in record: JSON) -> JSON? {
    let value = path.value(in: record)
    return value == .null ? nil : value
  }

  /// The path as faults write it: `objects[0].box`.
  var key: String { path.description }
}
