internal import Foundations
internal import Geometry
package import JSONText

/// The schemas of all that this program writes, made from the definitions of the record types.
///
/// The folder `schemas` holds the same documents for others; a test keeps the two equal. Every
/// document is complete in itself: nothing has to be fetched to use it.
package enum SchemaLibrary {
  /// The `$id` of a schema; a name, nothing is ever fetched from it.
  package static func identifier(of name: String) -> String {
    "https://scanpath.example/schemas/\(name).schema.json"
  }

  /// All documents, with the name that their file is called by.
  package static let documents: [(name: String, json: JSON)] = roots.map {
    ($0.name, document(of: $0))
  }

  /// The compiled schema of a kind of records.
  package static func schema(of kind: RecordKind) -> JSONSchema {
    guard let schema = compiled[kind.rawValue] else { fatalError("no schema of \(kind)") }
    return schema
  }

  private static let roots = [
    Question.definition, TreeRecord.definition, SFTRecord.definition, RLRecord.definition,
    RolloutRecord.definition, EvaluationRecord.definition, Manifest.definition,
  ]

  private static let parts: [(name: String, schema: JSON)] =
    Shape.named
    + [
      Question.definition, Medium.definition, Target.definition, Answer.definition,
      Provenance.definition, Segment.definition, MediaReference.definition, Crop.definition,
      TreeNode.definition, TreeRollout.definition, Chain.definition, RewardTerm.definition,
      ShardEntry.definition, InputRange.definition,
    ].map { ($0.name, .object($0.schema)) }

  private static let compiled: [String: JSONSchema] = {
    var schemas: [String: JSONSchema] = [:]
    for (name, json) in documents {
      do {
        schemas[name] = try JSONSchema(json: json)
      } catch {
        fatalError("the schema \(name) of this program is broken: \(error)")
      }
    }
    return schemas
  }()

  private static func document(of root: Definition) -> JSON {
    var document: JSONObject = [
      "$schema": .string(SchemaVocabularies.draft + "schema"),
      "$id": .string(identifier(of: root.name)), "title": .string("Scanpath \(root.name)"),
    ]
    for member in root.schema { document[member.key] = member.value }
    var needed = Set<String>()
    collectReferences(in: .object(root.schema), into: &needed)
    let definitions = parts.filter { needed.contains($0.name) }
    document["$defs"] = .object(JSONObject(definitions.map { (key: $0.name, value: $0.schema) }))
    return .object(document)
  }

  /// The names of all definitions that a schema refers to, over others too.
  private static func collectReferences(in schema: JSON, into needed: inout Set<String>) {
    switch schema {
    case .array(let elements):
      for element in elements { collectReferences(in: element, into: &needed) }
    case .object(let object):
      for member in object { collectReferences(in: member.value, into: &needed) }
      guard case .string(let reference)? = object["$ref"],
        let name = reference.split(separator: "/").last.map(String.init),
        needed.insert(name).inserted, let part = parts.first(where: { $0.name == name })
      else { return }
      collectReferences(in: part.schema, into: &needed)
    default: break
    }
  }
}
