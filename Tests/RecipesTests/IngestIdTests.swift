import Foundations
import JSONText
import Pipelines
import Schemas
import Testing

/// Ids that several files of annotations have.
@Suite struct IngestIdTests {
  let stage: IngestStageTests

  init() throws { stage = try IngestStageTests() }

  static func table(_ ids: [String]) -> [UInt8] {
    Array(("id,image,question,answer\n" + ids.map { "\($0),0.png,What?,x\n" }.joined()).utf8)
  }

  func archive(_ name: String, _ tables: [(String, [String])]) throws -> String {
    try stage.archive(
      [("0.png", IngestStageTests.picture)] + tables.map { ($0.0, Self.table($0.1)) }, name)
  }

  @Test func `Ids of other files are qualified, ids of one file are not`() throws {
    let first = try archive("a.tar", [("x.csv", ["1", "2", "2"]), ("y.csv", ["1", "3", "1"])])
    let second = try archive(
      "b.tar", [("x.csv", ["1", "2", "b.tar#1"]), ("y.csv", ["1", "y.csv#1"])])
    let found = try stage.ingest("\(first), \(second)")
    #expect(
      found.questions.map(\.id) == [
        "1", "2", "y.csv#1", "3", "b.tar#1", "b.tar#2", "x.csv#b.tar#1",
        "b.tar/y.csv#1", "b.tar#y.csv#1",
      ])
    #expect(found.counts.quarantined == ["ingest.duplicate-id": 2])
    #expect(found.counts.made["qualified ids"] == 6)
    #expect(try stage.ingest("\(first), \(second)", workers: 1).files == found.files)
    #expect(try stage.ingest("\(first), \(second)", workers: 4).files == found.files)
  }

  @Test func `Archives of one name and an id that is taken leave ids that differ`() throws {
    try Files.makeFolder(stage.scratch.path + "/sub")
    let first = try archive("a.tar", [("x.csv", ["1", "a.tar#1", "a.tar/x.csv#1"])])
    let second = try archive("sub/a.tar", [("x.csv", ["1"])])
    let found = try stage.ingest("\(first), \(second)")
    #expect(found.questions.count == 4 && Set(found.questions.map(\.id)).count == 4)
    #expect(found.questions.last?.id == "a.tar/x.csv#1#2")
  }

  @Test func `Shards that begin to count anew lose nothing, in an interrupted run either`() throws {
    let shards = try (0..<3).map { shard in
      try stage.archive(
        (0..<20).flatMap { number in
          [
            ("\(number).png", IngestStageTests.picture),
            ("\(number).json", Array(#"{"caption": "\#(shard)"}"#.utf8)),
          ]
        }, "s\(shard).tar")
    }.joined(separator: ", ")
    let found = try stage.ingest(shards, workers: 1)
    #expect(found.counts.output == 60 && Set(found.questions.map(\.id)).count == 60)
    #expect(found.questions[0].id == "0" && found.questions[20].id == "s1.tar#0")
    #expect(found.questions[40].id == "s2.tar#0")
    let stop = StopFlag()
    #expect(throws: Interrupted.self) {
      try stage.ingest(shards, workers: 3, stop: stop) { event in
        if case .advanced = event { stop.raise() }
      }
    }
    #expect(try stage.ingest(shards, workers: 3).files == found.files)
  }

  @Test func `Rows of one question in two files of an export are one question`() throws {
    let path = try archive("a.tar", [("x.csv", ["1", "2"])])
    let questions = try stage.ingest(path).questions
    let rows = questions.map { question in
      #"{"id": "\#(question.id)", "images": ["0.png"], "scanpath": "#
        + JSON.string(question.json.description).description + "}\n"
    }
    let export = try stage.archive([
      ("0.png", IngestStageTests.picture), ("a.jsonl", Array((rows[0] + rows[1]).utf8)),
      ("b.jsonl", Array(rows[1].utf8)),
    ])
    let found = try stage.ingest(export)
    #expect(found.questions.map(\.id) == ["1", "2"])
    #expect(found.counts.dropped == ["questions that an earlier file holds too": 1])
  }
}
