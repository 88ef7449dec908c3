package import Foundations
internal import Geometry
package import JSONText

/// What the pipeline file says about the fields of records: where each is, or what it always is.
///
/// A value that begins with `$` is a path. In any other text, `{$.name}` stands for the text at that
/// path, and the rest for itself. Fields that are not mapped have their standard names.
package struct FieldMapping: Sendable, Equatable {
  /// A value of the mapping.
  package enum Value: Sendable, Equatable, CustomStringConvertible {
    case path(MappedPath)
    case template([Part])
    case list([String])

    package enum Part: Sendable, Equatable {
      case text(String)
      case path(MappedPath)
    }

    package var description: String {
      switch self {
      case .path(let path): path.description
      case .list(let texts): texts.joined(separator: ", ")
      case .template(let parts):
        parts.map {
          switch $0 {
          case .text(let text): text
          case .path(let path): "{\(path)}"
          }
        }.joined()
      }
    }
  }

  package static let boxConventionKey = "box-convention"
  /// The keys of the mapping in a pipeline file.
  package static let keys = AnnotationField.allCases.map(\.rawValue) + [boxConventionKey]

  private var values: [AnnotationField: Value] = [:]
  var boxConvention: BoxConvention?

  /// - Parameter members: each a text or a list of texts, in their order.
  /// - Throws: `mapping.path`, `mapping.convention`, `mapping.value` and `mapping.key`, with the key
  ///   in their place.
  package init(_ members: [(key: String, value: JSON)]) throws(Fault) {
    for (key, value) in members {
      do throws(Fault) {
        if key == Self.boxConventionKey {
          boxConvention = try Self.convention(value)
        } else if let field = AnnotationField(rawValue: key) {
          values[field] = try Self.value(value)
        } else {
          let known = Self.keys.joined(separator: ", ")
          let isNear = Spelling.nearest(to: key, in: Self.keys) != nil
          throw Fault(
            "mapping.key",
            Spelling.unknown("field", key, known: Self.keys)
              + (isNear ? "" : "; known are \(known)"))
        }
      } catch { throw error.inside(key) }
    }
  }

  package subscript(field: AnnotationField) -> Value? { values[field] }

  private static func value(_ value: JSON) throws(Fault) -> Value {
    if case .array = value { return .list(try value.fieldTexts()) }
    guard let text = value.scalarText else {
      throw Fault("mapping.value", "expected a path, a text or a list of texts")
    }
    return text.hasPrefix("$") ? .path(try MappedPath(text)) : .template(try parts(text))
  }

  private static func parts(_ text: String) throws(Fault) -> [Value.Part] {
    var parts: [Value.Part] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{$") {
      guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
        throw Fault("mapping.path", "the brace is not closed, in \(text)")
      }
      if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
      parts.append(.path(try MappedPath("$" + rest[open.upperBound..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  // MARK: Boxes

  private static let layouts: [(String, BoxConvention.Layout)] = [
    ("xywh", .cornerAndSize), ("xyxy", .corners), ("cxcywh", .centerAndSize),
  ]

  /// `xywh-pixels` and the like.
  package static let conventions: [String] = layouts.flatMap { name, _ in
    BoxConvention.Unit.allCases.map { "\(name)-\($0.rawValue)" }
  }

  private static func convention(_ value: JSON) throws(Fault) -> BoxConvention {
    let word = value.scalarText ?? value.brief
    for (name, layout) in layouts {
      for unit in BoxConvention.Unit.allCases where word == "\(name)-\(unit.rawValue)" {
        return BoxConvention(layout, unit)
      }
    }
    throw Fault(
      "mapping.convention",
      Spelling.unknown("convention", word, known: conventions) + "; known are "
        + conventions.joined(separator: ", "))
  }
}

extension FieldMapping.Value {
  /// What the value is in a record; nil if a path of it leads nowhere.
  ///
  /// - Throws: `json.kind` if a template asks for what is no text.
  func value(in record: JSON) throws(Fault) -> JSON? {
    switch self {
    case .path(let path):
      guard let value = path.value(in: record) else { return nil }
      if case .string = value, value.scalarText == nil { return nil }
      return value
    case .list(let texts): return .array(texts.map(JSON.string))
    case .template(let parts):
      var text = ""
      for part in parts {
        switch part {
        case .text(let piece): text += piece
        case .path(let path):
          guard let value = path.value(in: record) else { return nil }
          guard let piece = value.scalarText else {
            throw Fault(
              "json.kind", "expected a text, found \(value.brief)", at: Place(key: path.key))
          }
          text += piece
        }
      }
      return .string(text)
    }
  }

  /// For faults: the path in the record, or the whole text.
  var key: String {
    if case .path(let path) = self { path.key } else { description }
  }
}
