package import Foundations
package import JSONText

/// A place in a record: `answer.kind`, `images[0].width`, `provenance.operators["ingest"]`.
package struct FieldPath: Sendable, Equatable, CustomStringConvertible {
  package enum Step: Sendable, Equatable {
    case key(String)
    case index(Int)
  }

  package let steps: [Step]

  init(steps: [Step]) { self.steps = steps }

  /// - Throws: `expression.syntax` if the text is anything but a path.
  package init(_ source: String) throws(Fault) {
    var parser = try ExpressionParser(source)
    self = try parser.wholePath()
  }

  package var description: String {
    var text = ""
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key) where ExpressionTokens.isName(key): text += (text.isEmpty ? "" : ".") + key
      case .key(let key): text += "[\(JSON.string(key))]"
      }
    }
    return text
  }

  /// The place that it lies in; nil for a field of the record itself.
  var parent: FieldPath? { steps.count > 1 ? FieldPath(steps: steps.dropLast()) : nil }

  /// Whether `other` is the same place or lies in it.
  func isAbove(_ other: FieldPath) -> Bool { other.steps.starts(with: steps) }

  /// What lies there; `nil` where nothing does.
  package func value(in record: JSON) -> JSON? {
    var value = record
    for step in steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let member = object[key] else { return nil }
        value = member
      case (.index(let index), .array(let elements)) where index < elements.count:
        value = elements[index]
      default: return nil
      }
    }
    return value
  }

  /// Puts `value` there, or takes away what is there if it is `nil`.
  ///
  /// The last key may be new; everything before it must be there.
  ///
  /// - Throws: `expression.path` if it is not.
  package func set(_ value: JSON?, in record: inout JSON) throws(Fault) {
    record = try setting(value, in: record, steps[...])
  }

  private func setting(
    _ value: JSON?, in record: JSON, _ rest: ArraySlice<Step>
  ) throws(Fault) -> JSON {
    guard let step = rest.first else { return value ?? .null }
    let isLast = rest.count == 1
    switch (step, record) {
    case (.key(let key), .object(var object)):
      if isLast {
        object[key] = value
      } else if let member = object[key] {
        object[key] = try setting(value, in: member, rest.dropFirst())
      } else {
        throw missing(rest)
      }
      return .object(object)
    case (.index(let index), .array(var elements)) where index < elements.count:
      if isLast && value == nil {
        elements.remove(at: index)
      } else {
        elements[index] = try setting(value, in: elements[index], rest.dropFirst())
      }
      return .array(elements)
    default: throw missing(rest)
    }
  }

  private func missing(_ rest: ArraySlice<Step>) -> Fault {
    let known = FieldPath(steps: Array(steps[..<rest.startIndex]))
    return Fault(
      "expression.path",
      "\(self): the record has no such place below \(known.steps.isEmpty ? "its top" : "\(known)")",
      at: Place(key: description))
  }
}
