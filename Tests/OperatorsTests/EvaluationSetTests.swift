import Archiving
import Foundations
import Imaging
import Operators
import Testing

@Suite struct EvaluationSetTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let asked = "What color is the hat?"

  /// Takes files, or an archive of them, as sets; returns what they gave and what is known then.
  func take(
    _ files: [(name: String, text: String)], inArchive: Bool = false,
    of parts: QuestionText = .question
  ) throws -> (index: EvaluationIndex, tally: EvaluationTally) {
    try take(files.map { ($0.name, Array($0.text.utf8)) }, inArchive: inArchive, of: parts)
  }

  func take(
    _ files: [(name: String, bytes: [UInt8])], inArchive: Bool = false,
    of parts: QuestionText = .question
  ) throws -> (index: EvaluationIndex, tally: EvaluationTally) {
    var index = try EvaluationIndex(in: Files.scratch)
    if inArchive {
      var writer = try TarWriter(scratch.path + "/set.tar")
      for (name, bytes) in files { _ = try writer.append(name, bytes) }
      _ = try writer.commit()
      let tally = try index.take(scratch.path + "/set.tar", of: parts)
      return (index, tally)
    }
    for (name, bytes) in files {
      try Files.writeAtomically(bytes, to: scratch.path + "/" + name)
    }
    let tally = try index.take(scratch.path + "/" + files[0].name, of: parts)
    return (index, tally)
  }

  @Test func `Sets are datasets, files of lines, and archives`() throws {
    try SmallDataset.write(to: scratch.path + "/set")
    let lines =
      #"{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "One?"}]}"#
      + "\n" + #"{"prompt": "Two?", "answer": "Three"}"# + "\n"
    try Files.writeAtomically(Array(lines.utf8), to: scratch.path + "/set.jsonl")
    var writer = try TarWriter(scratch.path + "/set.tar")
    _ = try writer.append("q.json", Array(#"[{"question": "Four?"}]"#.utf8))
    _ = try writer.append("a.png", SmallDataset.picture(7))
    _ = try writer.append("notes.txt", Array("Five?".utf8))
    _ = try writer.commit()
    var index = try EvaluationIndex(in: Files.scratch)
    for name in ["set", "set.jsonl", "set.tar"] {
      #expect(try index.take("\(scratch.path)/\(name)").undecoded == 0)
    }
    #expect(index.items == 10 && index.pictures == 7)
    for text in ["Where is square 3?", "One?", "Two?", "Four?"] {
      #expect(index.match(text: text) != nil, "\(text)")
    }
    for text in ["Be brief.", "Three", "Five?"] {
      #expect(index.match(text: text) == nil, "\(text)")
    }
    var other = try TarWriter(scratch.path + "/other.tar")
    _ = try other.append("notes.txt", Array("Five?".utf8))
    _ = try other.commit()
    #expect {
      _ = try index.take(scratch.path + "/other.tar")
    } throws: { ($0 as? Fault)?.code == "decontaminate.empty" }
  }

  @Test(arguments: [
    ("set.json", #"[{"question": "What color is the hat?"}]"#),
    ("set.json", "[\n  {\n    \"question\": \"What color is the hat?\"\n  }\n]\n"),
    ("set.json", #"{"data": [{"question": "What color is the hat?", "image": "a.png"}]}"#),
    ("set.json", #"{"version": 1, "question": "What color is the hat?", "options": ["red"]}"#),
    ("set.json", #"{"text": "A bench.", "data": [{"question": "What color is the hat?"}]}"#),
    ("set.json", #"{"1": {"question": "What color is the hat?"}, "about": {"made": 2020}}"#),
    ("set.ndjson", #"{"question": "What color is the hat?"}"#),
    ("set.jsonl", "\u{FEFF}" + #"{"question": "What color is the hat?"}"# + "\n"),
    ("set.json", #"[{"prompt": [{"role": "user", "content": "What color is the hat?"}]}]"#),
    (
      "set.jsonl",
      #"{"messages": [{"role": "user", "content": [{"type": "image"}, "#
        + #"{"type": "text", "text": "What color is the hat?"}]}]}"#
    ),
    (
      "set.jsonl",
      #"{"id": "1", "image": "a.png", "conversations": [{"from": "human", "value": "Where?"}, "#
        + #"{"from": "gpt", "value": "There"}, {"from": "human", "value": "What color is the hat?"}, "#
        + #"{"from": "gpt", "value": "red"}]}"#
    ),
    (
      "set.jsonl",
      #"{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "Up"}, "#
        + #"{"role": "user", "content": "What color is the hat?"}]}"#
    ),
    ("set.csv", "image,question,answer\na.png,What color is the hat?,red\n"),
    ("set.tsv", "question\tnumber\nWhat color is the hat?\t1\n"),
    ("questions.json", #"[["What color is the hat?", "red", 3]]"#),
    (
      "set.json",
      #"{"images": [{"id": 1, "file_name": "a.png"}], "categories": [], "annotations": "#
        + #"[{"id": 7, "image_id": 1, "question": "What color is the hat?", "answer": "red"}]}"#
    ),
  ])
  func `Questions are found in whatever form they come`(name: String, text: String) throws {
    for inArchive in [false, true] {
      let (index, tally) = try take([(name, text)], inArchive: inArchive)
      #expect(index.match(text: Self.asked) != nil, "in an archive: \(inArchive)")
      #expect(tally.compared > 0 && tally.unread == 0 && tally.wordless == 0)
    }
  }

  @Test func `Compressed texts are expanded, in an archive too`() throws {
    let path = scratch.path + "/lines.zst"
    var writer = try SeekableZstdWriter(path)
    try writer.append(Array(#"{"question": "What color is the hat?"}"#.utf8) + [0x0A])
    _ = try writer.commit()
    let bytes = try Files.read(path)
    for inArchive in [false, true] {
      let (index, tally) = try take([("set.jsonl.zst", bytes)], inArchive: inArchive)
      #expect(index.match(text: Self.asked) != nil && tally.unread == 0)
    }
  }

  @Test func `What is not compared is counted`() throws {
    let lines = #"{"question": "What color is the hat?"}"# + "\n{\n" + #"{"level": 3}"# + "\n"
    let (index, tally) = try take(
      [("a.jsonl", lines), ("a.jsonl", lines), ("b.json", "[{"), ("c.png", "no picture")],
      inArchive: true)
    #expect(index.match(text: Self.asked) != nil)
    #expect(tally.compared == 1 && tally.wordless == 1 && tally.undecoded == 1)
    #expect(tally.unread == 3)
    #expect(tally.fault?.place.member == "a.jsonl")
  }

  @Test func `A set of which nothing is compared is refused`() throws {
    for text in [#"[{"level": 3}]"#, #"{"data": []}"#, #"[{"question": "?"}]"#, "[{"] {
      let fault = #expect(throws: Fault.self) { try take([("set.json", text)]) }
      #expect(fault?.code == "decontaminate.empty", "\(text)")
    }
  }

  @Test func `The pictures that records hold are compared`() throws {
    // Two by two pixels.
    let picture =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8AARAxg8j8AG/ID"
      + "/fPnS7EAAAAASUVORK5CYII="
    let line = #"{"question": "Where?", "answer": "here", "image": "data:image/png;base64,"#
    let (index, tally) = try take([("set.jsonl", line + picture + "\"}\n")])
    #expect(index.pictures == 1 && tally.compared == 1)
  }

  @Test func `A row that a layout refuses is compared by its words`() throws {
    let rows = "index\tquestion\timage\tanswer\n1\tWhere?\t\(LayoutSample.picture)\tthere\n"
    let (index, tally) = try take([("set.tsv", rows + "2\t\(Self.asked)\t1\tred\n")])
    #expect(index.match(text: Self.asked) != nil && index.match(text: "Where?") != nil)
    #expect(tally.compared == 2 && tally.unread == 0 && index.pictures == 1)
  }

  @Test func `The same parts of a question are compared on both sides`() throws {
    let set = """
      [{"question": "What is it?", "image": "a.png", "options": ["A. cat", "B. dog"], "answer": "B"},
      {"question": "Who is it?", "choices": ["Ann", "Bob"]}]
      """
    let asked = "What is it?\ncat\ndog"
    func index(_ names: [String]) throws -> EvaluationIndex {
      try take([("set.json", set)], of: QuestionText(names, Place())).index
    }
    let both = try index(["question", "options"])
    #expect(both.match(text: asked) != nil && both.match(text: "Who is it?\nAnn\nBob") != nil)
    #expect(try index(["question"]).match(text: asked) == nil)
    #expect(try index(["question", "answer"]).match(text: "What is it?\ndog") != nil)
  }
}
