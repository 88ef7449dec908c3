package import Foundations
package import JSONText

/// The kinds of records a dataset can hold; each has `schemas/<kind>.schema.json`.
package enum RecordKind: String, Sendable, CaseIterable {
  case question
  case tree
  case sft
  case rl
  case rollout
  case evaluation

  /// The version that this program writes and reads.
  package var version: Int { 1 }

  /// The `$id` of the kind's schema, as manifests name it.
  package var schemaID: String { SchemaLibrary.identifier(of: rawValue) }
}

/// A value with one JSON object as its form; unknown keys are refused when reading.
package protocol JSONForm: Sendable, Equatable {
  /// The schema of the form, with all its keys.
  static var definition: Definition { get }

  /// Faults name the key path: `images[0].sha256`.
  init(json: JSON) throws(Fault)

  var json: JSON { get }
}

extension JSONForm {
  /// All keys of the form in the order of writing; optional ones are left out when empty.
  package static var keys: [String] { definition.keys }
}

/// One line of a shard.
package protocol Record: JSONForm {
  static var kind: RecordKind { get }

  /// The key of the record: unique in its dataset, not empty.
  var id: String { get }

  /// Checks what a schema cannot say: places in pictures, members that depend on each other.
  func check() throws(Fault)
}

extension Record {
  /// Checks `kind` and `version` of a record and refuses keys that it does not have.
  static func open(_ json: JSON) throws(Fault) {
    let found = try json.string("kind")
    guard found == kind.rawValue else {
      let message = "expected a record of kind \"\(kind.rawValue)\", found \"\(found)\""
      throw Fault("record.kind", message, at: Place(key: "kind"))
    }
    let version = try json.int("version")
    guard version == kind.version else {
      let message = "this program reads version \(kind.version) of \(found) records, not \(version)"
      throw Fault("record.version", message, at: Place(key: "version"))
    }
    try json.refuseKeys(except: keys)
  }

  /// The members that open every record.
  static func opening(_ id: String) -> [(String, JSON?)] {
    [("kind", .string(kind.rawValue)), ("version", .integer(kind.version)), ("id", .string(id))]
  }
}

extension JSON {
  /// An object of the members that are not `nil`.
  static func form(_ members: [(String, JSON?)]) -> JSON {
    .object(JSONObject(members.compactMap { key, value in value.map { (key: key, value: $0) } }))
  }

  static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
  static func integers(_ values: [Int]) -> JSON { .array(values.map(JSON.integer)) }
  static func measures(_ values: [Double]) -> JSON { .array(values.map(JSON.measure)) }
  static func forms(_ values: [some JSONForm]) -> JSON { .array(values.map(\.json)) }
}
