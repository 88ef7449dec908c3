internal import Foundations
internal import JSONText

/// The sets of keywords that the meta-schema of a resource turns on; the core always is.
struct SchemaVocabularies: OptionSet, Sendable {
  let rawValue: UInt8

  static let applicator = SchemaVocabularies(rawValue: 1)
  static let validation = SchemaVocabularies(rawValue: 2)
  static let unevaluated = SchemaVocabularies(rawValue: 4)
  static let all: SchemaVocabularies = [.applicator, .validation, .unevaluated]

  static let draft = "https://json-schema.org/draft/2020-12/"

  /// Those that only annotate are known and do nothing.
  private static let known: [String: SchemaVocabularies] = [
    "core": [], "applicator": .applicator, "validation": .validation, "unevaluated": .unevaluated,
    "meta-data": [], "format-annotation": [], "content": [],
  ]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Those of the `$schema` of a resource or of the nearest one around it; all where none is named.
  ///
  /// Throws `schema.dialect` for an unknown meta-schema or one that requires an unknown vocabulary.
  init(of resource: Int, in registry: SchemaRegistry) throws(Fault) {
    let described = registry.resources[resource]
    guard let uri = try described.root.dialect() else {
      self =
        try described.parent.map { parent throws(Fault) in
          try SchemaVocabularies(of: parent, in: registry)
        } ?? .all
      return
    }
    if uri == Self.draft + "schema" {
      self = .all
      return
    }
    guard let position = registry.position(of: URIReference(uri)) else {
      let message = "\"\(uri)\" is not known; this program reads \(Self.draft)schema"
      throw Fault("schema.dialect", message)
    }
    self = try Self.named(by: registry.resources[position].root, uri)
  }

  private static func named(by metaSchema: JSON, _ uri: String) throws(Fault) -> Self {
    guard let vocabularies = metaSchema["$vocabulary"] else { return .all }
    var result: SchemaVocabularies = []
    for member in try vocabularies.asObject {
      let name = member.key.replacing(draft + "vocab/", with: "")
      if let vocabulary = known[name] {
        result.formUnion(vocabulary)
      } else if try member.value.asBool {
        let message = "\"\(uri)\" requires the unknown vocabulary \"\(member.key)\""
        throw Fault("schema.dialect", message)
      }
    }
    return result
  }
}

extension JSON {
  fileprivate func dialect() throws(Fault) -> String? {
    guard case .object = self else { return nil }
    return try optionalString("$schema").map { $0.hasSuffix("#") ? String($0.dropLast()) : $0 }
  }
}
