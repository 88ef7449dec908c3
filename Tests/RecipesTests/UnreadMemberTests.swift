import Foundations
import Pipelines
import Schemas
import Testing

/// What becomes of members that could be annotations and that no layout reads as they are.
@Suite struct UnreadMemberTests {
  let stage: IngestStageTests

  init() throws { stage = try IngestStageTests() }

  func ingest(
    _ members: [(String, String)], pictures: [String] = ["0.png", "1.png"], settings: String = "",
    workers: Int = 2
  ) throws -> Ingested {
    let files =
      pictures.map { ($0, IngestStageTests.picture) } + members.map { ($0.0, Array($0.1.utf8)) }
    return try stage.ingest(stage.archive(files), settings: settings, workers: workers)
  }

  static func record(_ image: String, _ question: String = "What?") -> String {
    #"{"image": "\#(image)", "question": "\#(question)", "answer": "x"}"#
  }

  static let sidecar = #"{"question": "What?", "answer": "x"}"#

  @Test func `Every sidecar of a sample is a question or a bad record`() throws {
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h"]
    let texts = [
      Self.sidecar, "", "\"just a text\"", "no JSON", "[\(Self.sidecar), \(Self.sidecar)]",
      #"{"question":"#, "[]", "\u{0}{\u{0}}",
    ]
    let members = zip(keys, texts).map { ("\($0).json", $1) } + [("z.json", Self.sidecar)]
    let found = try ingest(members, pictures: keys.map { "\($0).png" })
    #expect(found.questions.map(\.id) == ["a", "e-0", "e-1"])
    #expect(
      found.counts.quarantined == [
        "json.syntax": 3, "json.kind": 2, "text.utf-16": 1, "webdataset.no-picture": 1,
      ])
    #expect(found.counts.input == 10 && found.counts.made["skipped texts (empty)"] == nil)
    let one = try ingest(members, pictures: keys.map { "\($0).png" }, workers: 1)
    #expect(one.files == found.files && one.counts == found.counts)
  }

  @Test(arguments: [
    "[\(sidecar), \(sidecar)]",
    #"[{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}]"#,
  ])
  func `Sidecars may all be lists of questions`(list: String) throws {
    let found = try ingest([("0.json", list)])
    #expect(found.questions.first?.id == "0-0" && found.counts.quarantined.isEmpty)
    let mapping = ", mapping: {question: q, answer: a}"
    #expect(try ingest([("0.json", "[{}]")], settings: mapping).questions.map(\.id) == ["0-0"])
  }

  @Test func `A first line that is broken is one bad record of its file`() throws {
    let found = try ingest([
      ("a.jsonl", Self.record("0.png", "q1")), ("b.jsonl", "garbage\n" + Self.record("1.png")),
      ("c.jsonl", "{\"note\": 1}\n" + Self.record("1.png")), ("d.csv", ""), ("e.jsonl", "\n"),
    ])
    #expect(found.questions.map(\.id) == ["a-1", "b-2", "c-2"])
    #expect(found.counts.quarantined == ["json.syntax": 1, "ingest.field": 1])
    #expect(found.counts.made["skipped texts (empty)"] == 2)
    for text in ["garbage\n" + Self.record("1.png"), "[{\"note\": 1}, \(Self.record("1.png"))]"] {
      let alone = try ingest([(text.hasPrefix("[") ? "a.json" : "a.jsonl", text)])
      #expect(alone.questions.count == 1 && alone.counts.quarantined.count == 1)
    }
  }

  @Test(arguments: [
    ("b.jsonl", record("1.png"), "it is in the layout json"),
    ("b.json", "[\(record("1.png"))]", "it is in the layout json"),
    ("b.csv", "img;frage;antwort\n0.png;q;a\n", "its fields are img, frage, antwort"),
    ("b.jsonl", "garbage\nmore\n", "none of its first lines is an object"),
    ("b.csv", "\u{0}a", "UTF-16"),
  ])
  func `A file of annotations that the layout does not read is one bad record`(
    member: String, text: String, reason: String
  ) throws {
    let table = ("a.csv", "image,question,answer\n0.png,q1,a\n")
    let found = try ingest([table, (member, text)])
    #expect(found.counts.input == 2 && found.questions.count == 1)
    #expect(found.counts.quarantined == ["ingest.unread": 1])
    #expect(found.bad.count == 1 && found.bad[0].contains("\"\(member)\""))
    #expect(found.bad[0].contains(reason) && found.bad[0].contains("as csv"), "\(found.bad)")
    // A person who names the annotations leaves the others out.
    for settings in [", annotations: a.csv", ", layout: csv"] {
      let chosen = try ingest([table, (member, text)], settings: settings)
      #expect(chosen.questions.count >= 1)
      if settings.contains("annotations") {
        #expect(chosen.counts.quarantined.isEmpty)
        #expect(chosen.counts.made["skipped texts (not asked for)"] == 1)
      }
    }
  }

  @Test func `What is legitimately something else is counted and is no bad record`() throws {
    let coco = #"{"images": [], "annotations": [], "categories": []}"#
    let found = try ingest([
      ("q.jsonl", IngestStageTests.line("a", image: "0.png")), ("README.json", "{\"a\": 1}"),
      ("LICENSE.txt", "MIT"), ("classes.txt", "dog\ncat\n"), ("names.json", "[{\"name\": \"x\"}]"),
      ("boxes.json", coco), ("1.json", "{\"width\": 8}"), ("1.txt", "0 0.5 0.5 0.1 0.1\n"),
      ("__MACOSX/._q.jsonl", "\u{0}\u{5}\u{16}"),
    ])
    #expect(found.questions.map(\.id) == ["a"] && found.counts.quarantined.isEmpty)
    #expect(found.bad.isEmpty)
    #expect(found.counts.made["skipped texts (no annotations)"] == 7)
    #expect(found.counts.made["skipped texts (in another layout)"] == 1)
  }

  @Test func `Broken annotations of one archive are named though another has good ones`() throws {
    let good = try stage.archive(
      [("0.png", IngestStageTests.picture), ("0.json", Array(Self.sidecar.utf8))])
    let bad = try stage.archive(
      [("1.png", IngestStageTests.picture), ("1.json", Array("no JSON".utf8))], "b.tar")
    let found = try stage.ingest("\(good), \(bad)")
    #expect(found.questions.count == 1 && found.counts.quarantined == ["ingest.unread": 1])
    #expect(found.bad[0].contains("b.tar") && found.bad[0].contains("1.json"))
  }
}
