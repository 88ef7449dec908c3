import Archiving
import Foundations
import Geometry
import Operators
import Schemas
import Testing

@Suite struct LayoutTests {
  static let size = Size(width: 200, height: 100)

  static func entries(
    _ layout: any AnnotationLayout, _ text: String, member: String = "a.json",
    beside: [String: String] = [:]
  ) throws -> [AnnotationEntry] {
    var member = MemoryMember(member, text)
    member.others = beside.mapValues { Array($0.utf8) }
    return try layout.entries(of: member)
  }

  static func drafts(
    _ layout: any AnnotationLayout, _ text: String, member: String = "a.json",
    beside: [String: String] = [:]
  ) throws -> [QuestionDraft] {
    try entries(layout, text, member: member, beside: beside).compactMap { try $0.get() }
  }

  /// The fault of the only draft, be it of its form or of its truth.
  static func fault(_ layout: any AnnotationLayout, _ text: String) throws -> Fault? {
    let entries = try entries(layout, text)
    #expect(entries.count == 1)
    do throws(Fault) {
      _ = try entries[0].get()?.truth(size)
      return nil
    } catch { return error }
  }

  @Test func `ScreenSpot's box is left, top, width, height`() throws {
    let text = """
      [{"img_filename": "a/b.c.png", "instruction": "open it", "bbox": [10, 20, 30, 40],
        "data_type": "icon", "data_source": "x"},
       {"image": "a/b.c.png", "instruction": "close it", "bbox": [1, 0, 1, 2]}]
      """
    let drafts = try Self.drafts(ScreenSpotLayout(), text)
    #expect(drafts.map(\.id) == ["b.c-0", "b.c-1"])
    #expect(drafts.map(\.question) == ["open it", "close it"])
    #expect(drafts.map(\.images) == [[.member("a/b.c.png")], [.member("a/b.c.png")]])
    let truth = try drafts[0].truth(Self.size)
    #expect(truth.answer == .pointInBox(Box(x0: 10, y0: 20, x1: 40, y1: 60)))
    #expect(truth.targets == [Target(label: "open it", box: Box(x0: 10, y0: 20, x1: 40, y1: 60))])
    // Whole numbers are pixels, even small ones.
    #expect(
      try drafts[1].truth(Self.size).answer == .pointInBox(Box(x0: 1, y0: 0, x1: 2, y1: 2)))
  }

  @Test(arguments: ["0.1, 0.2, 0.5, 1", "0.1, 0.2, 0.5, 1.0000001"])
  func `ScreenSpot's fractions are corners, by a hair outside too`(numbers: String) throws {
    let text = #"[{"file_name": "a.png", "instruction": "i", "bbox": [\#(numbers)]}]"#
    let draft = try Self.drafts(ScreenSpotLayout(), text)[0]
    #expect(
      try draft.truth(Self.size).answer == .pointInBox(Box(x0: 20, y0: 20, x1: 100, y1: 100)))
  }

  @Test func `ScreenSpot's ids may be numbers`() throws {
    let entry = #"{"image": "a.png", "instruction": "i", "bbox": [1, 2, 3, 4]"#
    let text = #"[\#(entry), "id": 7}, \#(entry), "id": "x"}, \#(entry)}, \#(entry), "id": null}]"#
    #expect(try Self.drafts(ScreenSpotLayout(), text).map(\.id) == ["7", "x", "a-2", "a-3"])
  }

  @Test func `A record with a wrong id takes no number`() throws {
    let entry = #"{"image": "a.png", "instruction": "i", "bbox": [1, 2, 3, 4]"#
    let entries = try Self.entries(ScreenSpotLayout(), #"[\#(entry), "id": []}, \#(entry)}]"#)
    guard case .bad(let fault) = entries[0] else { return #expect(Bool(false), "accepted") }
    #expect(fault.code == "json.kind" && fault.place.key == "[0].id")
    #expect(try entries[1].get()?.id == "a-0")
  }

  @Test(arguments: [
    (#"[{"instruction": "i", "bbox": [1, 2, 3, 4]}]"#, "json.missing-key", "[0].img_filename"),
    (#"[{"image": "a", "instruction": "i", "bbox": [1, 2, 3]}]"#, "ingest.target", "[0].bbox"),
    (#"[{"image": "a", "instruction": 3, "bbox": [1, 2, 3, 4]}]"#, "json.kind", "[0].instruction"),
    (#"[{"image": "a", "instruction": "i", "bbox": [1, 2, 300, 4]}]"#, "box.outside", "bbox"),
    (#"[{"image": "a", "instruction": "i", "bbox": [1, 2, 0, 4]}]"#, "box.invalid", "bbox"),
    (
      #"[{"image": "a", "instruction": "i", "bbox": [0, 0, 1, 1]}]"#, "ingest.box-convention",
      "bbox"
    ),
    ("[7]", "json.kind", "[0]"),
  ])
  func `A wrong target is one fault with its key`(text: String, code: String, key: String) throws {
    let fault = try Self.fault(ScreenSpotLayout(), text)
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
  }

  @Test(arguments: [
    ("data/train/questions.json", "train", "train-7-0"),
    ("val/questions.json", "validation", "val-7-0"),
    ("test/questions.json", "test", "test-7-0"), ("questions.json", nil, "7-0"),
    ("extra/questions.json", nil, "extra-7-0"),
  ])
  func `easy-VQA's parts name splits`(member: String, split: String?, id: String) throws {
    let text = #"[["is it red?", "no", 7], ["what is it?", "circle", 7]]"#
    let drafts = try Self.drafts(EasyVQALayout(), text, member: member)
    #expect(drafts.map(\.split) == [split, split])
    #expect(drafts[0].id == id && drafts[1].id == id.dropLast() + "1")
    #expect(drafts.allSatisfy { $0.images == [.member("images/7.png")] })
    #expect(try drafts[1].truth(Self.size).answer == .text("circle"))
  }

  @Test(arguments: [
    (#"[["a", "b"]]"#, "ingest.question"), (#"[["a", "b", "c"]]"#, "json.kind"),
    ("[3]", "json.kind"),
  ])
  func `A wrong question is one fault`(text: String, code: String) throws {
    #expect(try Self.fault(EasyVQALayout(), text)?.code == code)
  }

  @Test(arguments: [
    ("data/train/questions.json", "data/answers.txt"), ("test/questions.json", "answers.txt"),
  ])
  func `easy-VQA's answers are options where there is a list of them`(
    member: String, list: String
  ) throws {
    let draft = try Self.drafts(
      EasyVQALayout(), #"[["is it red?", "no", 7]]"#, member: member,
      beside: [list: "yes\r\nno\n\nred\n"])[0]
    #expect(draft.options == ["yes", "no", "red"])
    #expect(try draft.truth(Self.size).answer == .option("no"))
  }

  static let line = """
    {"id": "a", "image": "i.png", "conversations": [{"from": "human", "value": "<image>\\nWhat?\\nOptions: x, y"},
    {"from": "gpt", "value": "x"}], "options": ["x", "y"], "split": "test"}
    """.replacing("\n", with: "")

  @Test func `ViGoRL's lines are read one by one`() throws {
    let text = [Self.line, "{", Self.line.replacing(#""id": "a""#, with: #""id": "b""#)]
    let entries = try Self.entries(
      ViGoRLLayout(), text.joined(separator: "\n"), member: "q.jsonl")
    let first = try #require(try entries[0].get())
    #expect(first.question == "What?" && first.options == ["x", "y"] && first.split == "test")
    #expect(try first.truth(Self.size).answer == .option("x"))
    guard case .bad(let fault) = entries[1] else { return #expect(Bool(false), "accepted") }
    #expect(fault.code == "json.syntax" && fault.place.line == 2)
    #expect(try entries[2].get()?.place == Place(record: "b", line: 3))
  }

  @Test(arguments: [
    ("(1, 2, 30, 40)", "", nil, JSONAnswer.box), ("(1, 2, 30, 40)", "text", nil, .text),
    ("(1, 2, 30)", "point-in-box", "ingest.answer", .text),
    ("in 1, 2, 30, 40", "point-in-box", "ingest.answer", .text),
    ("(1, 2, 300, 40)", "", "box.outside", .text),
  ])
  func `ViGoRL's boxes are answers`(
    answer: String, kind: String, code: String?, expected: JSONAnswer
  ) throws {
    let kind = kind.isEmpty ? "" : #", "answer_kind": "\#(kind)""#
    let text = """
      {"id": "a", "image": "i", "conversations": [{"value": "q"}, {"value": "\(answer)"}]\(kind)}
      """
    let fault = try Self.fault(ViGoRLLayout(), text)
    #expect(fault?.code == code)
    guard code == nil else { return }
    let truth = try Self.drafts(ViGoRLLayout(), text)[0].truth(Self.size)
    let box = Answer.pointInBox(Box(x0: 1, y0: 2, x1: 30, y1: 40))
    #expect(truth.answer == (expected == .box ? box : .text(answer)))
  }

  enum JSONAnswer { case box, text }

  @Test(arguments: [("system", "human"), ("gpt", "human"), ("human", "human")])
  func `ViGoRL's turns are a question and an answer`(first: String, second: String) throws {
    let text = Self.line.replacing(#""from": "human""#, with: #""from": "\#(first)""#)
      .replacing(#""from": "gpt""#, with: #""from": "\#(second)""#)
    let fault = try Self.fault(ViGoRLLayout(), text)
    #expect(fault?.code == "ingest.conversation" && fault?.place.record == "a")
  }

  @Test func `ViGoRL's placeholder of a picture is no part of the question`() throws {
    let text = Self.line.replacing(#"<image>\nWhat?"#, with: #"What?\n<image>"#)
    #expect(text != Self.line)
    #expect(try Self.drafts(ViGoRLLayout(), text)[0].question == "What?")
    let empty = Self.line.replacing(#"What?\nOptions: x, y"#, with: "")
    #expect(try Self.fault(ViGoRLLayout(), empty)?.code == "ingest.field")
  }

  @Test(arguments: [
    ("Rows 1, 2 and 5, 6", "", Answer.text("Rows 1, 2 and 5, 6")),
    ("1, 2, 3, 4, x", "", .text("1, 2, 3, 4, x")),
    ("1, 2, 3, 4", #", "options": ["1, 2, 3, 4", "5"]"#, .option("1, 2, 3, 4")),
    ("x", #", "options": []"#, .text("x")),
  ])
  func `Numbers in prose and in options are no box`(
    answer: String, rest: String, expected: Answer
  ) throws {
    let text = """
      {"id": "a", "image": "i", "conversations": [{"value": "q"}, {"value": "\(answer)"}]\(rest)}
      """
    let draft = try Self.drafts(ViGoRLLayout(), text)[0]
    #expect(try draft.truth(Self.size).answer == expected)
  }
}
