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
    #expect(second.answer == .text("yes") && second.targets.map(\.box) == [box])
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
