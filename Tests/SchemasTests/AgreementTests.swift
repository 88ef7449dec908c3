import Foundations
import Glibc
import JSONText
import Schemas
import Testing

/// The code and the schemas accept the same records.
@Suite struct `Code and schemas` {
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let samples: [JSON]
    let schema: JSONSchema
    let document: JSON
    /// The code of the fault that reading throws, if it does.
    let refusal: @Sendable (JSON) -> String?

    init<F: JSONForm>(_ name: String, _ samples: [F]) {
      testDescription = name
      self.samples = samples.map(\.json)
      let found = SchemaLibrary.documents.first { $0.name == name }?.json
      document = found ?? [:]
      do { schema = try JSONSchema(json: document) } catch { fatalError("\(error)") }
      refusal = { json in
        do throws(Fault) {
          _ = try F(json: json)
          return nil
        } catch {
          return error.code
        }
      }
    }
  }

  static let kinds = [
    Kind("question", Samples.questions),
    Kind("rl", Samples.questions.map { RLRecord(question: $0) }),
    Kind("tree", Samples.trees), Kind("sft", Samples.chains), Kind("rollout", Samples.rollouts),
    Kind("evaluation", Samples.evaluations), Kind("manifest", Samples.manifests),
  ]

  @Test(arguments: kinds)
  func `every record that the code writes is valid`(kind: Kind) {
    #expect(!kind.samples.isEmpty)
    for sample in kind.samples { #expect(kind.schema.validate(sample) == []) }
  }

  @Test(arguments: kinds)
  func `both refuse the same changes of a record`(kind: Kind) throws {
    var refused = 0
    for sample in kind.samples {
      for changed in Changes.of(sample) {
        let refusal = kind.refusal(changed)
        // A contradiction between two members is beyond a schema.
        if refusal == "record.conflict" { continue }
        if refusal != nil { refused += 1 }
        #expect(kind.schema.isValid(changed) == (refusal == nil), "\(refusal ?? "") \(changed)")
      }
    }
    #expect(refused > 200)
  }

  @Test(arguments: kinds)
  func `the samples hold every property of the schema`(kind: Kind) throws {
    var unseen = Set<String>()
    Self.properties(of: kind.document, at: "", into: &unseen)
    #expect(unseen.count > 10)
    for sample in kind.samples {
      Self.strike(sample, kind.document, at: "", of: kind.document, from: &unseen)
    }
    #expect(unseen == [])
  }

  private static func properties(
    of schema: JSON, at place: String, into names: inout Set<String>
  ) {
    guard case .object(let object) = schema else { return }
    for (key, value) in members(object["properties"]) {
      names.insert("\(place).\(key)")
      properties(of: value, at: "\(place).\(key)", into: &names)
    }
    if let items = object["items"] { properties(of: items, at: place, into: &names) }
    for (name, value) in members(object["$defs"]) { properties(of: value, at: name, into: &names) }
  }

  /// Removes the properties that `value` has, following its schema.
  private static func strike(
    _ value: JSON, _ schema: JSON, at place: String, of root: JSON, from names: inout Set<String>
  ) {
    if case .string(let reference)? = schema["$ref"],
      let name = reference.split(separator: "/").last.map(String.init),
      let target = root["$defs"]?[name]
    {
      strike(value, target, at: name, of: root, from: &names)
    }
    switch value {
    case .array(let elements):
      guard let items = schema["items"] else { return }
      for element in elements { strike(element, items, at: place, of: root, from: &names) }
    case .object(let object):
      for (key, property) in members(schema["properties"]) {
        guard let member = object[key] else { continue }
        names.remove("\(place).\(key)")
        strike(member, property, at: "\(place).\(key)", of: root, from: &names)
      }
    default: break
    }
  }

  private static func members(_ json: JSON?) -> [JSONObject.Member] {
    guard case .object(let object)? = json else { return [] }
    return object.members
  }

  @Test func `every schema is one, and describes all its properties`() throws {
    let meta = try JSONSchema(json: ["$ref": "https://json-schema.org/draft/2020-12/schema"])
    #expect(
      Set(SchemaLibrary.documents.map(\.name))
        == Set(RecordKind.allCases.map(\.rawValue) + ["manifest"]))
    for (name, json) in SchemaLibrary.documents {
      #expect(meta.validate(json) == [])
      #expect(json["$id"] == .string(SchemaLibrary.identifier(of: name)))
      #expect(json["title"] != nil && json["description"] != nil)
      for place in Self.undescribed(json) { Issue.record("\(name): \(place) has no description") }
    }
  }

  private static func undescribed(_ schema: JSON) -> [String] {
    members(schema["properties"]).filter { $0.value["description"] == nil }.map(\.key)
      + members(schema["$defs"]).flatMap { name, value in
        (value["description"] == nil ? [name] : []) + undescribed(value).map { "\(name).\($0)" }
      }
  }

  /// Recorded again by `SCANPATH_RECORD=1`, which fails.
  @Test func `the files in the folder schemas are these documents`() throws {
    let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
    let isRecording = unsafe getenv("SCANPATH_RECORD") != nil
    #expect(!isRecording, "recording")
    for (name, json) in SchemaLibrary.documents {
      let path = "\(root)/schemas/\(name).schema.json"
      let bytes = json.bytes(pretty: true)
      if isRecording {
        try Files.writeAtomically(bytes, to: path)
      } else {
        #expect(try Files.read(path) == bytes, "\(path) differs")
      }
    }
  }
}

/// Small changes of a JSON value, most of which make a record wrong.
enum Changes {
  private static let replacements: [JSON] = [
    nil, true, 0, -1, 1, 1.5, 3.0, "", "x", "original", [], [:], [1, 2], [0, 1, 2, 3], ["a": 1],
  ]

  static func of(_ value: JSON) -> [JSON] {
    var changes = replacements.filter { $0 != value }
    switch value {
    case .array(let elements):
      if let first = elements.first { changes.append(.array(elements + [first])) }
      if !elements.isEmpty { changes.append(.array(elements.dropLast())) }
      for (index, element) in elements.enumerated() {
        for change in of(element) {
          var copy = elements
          copy[index] = change
          changes.append(.array(copy))
        }
      }
    case .object(let object):
      for addition: (String, JSON) in [("unknown", 1), ("unknown", "x"), ("unknown", [])] {
        var copy = object
        copy[addition.0] = addition.1
        changes.append(.object(copy))
      }
      for member in object {
        var copy = object
        copy[member.key] = nil
        changes.append(.object(copy))
        for change in of(member.value) {
          copy = object
          copy[member.key] = change
          changes.append(.object(copy))
        }
      }
    default: break
    }
    return changes
  }
}
