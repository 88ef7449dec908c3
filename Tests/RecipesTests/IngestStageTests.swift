import Archiving
import Foundations
import Geometry
import Glibc
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
    _ archives: String, settings: String = "", maxBad: String = "100%", workers: Int = 2,
    stop: StopFlag = StopFlag(), report: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws -> Ingested {
    let folder = "\(scratch.path)/run-\(workers)"
    let text = """
      name: x
      max-bad: \(maxBad)
      stages: [{ingest: {archives: [\(archives)]\(settings)}}]
      """
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    let runner = try recipe.runner(
      in: RunFolder(path: folder), workers: workers, stop: stop, report: report)
    return try Ingested(try #require(runner.run().first), folder: folder)
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

  @Test func `Pictures whose colors are of a profile are counted`() throws {
    let plain = try Picture.decode(Self.picture).encodedJPEG()
    let body = Array("ICC_PROFILE\0".utf8) + [1, 1, 9, 9]
    let segment = [0xFF, 0xE2, 0, UInt8(body.count + 2)] + body
    let found = try ingest(
      archive([
        ("0.jpg", plain), ("1.jpg", Array(plain[..<2] + segment + plain[2...])),
        ("a.csv", Array("image,question,answer\n0.jpg,q,a\n1.jpg,q,a\n".utf8)),
      ]))
    #expect(found.counts.made["pictures with a color profile"] == 1)
  }

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
    #expect(found.counts.made["refused image.unknown-format"] == 1)
    #expect(found.counts.made["refused image.truncated"] == 1)
    #expect(found.bad.count == 8 && found.bad.allSatisfy { $0.contains("a.tar") })
    #expect(found.bad[0].contains("text.jpg") && !found.bad[0].contains("\"text\""))
    #expect(found.bad[2].contains("text.jpg") && found.bad[2].contains("\"text\""))
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

  @Test func `Of a cut archive stays what was before the cut, others are read, and it is said`()
    throws
  {
    let lines = Self.line("a", image: "a.png") + "\n" + Self.line("b", image: "b.png")
    let path = try archive([
      ("q.jsonl", Array(lines.utf8)), ("a.png", Self.picture), ("b.png", Self.picture),
    ])
    try Files.truncate(path, to: try Files.size(path) - 1024 - Self.picture.count / 2)
    let whole = try archive(
      [("q.jsonl", Array(Self.line("c", image: "c.png").utf8)), ("c.png", Self.picture)], "b.tar")
    let found = try ingest("\(path), \(whole)")
    #expect(found.questions.map(\.id) == ["a", "c"])
    #expect(found.counts.made["refused archive.damaged"] == 2)
    #expect(found.counts.quarantined == ["archive.damaged": 1])
    #expect(found.bad[0].contains("b.png") && !found.bad[1].contains("member"))
    #expect(found.misses.count == 1 && found.misses[0].contains(path), "\(found.misses)")
    // The headers themselves can be cut too.
    try Files.truncate(path, to: 700)
    #expect(try ingest("\(path), \(whole)").questions.map(\.id) == ["c"])
  }

  // MARK: Many archives

  @Test func `Patterns name archives, pictures may lie in another, texts need no archive`() throws {
    try Files.makeFolder(scratch.path + "/sub")
    for number in [2, 10] {
      _ = try archive([("\(number).png", Self.picture)], "sub/p-\(number).tar")
    }
    let lines = [2, 10].map { Self.line("q\($0)", image: "\($0).png") }.joined(separator: "\n")
    try Files.writeAtomically(Array(lines.utf8), to: scratch.path + "/q.jsonl")
    let names = ["\(scratch.path)/**/p-*.tar", "\(scratch.path)/{q,q}.jsonl"]
    let found = try ingest(names.map { "'\($0)'" }.joined(separator: ", "))
    #expect(found.questions.map(\.id) == ["q2", "q10"])
    #expect(found.questions[0].source == "q.jsonl")
    #expect(found.questions[0].provenance.archive == "p-2.tar")
    #expect(found.counts.made["archives without annotations"] == 2)
    let fault = Self.fault { try ingest("'\(scratch.path)/*.rar'") }
    #expect(fault?.code == "pipeline.missing-file")
    #expect(fault?.message.contains("matches no file") == true)
  }

  @Test func `Archives in archives are read to the depth that is set`() throws {
    let inner = try archive([
      ("x/q.jsonl", Array(Self.line("in", image: "a.png").utf8)), ("x/a.png", Self.picture),
    ])
    let path = try archive([("pack/in.tar", try Files.read(inner))], "outer.tar")
    let found = try ingest(path)
    #expect(found.questions.map(\.provenance.member) == ["pack/in.tar!/x/a.png"])
    let fault = Self.fault { try ingest(path, settings: ", nesting: 0") }
    #expect(fault?.code == "ingest.annotations")
    #expect(fault?.message.contains("pack/in.tar is refused") == true)
    #expect(fault?.message.contains("setting nesting") == true)
  }

  @Test func `Where annotations are missing, what was refused is named`() throws {
    // A zip of one stored member, whose flag says that it is encrypted.
    let encrypted = StoredZip.bytes("q.csv", Array("secret".utf8), flags: 1)
    try Files.writeAtomically(encrypted, to: scratch.path + "/e.zip")
    let fault = Self.fault { try ingest(scratch.path + "/e.zip") }
    #expect(fault?.code == "ingest.annotations")
    #expect(
      fault?.message.hasSuffix("q.csv is refused: the member is encrypted (archive.encrypted)")
        == true, "\(String(describing: fault))")
    let path = try archive([("a.png", Self.picture), ("q.csv", Array("a,b\n".utf8))])
    let plain = Self.fault { try ingest(path) }
    #expect(plain?.message.contains("refused") == false)
    let cut = try archive([("a.png", Self.picture), ("q.csv", Self.picture)], "cut.tar")
    try Files.truncate(cut, to: 700)
    let lost = Self.fault { try ingest(cut) }
    #expect(lost?.message.contains("cannot be read to its end") == true)
  }

  @Test(arguments: ["Q.JSONL", "q.Json", "T.CSV", "t.TSV", "a.JSON", "a.Txt"])
  func `Endings are read in any case of letters`(name: String) throws {
    let text =
      switch name {
      case "Q.JSONL": #"{"image": "a.png", "question": "q", "answer": "x"}"#
      case "q.Json": #"[{"image": "a.png", "question": "q", "answer": "x"}]"#
      case "T.CSV": "image,question,answer\na.png,q,x\n"
      case "t.TSV": "image\tquestion\tanswer\na.png\tq\tx\n"
      case "a.JSON": #"{"question": "q", "answer": "x"}"#
      default: "x"
      }
    let path = try archive([("a.png", Self.picture), (name, Array(text.utf8))])
    #expect(try ingest(path).questions.count == 1)
  }

  @Test func `Limits are set in the file`() throws {
    let text = Self.line("a", image: "a.png")
    let path = try archive([("q.jsonl", Array(text.utf8)), ("a.png", Self.picture)])
    let pixels = try ingest(path, settings: ", limits: {pixels: 47}")
    #expect(pixels.counts.made["refused image.too-large"] == 1 && pixels.questions.isEmpty)
    let bytes = try ingest(path, settings: ", limits: {picture: 50B}")
    #expect(bytes.counts.quarantined == ["image.too-large": 1])
    #expect(try ingest(path, settings: ", limits: {pixels: 1k}").questions.count == 1)
    let wrong = Self.fault { try ingest(path, settings: ", limits: {pixel: 1k}") }
    #expect(wrong?.code == "pipeline.unknown-key" && wrong?.message.contains("pixels") == true)
  }

  @Test func `Links and paths to the outside are set aside and counted`() throws {
    let folder = scratch.path + "/folder"
    try Files.makeFolder(folder)
    try Files.writeAtomically(Self.picture, to: folder + "/a.png")
    symlink("/etc/passwd", folder + "/b.png")
    try Files.writeAtomically(
      Array((Self.line("a", image: "a.png") + "\n" + Self.line("b", image: "b.png")).utf8),
      to: folder + "/q.jsonl")
    let found = try ingest(folder)
    #expect(found.questions.map(\.id) == ["a"] && found.counts.made["refused archive.link"] == 1)
    #expect(found.bad.count == 2 && found.bad[0].contains("archive.link"))
  }

  // MARK: Sameness

  /// Many members: pictures that differ, bad ones among them, and texts before and behind them.
  func large() throws -> String {
    var members: [(String, [UInt8])] = []
    var lines: [String] = []
    for number in 0..<1500 {
      let pixels = (0..<144).map { UInt8(truncatingIfNeeded: $0 &* number >> 3) }
      let picture = Picture(size: Size(width: 8, height: 6), pixels: pixels).encodedPNG()
      let isBad = number % 97 == 5
      members.append(("p/\(number).png", isBad ? Array(picture.dropLast(13)) : picture))
      lines.append(Self.line("q\(number % 700)", image: "p/\(number).png"))
    }
    let middle = members.count / 2
    members.insert(("q.jsonl", Array(lines.joined(separator: "\n").utf8)), at: middle)
    let first = try archive(members, "large-1.tar")
    let second = try archive(
      [("p/0.png", Self.picture), ("r.jsonl", Array(Self.line("r", image: "p/0.png").utf8))],
      "large-2.tar")
    return "\(first), \(second)"
  }

  @Test func `One worker, two and four leave the same bytes, also after interruptions`() throws {
    let archives = try large()
    let one = try ingest(archives, workers: 1)
    #expect(one.counts.input == 1501)
    #expect(one.counts.made["pictures"] == 1485 && one.counts.output == 693)
    #expect(try ingest(archives, workers: 2).files == one.files)
    #expect(try ingest(archives, workers: 4).files == one.files)
    var interruptions = 0
    var found: Ingested?
    while found == nil {
      let stop = StopFlag()
      do {
        found = try ingest(archives, workers: 3, stop: stop) { event in
          guard case .advanced(let progress) = event, progress.done > progress.readBack else {
            return
          }
          stop.raise()
        }
      } catch is Interrupted { interruptions += 1 }
    }
    #expect(found?.files == one.files && found?.counts == one.counts)
    #expect(interruptions >= 1)
  }

  @Test func `What comes through standard input is kept for the next attempt`() throws {
    let path = try archive([
      ("q.jsonl", Array(Self.line("a", image: "a.png").utf8)), ("a.png", Self.picture),
    ])
    let folder = try RunFolder(path: scratch.path + "/run-2")
    let nothing = open("/dev/null", O_RDONLY)
    #expect { try StandardInput.keep(from: nothing, in: folder) } throws: {
      ($0 as? Fault)?.code == "run.no-input"
    }
    let input = open(path, O_RDONLY)
    try StandardInput.keep(from: input, in: folder)
    try StandardInput.keep(from: nothing, in: folder)
    #expect(try Files.read(StandardInput.path(in: folder)) == Files.read(path))
    close(input)
    close(nothing)
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
  let misses: [String]
  /// The bytes of what is left: records and quarantine.
  let files: [[UInt8]]

  init(_ summary: StageSummary, folder: String) throws {
    func lines(_ path: String) throws -> [JSON] {
      guard Files.exists("\(folder)/\(path)") else { return [] }
      var stream = try SeekableZstdReader("\(folder)/\(path)").stream()
      var bytes: [UInt8] = []
      while let piece = try stream.next() { bytes += piece }
      return try JSONLines.parse(bytes)
    }
    counts = summary.counts
    misses = summary.misses
    questions = try lines("records/ingest/question.jsonl.zst").map { try Question(json: $0) }
    bad = try lines("quarantine/ingest.jsonl.zst").map(\.description)
    files = ["records/ingest/question.jsonl.zst", "quarantine/ingest.jsonl.zst"].map {
      (try? Files.read("\(folder)/\($0)")) ?? []
    }
  }
}
