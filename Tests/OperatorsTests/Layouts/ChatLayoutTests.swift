import Foundations
import Geometry
import Operators
import Schemas
import Testing

/// Chats as trainers read them.
@Suite struct ChatLayoutTests {
  static func line(_ turns: String, _ rest: String = #""images": ["1.jpg"]"#) -> String {
    #"{"messages": [\#(turns)], \#(rest)}"#
  }

  static func turn(_ role: String, _ content: String) -> String {
    #"{"role": "\#(role)", "content": "\#(content)"}"#
  }

  static func entries(_ line: String) throws -> [AnnotationEntry] {
    try MSSwiftLayout().entries(of: MemoryMember("a.jsonl", line))
  }

  static func drafts(_ line: String) throws -> [QuestionDraft] {
    try entries(line).compactMap { try $0.get() }
  }

  static func join(_ turns: String...) -> String { turns.joined(separator: ", ") }

  @Test func `Every turn with its answer is a question about all pictures`() throws {
    let turns = Self.join(
      Self.turn("system", "Look."), Self.turn("user", "<image>Who?"),
      Self.turn("assistant", "Kane"),
      Self.turn("user", "Where?"),
      Self.turn("assistant", "<think>so</think><answer> here </answer>"))
    let drafts = try Self.drafts(Self.line(turns))
    #expect(drafts.map(\.id) == ["a-1-0", "a-1-1"])
    #expect(drafts.map(\.question) == ["Who?", "Where?"])
    #expect(drafts.allSatisfy { $0.images == [.member("1.jpg")] })
    #expect(try drafts[1].truth(FieldLayoutTests.size).answer == .text("here"))
  }

  @Test func `A chat with calls of tools is one question`() throws {
    let turns = Self.join(
      Self.turn("user", "Who?"), Self.turn("tool_call", "{}"), Self.turn("tool", "crop"),
      Self.turn("assistant", "Kane"))
    let drafts = try Self.drafts(Self.line(turns))
    #expect(drafts.map(\.id) == ["a-1"] && drafts[0].question == "Who?")
    let called = Self.join(
      Self.turn("user", "Who?"), #"{"role": "assistant", "tool_calls": [{}]}"#,
      Self.turn("tool", "crop"), Self.turn("assistant", "Kane"))
    #expect(try Self.drafts(Self.line(called)).map(\.question) == ["Who?"])
  }

