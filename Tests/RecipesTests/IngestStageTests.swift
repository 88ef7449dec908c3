import Archiving
import Foundations
import Geometry
import Imaging
import JSONText
import Pipelines
import Recipes
import Schemas
import Testing

/// What `ingest` makes of good archives, and of bad ones.
@Suite struct IngestStageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let picture = Picture(
    size: Size(width: 8, height: 6), pixels: (0..<144).map { UInt8($0) }
  ).encodedPNG()

  static func line(_ id: String, image: String, answer: String = "red") -> String {
    """
    {"id": "\(id)", "image": "\(image)", "conversations": [{"value": "What?"}, {"value": "\(answer)"}]}
    """
  }

  func archive(_ members: [(String, [UInt8])], _ name: String = "a.tar") throws -> String {
    let path = "\(scratch.path)/\(name)"
    var writer = try TarWriter(path)
    for (name, bytes) in members { _ = try writer.append(name, bytes) }
    _ = try writer.commit()
    return path
  }

  func ingest(
    _ archives: String, settings: String = "", maxBad: String = "100%", workers: Int = 2
  ) throws -> Ingested {
    let folder = "\(scratch.path)/run-\(workers)"
    let text = """
      name: x
      max-bad: \(maxBad)
      stages: [{ingest: {archives: [\(archives)]\(settings)}}]
      """
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    let summaries = try recipe.runner(in: RunFolder(path: folder), workers: workers).run()
    return try Ingested(counts: try #require(summaries.first).counts, folder: folder)
  }

  static func fault(_ body: () throws -> Ingested) -> Fault? {
    do {
      _ = try body()
      return nil
    } catch { return error as? Fault }
  }

  static func sample(_ name: String) -> String {
    Files.parent(of: Files.parent(of: Files.parent(of: #filePath))) + "/samples/" + name
  }

  // MARK: The samples

  @Test func `Every target of screens is a question with its box`() throws {
    let found = try ingest(Self.sample("screens.zip"))
    #expect(found.counts.input == 570 && found.counts.output == 570)
    #expect(found.counts.made["pictures"] == 78)
    let first = try #require(found.questions.first)
    #expect(first.id == "sqlite-about-0")
    #expect(first.question == "open the \"self-contained\" page")
    #expect(first.answer == .pointInBox(Box(x0: 357, y0: 216, x1: 456, y1: 233)))
    #expect(first.images[0].size == Size(width: 1120, height: 840))
    #expect(first.provenance.member == "screens/sqlite-about.png")
  }

  @Test func `Every question of easy-VQA comes with its part`() throws {
    let found = try ingest(Self.sample("easy-vqa.tar.gz"))
    #expect(found.counts.input == 6890 && found.counts.output == 6890)
    #expect(found.counts.made["pictures"] == 700)
    #expect(found.questions.count { $0.split == "train" } == 5542)
    #expect(found.questions.count { $0.split == "test" } == 1348)
    let first = try #require(found.questions.first { $0.split == "train" })
    #expect(first.id == "train-0-0" && first.question == "what is the blue shape?")
    #expect(first.answer == .option("rectangle") && first.options.count == 13)
    #expect(first.provenance.member == "data/train/images/0.png")
  }

  // MARK: Bad archives

  @Test func `Bad pictures and bad lines are set aside with code and place, the others stay`()
    throws
  {
    let lines = [
      Self.line("good", image: "good.png"), Self.line("text", image: "text.jpg"),
      Self.line("cut", image: "cut.png"), Self.line("none", image: "none.png"), "{",
      Self.line("box", image: "good.png", answer: "(1, 2, 30, 4)"),
      Self.line("good", image: "good.png"), Self.line("also", image: "good.png"),
    ]
    let path = try archive([
      ("good.png", Self.picture), ("text.jpg", Array("no picture".utf8)),
      ("cut.png", Array(Self.picture.dropLast(20))),
      ("questions.jsonl", Array(lines.joined(separator: "\n").utf8)),
    ])
    let found = try ingest(path)
    #expect(found.questions.map(\.id) == ["good", "also"])
    #expect(found.counts.input == 8 && found.counts.output == 2)
    #expect(
      found.counts.quarantined == [
        "image.unknown-format": 1, "image.truncated": 1, "ingest.picture": 1, "json.syntax": 1,
        "box.outside": 1, "ingest.duplicate-id": 1,
      ])
    #expect(found.bad.count == 6 && found.bad.allSatisfy { $0.contains("a.tar") })
    #expect(found.bad[0].contains("text.jpg") && found.bad[0].contains("\"text\""))
    let one = try ingest(path, workers: 1)
    #expect(one.questions == found.questions && one.bad == found.bad)
  }

  @Test func `A rotten archive stops the run`() throws {
    let path = try archive([
      ("a.jpg", [1, 2, 3]), ("q.jsonl", Array(Self.line("a", image: "a.jpg").utf8)),
    ])
    #expect(Self.fault { try ingest(path, maxBad: "1%") }?.code == "run.max-bad")
  }

  @Test func `What is no archive, or holds no annotations, is one clear fault`() throws {
    try Files.writeAtomically([], to: scratch.path + "/empty.tar")
    try Files.writeAtomically(Array("hello".utf8), to: scratch.path + "/text.zip")
    #expect(Self.fault { try ingest(scratch.path + "/empty.tar") }?.code == "archive.empty")
    #expect(Self.fault { try ingest(scratch.path + "/text.zip") }?.code == "archive.unknown-format")
    let missing = Self.fault { try ingest(scratch.path + "/none.tar") }
    #expect(missing?.code == "pipeline.missing-file" && missing?.place.line == 3)
    let bare = try archive([("a.png", Self.picture)])
    #expect(Self.fault { try ingest(bare) }?.code == "ingest.annotations")
    let blank = try archive(
      [("a.png", Self.picture), ("q.csv", Array("image,question,answer\n".utf8))], "b.tar")
    #expect(Self.fault { try ingest(blank) }?.code == "ingest.empty")
    let broken = try archive(
      [("a.json", Array("[{\"image\": \"a\", \"question\": ]".utf8))], "c.tar")
    let fault = Self.fault { try ingest(broken) }
    #expect(fault?.code == "json.syntax" && fault?.place.member == "a.json")
    #expect(fault?.place.file == broken)
  }

  @Test func `A cut archive is a fault, not a small one`() throws {
    let lines = Self.line("a", image: "a.png")
    let path = try archive([("q.jsonl", Array(lines.utf8)), ("a.png", Self.picture)])
    try Files.truncate(path, to: 1024 + 512 + Self.picture.count / 2)
    let fault = Self.fault { try ingest(path) }
    #expect(fault?.code == "archive.damaged" && fault?.place.file == path)
  }

  @Test func `Layout and annotations can be named`() throws {
    let path = try archive([
      ("a.png", Self.picture), ("q.jsonl", Array(Self.line("a", image: "a.png").utf8)),
      ("more.json", Array(#"[{"image": "a.png", "instruction": "i", "bbox": [1, 1, 2, 2]}]"#.utf8)),
    ])
    #expect(try ingest(path).questions.map(\.id) == ["a"])
    #expect(try ingest(path, settings: ", layout: screenspot").questions.map(\.id) == ["a-0"])
    #expect(try ingest(path, settings: ", annotations: more.json").questions.map(\.id) == ["a-0"])
    let wrong = Self.fault { try ingest(path, settings: ", annotations: mor.json") }
    #expect(
      wrong?.message.contains("mor.json") == true && wrong?.message.contains("q.jsonl") == true)
    #expect(
      Self.fault { try ingest(path, settings: ", layout: scrnspot") }?.code == "pipeline.range")
  }
}

/// What a run of `ingest` left.
struct Ingested {
  let counts: StageCounts
  let questions: [Question]
  /// Lines of the quarantine.
  let bad: [String]

  init(counts: StageCounts, folder: String) throws {
    func lines(_ path: String) throws -> [JSON] {
      guard Files.exists("\(folder)/\(path)") else { return [] }
      var stream = try SeekableZstdReader("\(folder)/\(path)").stream()
      var bytes: [UInt8] = []
      while let piece = try stream.next() { bytes += piece }
      return try JSONLines.parse(bytes)
    }
    self.counts = counts
    questions = try lines("records/ingest/question.jsonl.zst").map { try Question(json: $0) }
    bad = try lines("quarantine/ingest.jsonl.zst").map(\.description)
  }
}
