internal import Foundations
package import JSONText
internal import Prompting

extension StageCatalog {
  /// The JSON Schema (draft 2020-12) of pipeline files, for editors: `schemas/pipeline.schema.json`.
  ///
  /// Made from what the builders ask for, so that it cannot disagree with them.
  package var schema: JSON {
    get throws(Fault) {
      var stages = JSONObject()
      for (index, kind) in kinds.enumerated() {
        stages[kind.name] = try schema(of: kind, earlier: kinds[..<index].map(\.name))
      }
      return [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://scanpath.example/schemas/pipeline.schema.json",
        "title": "Scanpath pipeline",
        "description": "What to run, on which model, in which domain.",
        "type": "object", "additionalProperties": false, "required": ["name", "stages"],
        "properties": [
          "name": ["type": "string", "minLength": 1, "description": "Names the run folder."],
          "seed": [
            "type": "integer", "minimum": 0, "default": 1,
            "description": "The same seed leaves the same bytes.",
          ],
          "model": Self.model,
          "domain": [
            "enum": .array(DomainCatalog.all.map { .string($0.name) }),
            "default": .string(DomainCatalog.visualSearch.name),
            "description": "Prompt, dialect, pixel budget and checker of the questions.",
          ],
          "max-bad": [
            "type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": "^[0-9.]+%$",
            "default": 0.01,
            "description": "The share of bad records above which a stage stops the run.",
          ],
          "stages": [
            "type": "array", "minItems": 1, "description": "The stages in their order.",
            "items": [
              "type": "object", "minProperties": 1, "maxProperties": 1,
              "additionalProperties": false, "properties": .object(stages),
            ],
          ],
        ],
      ]
    }
  }

  private func schema(of kind: Kind, earlier: [String]) throws(Fault) -> JSON {
    let text = "name: x\nstages: [{\(kind.name): {}}]"
    let pipeline = try PipelineFile(bytes: Array(text.utf8), file: "schema")
    var reader = SettingsReader(describing: "stage \(kind.name)")
    _ = try kind.build(
      StageRequest(name: kind.name, earlier: earlier, pipeline: pipeline), &reader)
    var schema: JSONObject = [
      "description": .string(kind.summary), "type": ["object", "null"],
      "additionalProperties": false, "properties": .object(reader.described),
    ]
    if !reader.required.isEmpty {
      schema["required"] = .array(reader.required.map { .string($0) })
    }
    return .object(schema)
  }

  private static let model: JSON = [
    "description": "The bundled model, a checkpoint folder, or a model behind an endpoint.",
    "default": "bundled",
    "anyOf": [
      ["type": "string"],
      [
        "type": "object", "additionalProperties": false, "required": ["endpoint", "model"],
        "properties": ["endpoint": ["type": "string"], "model": ["type": "string"]],
      ],
    ],
  ]
}
