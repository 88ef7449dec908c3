internal import JSONText

/// The JSON Schema of an object form, and the one place that lists its keys.
package struct Definition: Sendable {
  /// In `$defs`: snake case.
  let name: String
  /// All keys in the order of writing.
  let keys: [String]
  let schema: JSONObject

  struct Member {
    let key: String
    let schema: JSON
    let isRequired: Bool

    static func required(_ key: String, _ schema: JSON, _ description: String) -> Member {
      Member(key: key, schema: schema.described(description), isRequired: true)
    }

    static func optional(_ key: String, _ schema: JSON, _ description: String) -> Member {
      Member(key: key, schema: schema.described(description), isRequired: false)
    }
  }

  /// An object of these members and no others, with more keywords in `rules`.
  init(
    _ name: String, _ description: String, _ members: [Member], rules: JSONObject = [:]
  ) {
    self.name = name
    keys = members.map(\.key)
    var schema: JSONObject = [
      "description": .string(description), "type": "object",
      "properties": .object(JSONObject(members.map { (key: $0.key, value: $0.schema) })),
      "required": .strings(members.filter(\.isRequired).map(\.key)),
      "additionalProperties": false,
    ]
    for rule in rules { schema[rule.key] = rule.value }
    self.schema = schema
  }

  /// The first members of every record of a kind.
  static func opening(_ kind: RecordKind, id: String) -> [Member] {
    [
      .required("kind", ["const": .string(kind.rawValue)], "The kind of record."),
      .required("version", ["const": .integer(kind.version)], "The version of the kind."),
      .required("id", Shape.name, id),
    ]
  }

  static let provenance = Member.required(
    "provenance", Shape.form(Provenance.self), "Where the record comes from and what made it.")
}

/// Schemas of values that are no objects.
enum Shape {
  static let text: JSON = ["type": "string"]
  static let name: JSON = ["type": "string", "minLength": 1]
  static let number: JSON = ["type": "number"]
  static let integer: JSON = ["type": "integer"]
  static let flag: JSON = ["type": "boolean"]
  static let digest = reference("sha256")
  static let point = reference("point")
  static let box = reference("box")
  static let size = reference("size")
  static let settings = reference("settings")

  static func count(atLeast least: Int = 0) -> JSON {
    ["type": "integer", "minimum": .integer(least)]
  }

  static func list(of element: JSON) -> JSON { ["type": "array", "items": element] }

  static func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type) -> JSON
  where T.RawValue == String {
    ["enum": .strings(type.allCases.map(\.rawValue))]
  }

  static func form(_ type: (some JSONForm).Type) -> JSON { reference(type.definition.name) }

  static func forms(_ type: (some JSONForm).Type) -> JSON { list(of: form(type)) }

  static func map(to value: JSON) -> JSON { ["type": "object", "additionalProperties": value] }

  private static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

  /// The definitions that are no forms.
  static let named: [(name: String, schema: JSON)] = [
    (
      "sha256",
      ["description": "A SHA-256.", "type": "string", "pattern": "^[0-9a-f]{64}$"]
    ),
    (
      "point",
      row("A point [x, y] in pixels of the original picture, from its top left corner.", 2)
    ),
    (
      "box",
      row("A box [x0, y0, x1, y1] in pixels of the original picture; x1, y1 are outer edges.", 4)
    ),
    (
      "size",
      [
        "description": "A size [width, height] in pixels.", "type": "array",
        "items": count(atLeast: 1), "minItems": 2, "maxItems": 2,
      ]
    ),
    (
      "settings",
      [
        "description": "Named settings of a stage, as the run resolved them.", "type": "object",
        "additionalProperties": ["type": ["string", "number", "boolean", "null"]],
      ]
    ),
  ]

  private static func row(_ description: String, _ count: Int) -> JSON {
    [
      "description": .string(description), "type": "array", "items": number,
      "minItems": .integer(count), "maxItems": .integer(count),
    ]
  }
}

extension JSON {
  /// The same schema with a description of its use.
  fileprivate func described(_ description: String) -> JSON {
    guard case .object(var schema) = self else { return self }
    schema["description"] = .string(description)
    return .object(schema)
  }
}
