import Archiving
import Foundations
import Geometry
import Imaging
import Pipelines
import Recipes
import Schemas
import Shards
import Testing

/// The stages that drop what came before, over an archive of questions.
@Suite struct DedupStagesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs stages over questions that are (picture, words), with ids from 0, and returns the ids of
  /// those that are left and the counts of the last stage but the write.
  func run(
    _ questions: [(Int, String)], _ stages: String, run: String = "run", workers: Int = 2
  ) throws -> (left: [String], counts: StageCounts) {
    let archive = scratch.path + "/\(run).tar"
    var writer = try TarWriter(archive)
    for picture in Set(questions.map(\.0)).sorted() {
      _ = try writer.append("\(picture).png", DataPathTests.picture(picture).encodedPNG())
    }
    let lines = questions.enumerated().map { number, question in
      """
      {"id": "\(number)", "image": "\(question.0).png", "conversations": \
      [{"value": "\(question.1)"}, {"value": "red"}]}
      """
    }
    _ = try writer.append("questions.jsonl", Array(lines.joined(separator: "\n").utf8))
    _ = try writer.commit()
    let text =
      "name: x\nstages:\n  - ingest: {archives: [\(archive)]}\n\(stages)  - write: {dataset: q}\n"
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    let summaries = try recipe.runner(
      in: RunFolder(path: "\(scratch.path)/\(run)"), workers: workers
    ).run()
    var cursor = try DatasetReader("\(scratch.path)/\(run)/datasets/q").cursor()
    var left: [String] = []
    while let record = try cursor.next() { left.append(try record.record(as: Question.self).id) }
    return (left, summaries[summaries.count - 2].counts)
  }

  static func long(_ seed: UInt64, changing words: Int = 0) -> String {
    var random = CounterRandom(seed: seed)
    var text = (0..<100).map { _ in "w\(random.below(1000))" }
    for _ in 0..<words { text[random.below(100)] = "x" }
    return text.joined(separator: " ")
  }

  @Test func `Words that were there before go, about the same picture`() throws {
    let questions = [
      (0, "What color is it?"), (0, "what COLOR is it"), (1, "What color is it?"),
      (0, Self.long(1)), (1, Self.long(1)), (0, Self.long(1, changing: 1)), (0, Self.long(2)),
    ]
    let within = try run(questions, "  - dedup-text: {}\n")
    #expect(within.left == ["0", "2", "3", "4", "6"])
    #expect(within.counts.dropped == ["nearly the same text": 2])
    let all = try run(questions, "  - dedup-text: {scope: all}\n", run: "all", workers: 1)
    #expect(all.left == ["0", "3", "6"] && all.counts.made == ["different texts": 3])
  }

  @Test func `The longest of a group may stay in place of the first`() throws {
    let questions = [
      (0, Self.long(1)), (0, Self.long(1) + " more words"), (0, Self.long(1) + " yes"),
    ]
    #expect(try run(questions, "  - dedup-text: {keep: longest}\n").left == ["1"])
    let bad = ["dedup-text: {of: [words]}", "dedup-text: {of: []}"]
    for stage in bad + ["decontaminate: {against: /dev/null, of: []}"] {
      let fault = #expect(throws: Fault.self) { try run(questions, "  - \(stage)\n", run: "bad") }
      #expect(fault?.code == "pipeline.range" && fault?.place.line == 4)
      #expect(fault?.message.contains("question") == true)
    }
  }

  @Test func `Questions of evaluation sets go, with a line that says why`() throws {
    let set = scratch.path + "/set.tar"
    var writer = try TarWriter(set)
    _ = try writer.append("a.jpg", DataPathTests.picture(3).encodedJPEG(quality: 80))
    let texts = [Self.long(5), "What color is it?"].map { #"{"question": "\#($0)"}"# }
    _ = try writer.append("q.jsonl", Array(texts.joined(separator: "\n").utf8))
    _ = try writer.commit()
    let questions = [
      (1, "What color is it?"), (3, "What color is it?"), (1, "And " + Self.long(5)),
      (3, "Which one?"), (2, Self.long(6)),
    ]
    func left(_ settings: String, _ name: String, workers: Int = 2) throws -> [String] {
      let stage = "  - decontaminate: {against: \(set)\(settings)}\n"
      return try run(questions, stage, run: name, workers: workers).left
    }
    #expect(try left("", "either") == ["0", "4"])
    let lines = try Files.read(scratch.path + "/either/contamination/decontaminate.jsonl")
    #expect(
      String(decoding: lines, as: UTF8.self) == """
        {"id":"1","reason":"a picture and words of evaluation sets","picture":"set.tar a.jpg",\
        "text":"set.tar q.jsonl line 2"}
        {"id":"2","reason":"words of an evaluation set","picture":null,\
        "text":"set.tar q.jsonl line 1"}
        {"id":"3","reason":"a picture of an evaluation set","picture":"set.tar a.jpg","text":null}

        """)
    #expect(try left(", match: both", "both") == ["0", "2", "3", "4"])
    #expect(try left(", images: exact", "exact", workers: 1) == ["0", "1", "3", "4"])
    #expect(try left(", images: none, short-texts: alone", "words") == ["3", "4"])
    #expect(try left(", texts: false", "pictures") == ["0", "2", "4"])
  }

  @Test func `What of an evaluation set is not compared is counted`() throws {
    let set = scratch.path + "/set"
    let lines = [#"{"question": "One?", "options": ["a"]}"#, #"{"level": 3}"#, "{"]
    try Files.makeFolder(set)
    try Files.writeAtomically(Array(lines.joined(separator: "\n").utf8), to: set + "/q.jsonl")
    try Files.writeAtomically(Array("no picture".utf8), to: set + "/a.png")
    let questions = [(0, "One?"), (1, "Two?")]
    for (parts, left) in [("question", ["1"]), ("question, options", ["0", "1"])] {
      let settings = "{against: \(set), images: none, short-texts: alone, of: [\(parts)]}"
      let result = try run(
        questions, "  - decontaminate: \(settings)\n", run: "\(left.count)")
      #expect(result.left == left)
      #expect(result.counts.made["unread records of evaluation sets"] == 1)
      #expect(result.counts.made["records of evaluation sets without a text"] == 1)
      #expect(result.counts.made["bad pictures of evaluation sets"] == 1)
    }
  }

  @Test func `An evaluation set may be a dataset of the run`() throws {
    let questions = [(0, "One?"), (0, "Two?"), (1, "Three?"), (2, "Four?")]
    let stages = """
        - dedup: {}
        - write: {dataset: held-out}
        - decontaminate: {against: held-out, from: dedup}

      """
    let result = try run(questions, stages)
    #expect(result.left == [])
    #expect(result.counts.dropped == ["a picture and words of evaluation sets": 4])
  }
}
