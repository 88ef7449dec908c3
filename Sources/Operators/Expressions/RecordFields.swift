package import Foundations
internal import JSONText
package import Schemas

/// The fields that records may have at some place of a pipeline, by the schema of their kind.
package struct RecordFields: Sendable {
  package let kind: RecordKind
  private let schema: JSON
  /// Places that the schema need not know, and anything below them.
  private var added: [FieldPath] = []

  package init(of kind: RecordKind) {
    self.kind = kind
    schema = SchemaLibrary.documents.first { $0.name == kind.rawValue }?.json ?? .null
  }

  /// Makes a place known, with anything below it.
  package mutating func add(_ path: FieldPath) { added.append(path) }

  /// Throws `expression.field` for a path that leads nowhere in any record, so that a slip of the
  /// pen is not taken for null.
  ///
  /// What the schema leaves open has any field.
  package func check(_ path: FieldPath) throws(Fault) {
    if added.contains(where: { $0.isAbove(path) }) { return }
    var part = resolved(schema)
    for (index, step) in path.steps.enumerated() {
      let above = FieldPath(steps: Array(path.steps[..<index]))
      let next =
        switch step {
        case .key(let key): try member(key, of: part, above)
        case .index(let index): try element(index, of: part, above)
        }
      guard let next else { return }
      part = resolved(next)
    }
  }

  /// - Returns: nil if it may be anything.
  private func member(_ key: String, of part: JSON, _ above: FieldPath) throws(Fault) -> JSON? {
    guard isOpen(part, to: "object") else {
      let isList = isOpen(part, to: "array")
      throw fault(
        "\(above) has no field \"\(key)\", it is no object"
          + (isList ? " but a list, which begins with \(above)[0]" : ""))
    }
    if let property = part["properties"]?[key] { return property }
    switch part["additionalProperties"] {
    case .object(let any)?: return .object(any)
    case .bool(false)?: break
    default: return nil
    }
    var known: [String] = []
    if case .object(let properties)? = part["properties"] { known = properties.map(\.key) }
    throw fault(
      Spelling.unknown("field", key, known: known) + "; "
        + (above.steps.isEmpty ? "a \(kind.rawValue) record" : "\(above)") + " has "
        + known.joined(separator: ", "))
  }

  private func element(_ index: Int, of part: JSON, _ above: FieldPath) throws(Fault) -> JSON? {
    guard isOpen(part, to: "array") else {
      throw fault("\(above) is no list to take [\(index)] of")
    }
    if case .integer(let most)? = part["maxItems"], index >= most {
      throw fault("\(above) has no [\(index)], it has \(most) elements")
    }
    return part["items"]
  }

  /// Whether a value of the schema may be of the type.
  private func isOpen(_ part: JSON, to type: String) -> Bool {
    switch part["type"] {
    case .string(let only)?: only == type
    case .array(let types)?: types.contains(.string(type))
    // Those of this program are of texts and numbers.
    default: part["enum"] == nil && part["const"] == nil
    }
  }

  /// What a reference to a definition of the document stands for.
  private func resolved(_ part: JSON) -> JSON {
    guard case .string(let reference)? = part["$ref"],
      let name = reference.split(separator: "/").last
    else { return part }
    return schema["$defs"]?[String(name)] ?? .null
  }

  private func fault(_ message: String) -> Fault { Fault("expression.field", message) }
}