  @Test func `A lone question is answered by the record, and parts are joined`() throws {
    let drafts = try Self.drafts(
      Self.line(Self.turn("user", "Who?"), #""images": ["1.jpg"], "solution": "Kane""#))
    #expect(try drafts[0].truth(FieldLayoutTests.size).answer == .text("Kane"))
    let parts = """
      {"role": "user", "content": [{"type": "image", "image": "p.png"}, {"type": "text", "text": "Who?"}]}
      """
    let joined = try Self.drafts(Self.line(parts, #""answer": "I""#))
    #expect(joined[0].images == [.member("p.png")] && joined[0].question == "Who?")
  }

  @Test func `ms-swift's objects fill the text, and a box alone is the answer`() throws {
    let objects = """
      "images": ["1.jpg", "2.jpg"], "objects": {"ref": ["the cat", "it"], "image_id": [0, 1],
      "bbox": [[0.1, 0.2, 0.5, 1], [0.1, 0.1, 0.2, 0.2]], "bbox_type": "norm1"}
      """.replacing("\n", with: " ")
    let turns = Self.join(
      Self.turn("user", "Find <ref-object>"), Self.turn("assistant", "<bbox>"),
      Self.turn("user", "Is <ref-object> at <bbox>?"), Self.turn("assistant", "yes"))
    let drafts = try Self.drafts(Self.line(turns, objects))
    #expect(drafts.map(\.question) == ["Find the cat", "Is it at (0.1, 0.1, 0.2, 0.2)?"])
    let box = Box(x0: 20, y0: 20, x1: 100, y1: 100)
    let truth = try drafts[0].truth(FieldLayoutTests.size)
    #expect(truth.answer == .pointInBox(box))
    #expect(truth.targets == [Target(label: "the cat", box: box)])
    let second = try drafts[1].truth(FieldLayoutTests.size)
    // Its box is in the other picture.
    #expect(second.answer == .text("yes") && second.targets.isEmpty)
  }

  @Test func `A question has the boxes of its own turns`() throws {
    let objects = #""images": ["1.jpg"], "objects": {"bbox": [[1, 2, 30, 40]]}"#
    let turns = Self.join(
      Self.turn("user", "Where is the dog?"), Self.turn("assistant", "<bbox>"),
      Self.turn("user", "What color is the hat?"), Self.turn("assistant", "red"))
    let drafts = try Self.drafts(Self.line(turns, objects))
    let dog = try drafts[0].truth(FieldLayoutTests.size)
    #expect(dog.answer == .pointInBox(Box(x0: 1, y0: 2, x1: 30, y1: 40)))
    #expect(try drafts[1].truth(FieldLayoutTests.size).targets.isEmpty)
  }

  @Test func `Names are those of boxes only where there are as many`() throws {
    let objects = """
      "images": ["1.jpg"], "objects": {"ref": ["dog", "cat"], "bbox": [[1, 2, 3, 4], [5, 6, 7, 8], [9, 9, 20, 20]]}
      """
    let turns = Self.join(
      Self.turn("user", "Who is here?"), Self.turn("assistant", "dogs <bbox><bbox>, cat <bbox>"))
    let truth = try Self.drafts(Self.line(turns, objects))[0].truth(FieldLayoutTests.size)
    let answer = "dogs (1, 2, 3, 4)(5, 6, 7, 8), cat (9, 9, 20, 20)"
    #expect(truth.targets.map(\.label) == [answer, answer, answer])
  }

  @Test func `Equal boxes keep their names`() throws {
    let objects = """
      "images": ["1.jpg"], "objects": {"ref": ["dog", "cat"], "bbox": [[1, 2, 3, 4], [1, 2, 3, 4]]}
      """
    let turns = Self.join(
      Self.turn("user", "Find <ref-object>"), Self.turn("assistant", "<bbox>"),
      Self.turn("user", "Find <ref-object>"), Self.turn("assistant", "<bbox>"))
    let drafts = try Self.drafts(Self.line(turns, objects))
    let labels = try drafts.flatMap { try $0.truth(FieldLayoutTests.size).targets.map(\.label) }
    #expect(labels == ["dog", "cat"])
  }

  @Test func `A name that looks like a placeholder is none`() throws {
    let objects =
      #""images": ["1.jpg"], "answer": "x", "objects": {"ref": ["<bbox>"], "bbox": [[1, 2, 3, 4]]}"#
    let turn = Self.turn("user", "Is <b><ref-object></b> at <bbox>?")
    let draft = try Self.drafts(Self.line(turn, objects))[0]
    #expect(draft.question == "Is <b><bbox></b> at (1, 2, 3, 4)?")
  }

  /// The draft of a chat of one line, which comes in large pieces.
  static func draftsOfLong(_ line: String) throws -> [QuestionDraft] {
    var member = MemoryMember("a.jsonl", line)
    member.pieceBytes = 1 << 16
    return try MSSwiftLayout().drafts(of: member)
  }

  @Test func `A long chat with as many boxes is read in one go`() throws {
    let count = 10_000
    let pair = Self.join(Self.turn("user", "Where?"), Self.turn("assistant", "<bbox>"))
    let turns = Array(repeating: pair, count: count).joined(separator: ", ")
    let boxes = (0..<count).map { "[0, 0, 9, \($0)]" }.joined(separator: ", ")
    let drafts = try Self.draftsOfLong(
      Self.line(turns, #""images": ["1.jpg"], "objects": {"bbox": [\#(boxes)]}"#))
    #expect(drafts.count == count)
  }

  @Test func `A text with many placeholders is filled in one go`() throws {
    let count = 200_000
    let names = Array(repeating: #""it""#, count: count).joined(separator: ", ")
    let turn = Self.turn("user", String(repeating: "<ref-object>", count: count))
    let drafts = try Self.draftsOfLong(
      Self.line(turn, #""images": ["1.jpg"], "answer": "x", "objects": {"ref": [\#(names)]}"#))
    #expect(drafts[0].question == String(repeating: "it", count: count))
  }

  @Test func `A chat without a picture is dropped, not bad`() throws {
    let entries = try Self.entries(
      Self.line(Self.join(Self.turn("user", "Hi"), Self.turn("assistant", "Ho")), #""x": 1"#))
    guard case .dropped(let reason) = entries[0] else { return #expect(Bool(false), "kept") }
    #expect(reason == "chats without a picture")
  }

  @Test(arguments: [
    (join(turn("user", "q"), turn("asistant", "a")), "", "chat.role", "messages[1].role"),
    (join(turn("assistant", "a"), turn("user", "q")), "", "chat.order", nil),
    (join(turn("user", "q"), turn("user", "q")), "", "chat.order", "messages[1].content"),
    (turn("user", "q"), "", "chat.order", "messages[0].content"),
    (
      join(turn("user", "q"), turn("user", "q"), turn("assistant", "a")), "", "chat.order",
      "messages[1].content"
    ),
    (join(turn("user", "q"), turn("tool", "x")), "", "chat.order", "messages[1].content"),
    ("", "", "chat.order", nil), ("7", "", "json.kind", "messages[0]"),
    (#"{"role": "user"}"#, "", "json.missing-key", "messages[0].content"),
    (#"{"content": "user"}"#, "", "json.missing-key", "messages[0].role"),
    (#"{"role": "user", "content": 3}"#, "", "json.kind", "messages[0].content"),
    (join(turn("user", "<image><image>q"), turn("assistant", "a")), "", "chat.placeholders", nil),
    (
      join(turn("user", "<bbox>"), turn("assistant", "a")), "", "chat.objects",
      "messages[0].content"
    ),
    (
      join(turn("user", "q"), turn("assistant", "a")), #", "objects": {"bbox": [[1, 2, 3]]}"#,
      "ingest.target", "objects.bbox[0]"
    ),
    (
      join(turn("user", "q"), turn("assistant", "a")), #", "objects": {"bbox_type": "norm"}"#,
      "chat.objects", "objects.bbox_type"
    ),
    (
      join(turn("user", "q"), turn("assistant", "a")),
      #", "objects": {"bbox": [[1, 2, 3, 4], [1, 2, 3, 4]], "image_id": [0]}"#, "chat.objects",
      "objects.image_id"
    ),
    (
      join(turn("user", "q"), turn("assistant", "a")), #", "objects": {"bbox": [[1, 2, 900, 4]]}"#,
      "box.outside", "objects.bbox[0]"
    ),
    (join(turn("user", "q"), turn("assistant", "a")), #", "options": 3"#, "json.kind", "options"),
  ])
  func `A bad chat is one fault with its turn`(
    turns: String, rest: String, code: String, key: String?
  ) throws {
    let fault = try FieldLayoutTests.fault(
      MSSwiftLayout(), Self.line(turns, #""images": ["1.jpg"]"# + rest), member: "a.jsonl")
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
    #expect(fault?.place.line == 1)
  }

  @Test func `LLaMA-Factory's columns, roles and split come from dataset_info.json`() throws {
    var member = MemoryMember(
      "data/mine.json",
      """
      [{"dialog": [{"who": "sys", "what": "Look."}, {"who": "me", "what": "Who?"}, {"who": "it", "what": "Kane"}],
        "photo": "1.jpg"}]
      """)
    let info = """
      {"other": {"file_name": "x.json"}, "mine": {"file_name": "mine.json", "formatting": "sharegpt", "split": "val",
       "columns": {"messages": "dialog", "images": "photo"},
       "tags": {"role_tag": "who", "content_tag": "what", "user_tag": "me", "assistant_tag": "it", "system_tag": "sys"}}}
      """
    member.others["data/dataset_info.json"] = Array(info.utf8)
    #expect(try LlamaFactoryLayout().recognises(member))
    let draft = try LlamaFactoryLayout().drafts(of: member)[0]
    #expect(draft.question == "Who?" && draft.split == "validation")
    #expect(draft.images == [.member("1.jpg")])
    member.others["data/dataset_info.json"] = Array(info.replacing("\"who\"", with: "3").utf8)
    #expect {
      _ = try LlamaFactoryLayout().drafts(of: member)
    } throws: {
      let place = ($0 as? Fault)?.place
      return place?.member == "data/dataset_info.json" && place?.key == "mine.tags.role_tag"
    }
  }

  @Test func `A large dataset_info.json is parsed once for many files`() throws {
    let sets = (0..<20_000).map { #""\#($0)": {"file_name": "\#($0).json"}"# }
    var member = MemoryMember("mine.jsonl", #"{"a": 1}"#)
    member.others["dataset_info.json"] = Array("{\(sets.joined(separator: ","))}".utf8)
    let layout = LlamaFactoryLayout()
    for _ in 0..<10_000 { #expect(try !layout.recognises(member)) }
  }

  @Test(arguments: [
    (
      #"{"instruction": "q", "output": "a", "history": [["x", "y"]], "images": ["1"]}"#,
      "chat.history", "[0].history"
    ),
    (#"{"instruction": "q", "output": 3, "images": ["1"]}"#, "json.kind", "[0].output"),
    (
      #"{"instruction": "q", "input": 3, "output": "a", "images": ["1"]}"#, "json.kind", "[0].input"
    ),
    (#"{"instruction": "q", "output": "a", "images": [3]}"#, "json.kind", "[0].images[0]"),
  ])
  func `A bad alpaca record is one fault`(text: String, code: String, key: String) throws {
    let fault = try FieldLayoutTests.fault(LlamaFactoryLayout(), "[\(text)]", member: "a.json")
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
  }
}
