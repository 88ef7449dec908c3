import Foundations
import Geometry
import Operators
import Schemas
import Testing

/// Records with the standard names: JSON, tables, image folders, TreeBench.
@Suite struct FieldLayoutTests {
  static let size = Size(width: 200, height: 100)

  static func drafts(
    _ layout: any AnnotationLayout, _ text: String, member: String
  ) throws -> [QuestionDraft] {
    try layout.drafts(of: MemoryMember(member, text))
  }

  /// The fault of the only entry, be it of its form or of its truth.
  static func fault(
    _ layout: any AnnotationLayout, _ text: String, member: String
  ) throws -> Fault? {
    let entries = try layout.entries(of: MemoryMember(member, text))
    #expect(entries.count == 1)
    do throws(Fault) {
      let draft = try entries[0].get()
      do throws(Fault) { _ = try draft?.truth(size) } catch {
        throw error.placed(in: draft?.place ?? Place())
      }
      return nil
    } catch { return error }
  }

  @Test func `A record states picture, question, options, answer, box and split`() throws {
    let text = """
      [{"question_id": 7, "images": ["a.png", "./b.png"], "prompt": "<image><image>Which?",
        "choices": ["A. red", "B. blue"], "answer": "(b)", "subset": "val", "box": [1, 2, 30, 40],
        "box_label": "ball"}]
      """
    let draft = try Self.drafts(JSONLayout(), text, member: "a.json")[0]
    #expect(draft.id == "7" && draft.question == "Which?" && draft.options == ["red", "blue"])
    #expect(draft.images == [.member("a.png"), .member("b.png")] && draft.split == "validation")
    let truth = try draft.truth(Self.size)
    #expect(truth.answer == .option("blue"))
    #expect(truth.targets == [Target(label: "ball", box: Box(x0: 1, y0: 2, x1: 30, y1: 40))])
  }

