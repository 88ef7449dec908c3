package import Foundations
internal import JSONText
internal import Yams

/// YAML as pipeline files use it: maps, lists and scalars of the YAML 1.2 core schema.
///
/// `yes`, `no`, `on` and `off` are words; anchors and aliases work, merge keys do not.
package enum YAMLText {
  /// The one document of a text; throws `pipeline.syntax` with line and column.
  package static func parse(_ bytes: [UInt8], file: String) throws(Fault) -> Located {
    let node: Node?
    do {
      node = try Parser(yaml: String(decoding: bytes, as: UTF8.self)).singleRoot()
    } catch {
      throw fault(error, file)
    }
    guard let node else {
      throw Fault("pipeline.syntax", "the file is empty", at: Place(file: file))
    }
    return try located(node, file)
  }

  /// A scalar as the core schema reads plain text; unknown forms are strings.
  static func scalar(_ text: String) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    if let whole = Int(text) { return .integer(whole) }
    let isNumeral = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    if isNumeral, let number = Double(text), number.isFinite { return .number(number) }
    return .string(text)
  }

  private static func located(_ node: Node, _ file: String) throws(Fault) -> Located {
    let place = place(of: node, file)
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      let value = isPlain ? self.scalar(scalar.string) : .string(scalar.string)
      return Located(.scalar(value), at: place)
    case .sequence(let sequence):
      var elements: [Located] = []
      for element in sequence { elements.append(try located(element, file)) }
      return Located(.list(elements), at: place)
    case .mapping(let mapping):
      var members: [Located.Member] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw Fault("pipeline.syntax", "a key must be a word", at: self.place(of: key, file))
        }
        members.append(
          .init(key: name, place: self.place(of: key, file), value: try located(value, file)))
      }
      return Located(.map(members), at: place)
    case .alias:
      throw Fault("pipeline.syntax", "this alias stands for nothing", at: place)
    }
  }

  private static func place(of node: Node, _ file: String) -> Place {
    Place(file: file, line: node.mark?.line, column: node.mark?.column)
  }

  private static func fault(_ error: any Error, _ file: String) -> Fault {
    func syntax(_ message: String, _ mark: Mark) -> Fault {
      Fault(
        "pipeline.syntax", message, at: Place(file: file, line: mark.line, column: mark.column))
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return syntax("this is no YAML: \(problem)", mark)
    case .duplicatedKeysInMapping(let keys, let context):
      return syntax("the key \"\(keys.first ?? "")\" is given twice in one map", context.mark)
    default:
      return Fault(
        "pipeline.syntax", "this is no YAML", at: Place(file: file), cause: "\(error)")
    }
  }
}
