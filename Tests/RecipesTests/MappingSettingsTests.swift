import Archiving
import Foundations
import Geometry
import Pipelines
import Recipes
import Schemas
import Testing

/// A mapping in a pipeline file, from its words to questions.
@Suite struct MappingSettingsTests {
  let stage: IngestStageTests

  init() throws { stage = try IngestStageTests() }

  static let rows = "datei,frage,kasten\na.png,Where?,\"1, 1, 4, 4\"\na.png,Why?,\n"

  func ingest(_ mapping: String) throws -> Ingested {
    let path = try stage.archive([
      ("a.png", IngestStageTests.picture), ("rows.csv", Array(Self.rows.utf8)),
    ])
    return try stage.ingest(path, settings: ", mapping: {\(mapping)}")
  }

  @Test func `Fields of any name become questions, and what does not fit is set aside`() throws {
    let found = try ingest(
      "image: $.datei, question: $.frage, box: $.kasten, box-convention: xyxy-pixels")
    #expect(found.questions.map(\.question) == ["Where?"])
    #expect(found.questions[0].answer == .pointInBox(Box(x0: 1, y0: 1, x1: 4, y1: 4)))
    #expect(found.counts.quarantined == ["ingest.answer": 1])
    #expect(found.bad[0].contains("rows.csv") && found.bad[0].contains("\"line\":3"))
  }

  @Test func `Texts and lists may be constant`() throws {
    let found = try ingest(
      "image: $.datei, question: 'Is it {$.frage}', options: [red, blue], answer: B")
    #expect(found.questions.map(\.question) == ["Is it Where?", "Is it Why?"])
    #expect(found.questions.allSatisfy { $0.answer == .option("blue") })
  }

  @Test(arguments: [
    ("imgae: $.datei", "pipeline.unknown-key", "did you mean \"image\"?"),
    ("image: $datei", "mapping.path", "mapping: expected '.'"),
    ("box-convention: xywh-pixel", "mapping.convention", "did you mean \"xywh-pixels\"?"),
    ("image: {a: 1}", "mapping.value", "expected a path"),
    ("image: ", "mapping.value", "expected a path"),
  ])
  func `A wrong mapping stops the run before it starts, with its line`(
    mapping: String, code: String, message: String
  ) {
    let fault = IngestStageTests.fault { try ingest(mapping) }
    #expect(fault?.code == code, "\(String(describing: fault))")
    #expect(fault?.message.contains(message) == true, "\(String(describing: fault))")
    #expect(fault?.place.line == 3 && fault?.place.column ?? 0 > 1)
  }

  @Test func `A mapping that is no map, or for another form, is refused`() throws {
    let path = try stage.archive([("a.png", IngestStageTests.picture)])
    let list = IngestStageTests.fault { try stage.ingest(path, settings: ", mapping: [a]") }
    #expect(list?.code == "pipeline.kind" && list?.place.line == 3)
    let coco = IngestStageTests.fault {
      try stage.ingest(path, settings: ", layout: coco, mapping: {image: $.a}")
    }
    #expect(coco?.code == "ingest.mapping")
  }
}
