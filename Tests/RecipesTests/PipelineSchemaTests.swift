import Foundations
import Glibc
import JSONText
import Recipes
import Schemas
import Testing

@Suite struct PipelineSchemaTests {
  static func isValid(_ text: String) throws -> Bool {
    let schema = try JSONSchema(json: RecipeTests.catalog.schema)
    return try schema.validate(YAMLText.parse(Array(text.utf8), file: "a").json).isEmpty
  }

  @Test func `What the builders ask for is what the schema describes`() throws {
    let schema = try RecipeTests.catalog.schema
    let stages = schema["properties"]?["stages"]?["items"]?["properties"]
    #expect(
      stages?["pass"] == [
        "description": "Passes numbers on.", "type": ["object", "null"],
        "additionalProperties": false,
        "properties": [
          "count": ["type": "integer", "minimum": 0, "default": 3],
          "input": ["type": ["string", "null"]],
        ],
      ])
  }

  @Test(arguments: [
    ("", true), ("seed: 3\n", true), ("max-bad: 1%\n", true), ("domain: screens\n", true),
    ("model: {endpoint: a, model: b}\n", true), ("sede: 3\n", false), ("max-bad: 2\n", false),
    ("max-bad: much\n", false), ("domain: screen\n", false), ("model: {endpoint: a}\n", false),
  ])
  func `Keys of the file are checked`(line: String, isGood: Bool) throws {
    #expect(try Self.isValid(line + "name: x\nstages:\n  - pass: {count: 1}") == isGood)
  }

  @Test(arguments: [
    ("[{pass: {}}]", true), ("[{pass: }]", true), ("[{pass: {count: 1, input: a}}]", true),
    ("[{pass: {count: -1}}]", false), ("[{pass: {cuont: 1}}]", false), ("[{pas: {}}]", false),
    ("[]", false), ("[{pass: {}, pass2: {}}]", false),
  ])
  func `Stages are checked`(stages: String, isGood: Bool) throws {
    #expect(try Self.isValid("name: x\nstages: \(stages)") == isGood)
  }

  /// Recorded again by `SCANPATH_RECORD=1`, which fails.
  @Test func `The file in the folder schemas describes the standard stages`() throws {
    let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
    let path = "\(root)/schemas/pipeline.schema.json"
    let bytes = try StageCatalog.standard.schema.bytes(pretty: true)
    let isRecording = unsafe getenv("SCANPATH_RECORD") != nil
    #expect(!isRecording, "recording")
    if isRecording { try Files.writeAtomically(bytes, to: path) }
    #expect(try Files.read(path) == bytes, "\(path) differs")
  }

  @Test func `The files in the folder pipelines fit the schema and can be built`() throws {
    let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
    let schema = try JSONSchema(json: StageCatalog.standard.schema)
    let names = try Files.names(in: "\(root)/pipelines").filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 4)
    for name in names {
      let path = "\(root)/pipelines/\(name)"
      let bytes = try Files.read(path)
      #expect(try schema.validate(YAMLText.parse(bytes, file: path).json) == [], "\(name)")
      do {
        _ = try Recipe(path: path, catalog: .standard)
      } catch {
        // Some samples are made, not committed.
        #expect(error.code == "pipeline.missing-file", "\(name): \(error)")
      }
    }
  }
}
