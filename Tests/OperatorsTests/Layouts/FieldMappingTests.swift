import Foundations
import Geometry
import JSONText
import Operators
import Schemas
import Testing

/// What a pipeline file says about fields of any name.
@Suite struct FieldMappingTests {
  static let record: JSON = [
    "file": "a.png", "q": ["text": "ball", "n": 3], "a": ["red", "blue"], "File Name": "b.png",
    "blank": " ", "boxes": [[20, 20, 30, 40]], "nothing": nil,
  ]

  static func drafts(
    _ mapping: [(key: String, value: JSON)], _ record: JSON = record, layout: String? = nil
  ) throws -> [QuestionDraft] {
    let member = MemoryMember("x.jsonl", record.bytes())
    let found = try LayoutCatalog.find(
      in: [member], of: "a.tar", layout: layout, annotations: nil,
      mapping: try FieldMapping(mapping))
    return try found.layout.drafts(of: member)
  }

  @Test func `Paths, texts and templates make a question`() throws {
    let draft = try Self.drafts([
      ("image", "$[\"File Name\"]"), ("question", "Where is the {$.q.text} of {$.q.n}?"),
      ("answer", "$.a[1]"), ("options", "$.a"), ("id", "x-{$.q.n}"), ("split", "val"),
      ("box", "$.boxes"), ("box-convention", "xywh-pixels"), ("label", "$.q.text"),
    ])[0]
    #expect(draft.images == [.member("b.png")] && draft.id == "x-3")
    #expect(draft.question == "Where is the ball of 3?")
    #expect(draft.options == ["red", "blue"] && draft.split == "validation")
    let truth = try draft.truth(FieldLayoutTests.size)
    #expect(truth.answer == .option("blue"))
    #expect(truth.targets == [Target(label: "ball", box: Box(x0: 20, y0: 20, x1: 50, y1: 60))])
  }

  @Test func `What is not mapped has its standard name`() throws {
    let record: JSON = ["image": "a.png", "problem": "Which?", "klasse": 3, "split": "test"]
    let draft = try Self.drafts([("answer", "$.klasse"), ("options", ["3", "4"])], record)[0]
    #expect(draft.question == "Which?" && draft.split == "test" && draft.options == ["3", "4"])
    #expect(try draft.truth(FieldLayoutTests.size).answer == .option("3"))
  }

  @Test(arguments: [
    ("xywh-pixels", Box(x0: 20, y0: 20, x1: 50, y1: 60)),
    ("xyxy-pixels", Box(x0: 20, y0: 20, x1: 30, y1: 40)),
    ("cxcywh-pixels", Box(x0: 5, y0: 0, x1: 35, y1: 40)),
    ("xyxy-thousandths", Box(x0: 4, y0: 2, x1: 6, y1: 4)),
  ])
  func `Boxes are read as the convention says`(convention: String, box: Box) throws {
    let draft = try Self.drafts([
      ("image", "$.file"), ("question", "Where?"), ("box", "$.boxes[0]"),
      ("box-convention", .string(convention)),
    ])[0]
    #expect(try draft.truth(FieldLayoutTests.size).answer == .pointInBox(box))
  }

  @Test(arguments: [
    ("image", "$.fiel", "ingest.field", "fiel"), ("question", "$.blank", "ingest.field", "blank"),
    ("question", "$.q", "json.kind", "q"), ("question", "Is {$.q} it?", "json.kind", "q"),
    ("answer", "$.nothing", "ingest.answer", "answer"),
    ("id", "$.none[3]", "ingest.field", "none[3]"),
    ("options", "$.q.n", "json.kind", "q.n"), ("image", "$.a[7]", "ingest.field", "a[7]"),
    ("box", "$.q.n", "ingest.box-convention", "q.n"),
    ("box", "$.boxes", "ingest.box-convention", "boxes"),
  ])
  func `A record that the mapping does not fit is one fault with the path`(
    field: String, value: String, code: String, key: String
  ) throws {
    var mapping: [(key: String, value: JSON)] = [
      ("image", "$.file"), ("question", "q"), ("answer", "a"),
    ]
    mapping.removeAll { $0.key == field }
    mapping.append((field, .string(value)))
    let member = MemoryMember("x.jsonl", Self.record.bytes())
    let (layout, _) = try LayoutCatalog.find(
      in: [member], of: "a.tar", layout: nil, annotations: nil, mapping: FieldMapping(mapping))
    let fault = try FieldLayoutTests.fault(
      layout, String(decoding: member.content, as: UTF8.self), member: "x.jsonl")
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
  }

  @Test(arguments: [
    ("image", "$file", "mapping.path"), ("image", "$.", "mapping.path"),
    ("image", "$.a[", "mapping.path"), ("image", "$.a[x]", "mapping.path"),
    ("image", "$.a[-1]", "mapping.path"), ("image", "$.a b", "mapping.path"),
    ("question", "Is {$.a it?", "mapping.path"), ("question", "", "mapping.value"),
    ("imgae", "$.a", "mapping.key"), ("box-convention", "xywh", "mapping.convention"),
  ])
  func `A wrong mapping is refused before anything is read`(
    key: String, value: String, code: String
  ) {
    #expect { _ = try FieldMapping([(key, .string(value))]) } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.code == code && fault.place.key == key
    }
  }

  @Test func `The nearest field and the known conventions are named`() {
    #expect { _ = try FieldMapping([("imgae", "$.a")]) } throws: {
      "\($0)".contains("did you mean \"image\"?")
    }
    #expect { _ = try FieldMapping([("box-convention", "xywh-pixel")]) } throws: {
      "\($0)".contains("did you mean \"xywh-pixels\"?")
    }
  }

  @Test func `A mapping is for layouts of records`() throws {
    #expect { _ = try Self.drafts([("image", "$.a")], layout: "coco") } throws: {
      ($0 as? Fault)?.code == "ingest.mapping"
    }
    var sample = MemoryMember("1.json", #"{"caption": "a ball"}"#)
    sample.listing = ["1.jpg", "1.json"]
    let found = try LayoutCatalog.find(
      in: [sample], of: "a.tar", layout: nil, annotations: nil,
      mapping: FieldMapping([("question", "What is it?"), ("answer", "$.caption")]))
    #expect(found.layout.name == "webdataset")
    let draft = try found.layout.drafts(of: sample)[0]
    #expect(draft.question == "What is it?" && draft.images == [.member("1.jpg")])
    let rows = MemoryMember("x.csv", "datei,klasse\na.png,red\n")
    let table = try LayoutCatalog.find(
      in: [rows], of: "a.tar", layout: nil, annotations: nil,
      mapping: FieldMapping([
        ("image", "$.datei"), ("question", "Which?"), ("answer", "$.klasse"),
      ]))
    #expect(table.layout.name == "csv")
    #expect(try table.layout.drafts(of: rows)[0].images == [.member("a.png")])
  }
}