  @Test(arguments: [
    (#""answer": "red""#, Answer.text("red")), (#""answer": 3"#, .text("3")),
    (#""label": true"#, .text("true")), (#""answer": ["red"]"#, .text("red")),
    (#""options": ["x", "red"], "answer": "B""#, .option("red")),
    (#""options": {"A": "x", "B": "red"}, "answer": "B. red""#, .option("red")),
    (#""options": "x|red, dark", "answer": "RED, DARK""#, .option("red, dark")),
    (#""options": "['x', 'it\\'s, red']", "answer": "B""#, .option("it's, red")),
    (#""options": {"B": "red", "A": "x"}, "answer": "B""#, .option("red")),
    (#""options": {"B": "x", "a": "red"}, "answer": "A""#, .option("red")),
    (#""options": "x|red|", "answer": "B""#, .option("red")),
    (#""options": ["B", "A"], "answer": "A""#, .option("A")),
    (#""options": "{\"B\": \"red\", \"A\": \"x\"}", "answer": "B""#, .option("red")),
    (#""options": "{1, 2}|{3}", "answer": "B""#, .option("{3}")),
    (#""A": "red", "B": "x", "C": "X", "answer": "x""#, .option("x")),
    (#""options": "x\n \nred", "answer": "B""#, .option("red")),
    (#""options": ["a", "b"], "answer": "A""#, .option("a")),
    (#""options": "['5\\xa0km', 'x']", "answer": "A""#, .option("5\u{A0}km")),
    (#""options": "['a\\nb\\tc\\r', 'x']", "answer": "A""#, .option("a\nb\tc\r")),
    (#""options": "['\\d\\u00e9\\U0001f600\\xZ\\\\', 'x']", "answer": "A""#, .option(#"\dé😀\xZ\"#)),
    (#""A": "x", "B": "red", "C": "", "answer": "B""#, .option("red")),
    (#""x0": 1, "y0": 2, "x1": 3, "y1": 4"#, .pointInBox(Box(x0: 1, y0: 2, x1: 3, y1: 4))),
    (#""x": 1, "y": 2, "w": 3, "h": 4"#, .pointInBox(Box(x0: 1, y0: 2, x1: 4, y1: 6))),
    (#""box": "(1, 2, 200.5, 100)""#, .pointInBox(Box(x0: 1, y0: 2, x1: 200, y1: 100))),
  ])
  func `An answer is a text, an option by its letter or words, or the only box`(
    fields: String, answer: Answer
  ) throws {
    let text = #"{"image": "a.png", "question": "Which?", \#(fields)}"#
    let draft = try Self.drafts(JSONLayout(), text, member: "a.jsonl")[0]
    #expect(try draft.truth(Self.size).answer == answer)
  }

  @Test(arguments: [
    (#"{"question": "q", "answer": "a"}"#, "ingest.field", "image"),
    (#"{"image": "a", "answer": "a"}"#, "ingest.field", "question"),
    (#"{"image": "a", "question": " ", "answer": "a"}"#, "ingest.field", "question"),
    (#"{"image": "a", "question": "<image>", "answer": "a"}"#, "ingest.field", "question"),
    (#"{"image": "a", "question": "q"}"#, "ingest.answer", "answer"),
    (#"{"image": "a", "question": "q", "answer": {}}"#, "json.kind", "answer"),
    (#"{"image": 3, "question": "q", "answer": "a"}"#, "json.kind", "image"),
    (#"{"images": ["a", 3], "question": "q", "answer": "a"}"#, "json.kind", "images[1]"),
    (#"{"image": "https://x/a.png", "question": "q", "answer": "a"}"#, "ingest.url", "image"),
    (
      #"{"image": "data:image/png;base64,x", "question": "q", "answer": "a"}"#, "base64.invalid",
      "image"
    ),
    (
      #"{"image": "a", "question": "q", "options": ["x", "y"], "answer": "z"}"#, "ingest.answer",
      "answer"
    ),
    (
      #"{"image": "a", "question": "q", "options": [[]], "answer": "z"}"#, "json.kind", "options[0]"
    ),
    (
      #"{"image": "a", "question": "q", "options": "[[\"A\", \"x\"], [\"B\", \"y\"]]", "answer": "B"}"#,
      "json.kind", "options[0]"
    ),
    (
      #"{"image": "a", "question": "q", "options": "[['A', 'x'], ['B', 'y']]", "answer": "B"}"#,
      "json.kind", "options"
    ),
    (
      #"{"image": "a", "question": "q", "options": "{'A': 'x', 'B': 'y'}", "answer": "B"}"#,
      "json.kind", "options"
    ),
    (
      #"{"image": "a", "question": "q", "options": "[\"x\", null, \"y\"]", "answer": "B"}"#,
      "json.kind", "options[1]"
    ),
    (
      #"{"image": "a", "question": "q", "A": "C", "B": "B", "C": "A", "answer": "A"}"#,
      "ingest.answer", "answer"
    ),
    (
      #"{"image": "a", "question": "q", "options": {"B": "x", "C": "y"}, "answer": "B"}"#,
      "ingest.field", "options.A"
    ),
    (
      #"{"image": "a", "question": "q", "A": "", "B": "x", "C": "y", "answer": "B"}"#,
      "ingest.field", "A"
    ),
    (
      #"{"image": "a", "question": "q", "A": "x", "B": "", "C": "y", "answer": "C"}"#,
      "ingest.field", "B"
    ),
    (
      #"{"image": "a", "question": "q", "options": "|x|y", "answer": "B"}"#, "json.kind",
      "options[0]"
    ),
    (
      #"{"image": "a", "question": "q", "options": "x, , y", "answer": "y"}"#, "json.kind",
      "options[1]"
    ),
    (
      #"{"image": "a", "question": "q", "options": ["b", "a"], "answer": "A"}"#, "ingest.answer",
      "answer"
    ),
    (#"{"image": "a", "question": "q", "box": "10, 20, n/a, 40, 50"}"#, "ingest.target", "box"),
    (#"{"image": "a", "question": "q", "box": "1 2 3 nan"}"#, "ingest.target", "box"),
    (
      #"{"image": "a", "question": "q", "answer": "a", "targets": "figures 1, 2, 3 and 4"}"#,
      "ingest.target", "targets"
    ),
    (#"{"image": "a", "question": "q", "bbox": [1, 2, 3, 4]}"#, "ingest.box-convention", "bbox"),
    (#"{"image": "a", "question": "q", "box": [1, 2, 3]}"#, "ingest.target", "box"),
    (#"{"image": "a", "question": "q", "box": ["x"]}"#, "json.kind", "box[0]"),
    (#"{"image": "a", "question": "q", "box": [1, 2, 300, 4]}"#, "box.outside", "box"),
    (#"{"image": "a", "question": "q", "box": [3, 2, 1, 4]}"#, "box.invalid", "box"),
    (
      #"{"image": "a", "question": "q", "box": [[1, 2, 3, 4], [1, 2, 3, 4]]}"#, "ingest.answer",
      "answer"
    ),
    (#"{"image": "a", "question": "q", "x": 1, "y": 2, "w": "wide", "h": 4}"#, "json.kind", "w"),
    (#"{"image": "a", "image": "b"}"#, "json.duplicate-key", nil), ("{", "json.syntax", nil),
    ("[1]", "json.kind", nil), ("7", "json.kind", nil),
  ])
  func `A bad record is one fault with line and key`(
    text: String, code: String, key: String?
  ) throws {
    let fault = try Self.fault(JSONLayout(), text, member: "a.jsonl")
    #expect(fault?.code == code, "\(String(describing: fault))")
    #expect(fault?.place.line == 1 && fault?.place.key == key, "\(String(describing: fault))")
    guard text.hasPrefix("{\""), code != "json.duplicate-key" else { return }
    // In an array, the key says which element.
    let inner = try Self.fault(JSONLayout(), "[\n\(text)]", member: "a.json")
    #expect(inner?.code == code && inner?.place.line == 2)
    let isTruth = code.hasPrefix("box.")
    #expect(inner?.place.key == (isTruth ? key : key.map { "[0]." + $0 }))
  }

  @Test func `Bad lines and elements leave the others`() throws {
    let good = #"{"image": "a", "question": "q", "answer": "a"}"#
    let lines = try JSONLayout().entries(
      of: MemoryMember("a.jsonl", "\(good)\n{\"a\": tru}\n\n\(good)\n\u{1}\n\(good)"))
    #expect(lines.map { (try? $0.get())??.id } == ["a-1", nil, "a-4", nil, "a-6"])
    let array = try JSONLayout().entries(
      of: MemoryMember("a.json", "[\(good), {\"a\": tru}, 7,\n\(good)]"))
    #expect(array.map { (try? $0.get())??.id } == ["a-0", nil, nil, "a-3"])
  }

  @Test func `Pictures may lie in the record`() throws {
    let text = """
      [{"image": "data:image/png;base64,Zm9v", "question": "q", "answer": "a"},
       {"image": {"bytes": "Zm9v"}, "question": "q", "answer": "a"},
       {"image": {"path": "x/a.png", "bytes": null}, "question": "q", "answer": "a"}]
      """
    let images = try Self.drafts(JSONLayout(), text, member: "a.json").flatMap(\.images)
    let foo = DraftImage.bytes(Array("foo".utf8), name: "base64")
    #expect(images == [foo, foo, .member("x/a.png")])
  }

  // MARK: Tables

  @Test func `Quotes hold separators, newlines and quotes`() throws {
    let text =
      "image,question,answer\r\na.png,\"Is it \"\"red\"\",\r\nor not?\",\"\"\"yes\"\"\"\r\n"
    let draft = try Self.drafts(CSVLayout(), text, member: "d/a.csv")[0]
    #expect(draft.question == "Is it \"red\",\r\nor not?" && draft.id == "d/a-1")
    #expect(try draft.truth(Self.size).answer == .text("\"yes\""))
  }

  @Test(arguments: [",", ";", "\t"])
  func `Comma, semicolon and tab separate`(separator: String) throws {
    let text = "id,image,question,options,answer,split\n1,a.png,Which?,red|blue,B,dev"
      .replacing(",", with: separator)
    let draft = try Self.drafts(CSVLayout(), text, member: "a.csv")[0]
    #expect(draft.id == "1" && draft.options == ["red", "blue"] && draft.split == "validation")
  }

  @Test(arguments: [
    ("a.png,q", "table.fields", 2, nil as String?), ("a.png,q,x,y", "table.fields", 2, nil),
    ("a.png,\"q\" x,y", "table.quote", 2, nil),
    ("a.png,\u{FFFD}q,\"\"", "ingest.answer", 2, "answer"), (",q,x", "ingest.field", 2, "image"),
  ])
  func `A bad row is one fault with its line`(
    row: String, code: String, line: Int, key: String?
  ) throws {
    let text = "image,question,answer\n\(row)"
    let fault = try Self.fault(CSVLayout(), text, member: "a.csv")
    #expect(fault?.code == code && fault?.place.line == line && fault?.place.key == key)
  }

  @Test func `Bad rows leave the others, and lines are counted through quotes`() throws {
    let text = "image,question,answer\n\n\"a\",\"q\n\nr\",x\nb,\"q\" z\nc,q,\"\ny\"\nd,q\ne,q,x"
    let entries = try CSVLayout().entries(of: MemoryMember("a.csv", text))
    #expect(entries.map { (try? $0.get())??.place.line } == [3, nil, 7, nil, 10])
  }

  @Test func `A quote that is not closed ends the table with a fault`() throws {
    let text = "image,question,answer\na,q,x\nb,\"q,x\nc,q,x\nd,q,x\n"
    var entries: [AnnotationEntry] = []
    #expect {
      try CSVLayout().drafts(of: MemoryMember("a.csv", text)) { entries.append($0) }
    } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.code == "table.quote" && fault.place.line == 3
    }
    #expect(try entries.map { try $0.get()?.id } == ["a-1"])
  }

  @Test func `White space around id and split is none of theirs`() throws {
    let text = "id,image,question,answer,split\n 7 ,a.png,q,x, test"
    let draft = try Self.drafts(CSVLayout(), text, member: "a.csv")[0]
    #expect(draft.id == "7" && draft.split == "test")
  }

  @Test func `A header of many columns is read in one go`() throws {
    let header = (0..<200_000).map { "column \($0)" }.joined(separator: ",")
    var member = MemoryMember("a.csv", header)
    member.pieceBytes = 1 << 16
    #expect(try CSVLayout().entries(of: member).isEmpty)
  }

  @Test func `Latin 1 is refused by the field`() throws {
    let text = Array("image,question,answer\na,caf".utf8) + [0xE9] + Array(",x\nb,q,x".utf8)
    let entries = try CSVLayout().entries(of: MemoryMember("a.csv", text))
    guard case .bad(let fault) = entries[0] else { return #expect(Bool(false), "accepted") }
    #expect(fault.code == "text.encoding")
    #expect(fault.place == Place(key: "question", line: 2))
    #expect(try entries[1].get()?.id == "a-2")
  }

  @Test func `Two columns of one name are refused`() {
    #expect {
      _ = try CSVLayout().entries(of: MemoryMember("a.csv", "image,image\n"))
    } throws: { ($0 as? Fault)?.code == "table.header" }
  }

  // MARK: Image folders and TreeBench

  @Test(arguments: [
    ("metadata.jsonl", nil as String?), ("data/train/metadata.jsonl", "train"),
    ("val/metadata.jsonl", "validation"), ("Test/x/metadata.jsonl", "test"),
  ])
  func `An image folder's objects are COCO's, its folders splits`(
    member: String, split: String?
  ) throws {
    let text = """
      {"file_name": "1.png", "text": "two", "objects": {"bbox": [[1, 2, 3, 4], [5, 5, 5, 5]], "categories": [0, "cat"]}}
      """
    let draft = try Self.drafts(ImageFolderLayout(), text, member: member)[0]
    #expect(draft.split == split && draft.question == QuestionDraft.captionQuestion)
    let truth = try draft.truth(Self.size)
    #expect(truth.answer == .text("two"))
    #expect(
      truth.targets == [
        Target(label: "0", box: Box(x0: 1, y0: 2, x1: 4, y1: 6)),
        Target(label: "cat", box: Box(x0: 5, y0: 5, x1: 10, y1: 10)),
      ])
  }

  @Test func `An image folder's lists must be of one length`() throws {
    let text =
      #"{"file_name": "1", "text": "t", "objects": {"bbox": [[1, 2, 3, 4]], "category": []}}"#
    let fault = try Self.fault(ImageFolderLayout(), text, member: "metadata.jsonl")
    #expect(fault?.code == "ingest.target" && fault?.place.key == "objects")
  }

  static func row(_ image: String, _ answer: String = "B", _ boxes: String = "") -> String {
    "index\timage\tquestion\tA\tB\tC\tanswer\tcategory\ttarget_instances\n"
      + "5\t\(image)\tWhich?\tred\tblue\t\t\(answer)\tPerception/OCR\t\(boxes)"
  }

  @Test func `TreeBench's picture is in the row, its boxes are corners`() throws {
    let draft = try Self.drafts(
      TreeBenchLayout(), Self.row("Zm9v", "B", "\"[[1, 2, 30, 40], [5, 6, 7, 8]]\""),
      member: "t.tsv")[0]
    #expect(draft.images == [.bytes(Array("foo".utf8), name: "row 5")] && draft.id == "5")
    let truth = try draft.truth(Self.size)
    #expect(truth.answer == .option("blue"))
    #expect(
      truth.targets.map(\.box) == [
        Box(x0: 1, y0: 2, x1: 30, y1: 40), Box(x0: 5, y0: 6, x1: 7, y1: 8),
      ])
    // The category is the kind of task.
    #expect(truth.targets.map(\.label) == ["blue", "blue"])
    let two = try Self.drafts(TreeBenchLayout(), Self.row("\"['Zm9v', 'Zm9v']\""), member: "t.tsv")
    #expect(two[0].images.count == 2)
    // A picture that does not end within the head.
    let large = Self.row("\"" + String(repeating: "A", count: 1 << 17) + "\"")
    #expect(try TreeBenchLayout().recognises(MemoryMember("t.tsv", large)))
  }

  @Test(arguments: [
    ("Zm9", "B", "", "base64.invalid", "image"), ("", "B", "", "ingest.field", "image"),
    ("3", "B", "", "ingest.picture", "image"), ("Zm9v", "D", "", "ingest.answer", "answer"),
    ("Zm9v", "B", "[1, 2, 3]", "ingest.target", "target_instances"),
    ("Zm9v", "B", "[1, 2, 900, 4]", "box.outside", "target_instances"),
  ])
  func `A bad row of TreeBench's is one fault`(
    image: String, answer: String, boxes: String, code: String, key: String
  ) throws {
    let fault = try Self.fault(TreeBenchLayout(), Self.row(image, answer, boxes), member: "t.tsv")
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
    #expect(fault?.place.line == 2 && fault?.place.record == "5")
  }
}
