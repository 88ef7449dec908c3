import Archiving
import Foundations
import Geometry
import Imaging
import JSONText
import Pipelines
import Recipes
import Schemas
import Shards
import Testing

/// From an archive to a dataset on disk: ingest, dedup, split, write, validate.
@Suite struct DataPathTests {
  let scratch: Scratch
  let archive: String

  /// Twelve pictures with two questions each; picture 3 comes again as a JPEG with a question, and
  /// the first question of picture 0 is asked twice.
  init() throws {
    scratch = try Scratch()
    archive = scratch.path + "/a.tar"
    var writer = try TarWriter(archive)
    var lines: [String] = []
    for index in 0..<12 {
      _ = try writer.append("\(index).png", Self.picture(index).encodedPNG())
      for number in 0..<2 {
        lines.append(Self.line("q-\(index)-\(number)", "\(index).png", number))
      }
    }
    _ = try writer.append("again.jpg", Self.picture(3).encodedJPEG(quality: 80))
    lines.append(Self.line("again-0", "again.jpg", 7))
    lines.append(Self.line("twice", "0.png", 0))
    _ = try writer.append("questions.jsonl", Array(lines.joined(separator: "\n").utf8))
    _ = try writer.commit()
  }

  static func picture(_ index: Int) -> Picture {
    var random = CounterRandom(seed: UInt64(index))
    let pixels = (0..<192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return Picture(size: Size(width: 8, height: 8), pixels: pixels)
      .resized(to: Size(width: 96, height: 72))
  }

  static func line(_ id: String, _ image: String, _ number: Int) -> String {
    """
    {"id": "\(id)", "image": "\(image)", "conversations": [{"value": "What is \(number)?"}, {"value": "red"}]}
    """
  }

  static let stages = """
      - dedup: {}
      - split: {train: 0.5, validation: 0.25, test: 0.25}
      - write: {dataset: questions, shard-size: 600}
      - validate: {}
    """

  func runner(
    _ name: String, _ stages: String = stages, archive: String? = nil, workers: Int = 2
  ) throws -> Runner {
    let archives = archive ?? self.archive
    let text = "name: x\nstages:\n  - ingest: {archives: [\(archives)]}\n" + stages
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    return try recipe.runner(
      in: RunFolder(path: "\(scratch.path)/\(name)"), workers: workers)
  }

  func dataset(_ run: String) -> String { "\(scratch.path)/\(run)/datasets/questions" }

  /// The bytes of a dataset's files by name.
  func files(_ run: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try Files.names(in: dataset(run)) {
      files[name] = try Files.read("\(dataset(run))/\(name)")
    }
    return files
  }

  func questions(_ run: String) throws -> [Question] {
    var cursor = try DatasetReader(dataset(run)).cursor()
    var questions: [Question] = []
    while let record = try cursor.next() { questions.append(try record.record()) }
    return questions
  }

  @Test func `Copies go, splits do not share pictures, and one worker leaves the same bytes`()
    throws
  {
    let summaries = try runner("two").run()
    let counts = Dictionary(uniqueKeysWithValues: summaries.map { ($0.stage, $0.counts) })
    #expect(counts["dedup"]?.input == 26 && counts["dedup"]?.output == 24)
    #expect(
      counts["dedup"]?.dropped == ["a picture that came before": 1, "the same question": 1])
    #expect(counts["dedup"]?.made == ["pictures": 13, "pictures that came before": 1])
    #expect(counts["validate"]?.input == 24 && counts["validate"]?.made["pictures"] == 12)
    let questions = try questions("two")
    var splits: [String: Set<String>] = [:]
    for question in questions {
      splits[question.images[0].sha256, default: []].insert(question.split ?? "none")
    }
    #expect(splits.count == 12 && splits.values.allSatisfy { $0.count == 1 })
    #expect(Set(splits.values.joined()) == ["train", "validation", "test"])
    #expect(try DatasetReader(dataset("two")).manifest.shards.count > 6)
    _ = try runner("one", workers: 1).run()
    #expect(try files("one") == files("two"))
    let work = try Files.names(in: scratch.path + "/two/work/split")
    #expect(
      !work.contains { $0.hasPrefix("signatures") }, "split has the signatures that dedup left")
  }

  @Test func `Components of like pictures are not cut`() throws {
    let stages = """
        - dedup: {images: exact}
        - split: {train: 0.5, validation: 0.25, test: 0.25}
        - write: {dataset: questions}
      """
    _ = try runner("run", stages).run()
    let questions = try questions("run")
    let splits = questions.filter { $0.id == "again-0" || $0.id.hasPrefix("q-3-") }.map(\.split)
    #expect(questions.count == 25 && splits.count == 3 && Set(splits).count == 1)
  }

  @Test func `Given splits stay, and train gives way to a like picture of test`() throws {
    let other = scratch.path + "/b.tar"
    var writer = try TarWriter(other)
    _ = try writer.append("a.png", Self.picture(1).encodedPNG())
    _ = try writer.append("b.jpg", Self.picture(1).encodedJPEG(quality: 80))
    _ = try writer.append("c.png", Self.picture(2).encodedPNG())
    let lines = [("a", "a.png", "train"), ("b", "b.jpg", "test"), ("c", "c.png", "train")].map {
      Self.line($0.0, $0.1, 0).replacing("{\"id\"", with: "{\"split\": \"\($0.2)\", \"id\"")
    }
    _ = try writer.append("q.jsonl", Array(lines.joined(separator: "\n").utf8))
    _ = try writer.commit()
    let stages = "  - dedup: {images: none}\n  - split: {}\n  - write: {dataset: questions}\n"
    let summaries = try runner("run", stages, archive: other).run()
    let split = try #require(summaries.first { $0.stage == "split" }).counts
    #expect(split.dropped == ["looks like a picture of test": 1] && split.output == 2)
    #expect(try questions("run").map { "\($0.id) \($0.split ?? "")" } == ["b test", "c train"])
  }

  /// The questions ask for a word that the bundled model cannot say.
  @Test func `A search that finds nothing ends the run with what is not met, not before its page`()
    throws
  {
    let stages = """
        - split: {train: 1, validation: 0, test: 0}
        - search: {questions: 2, simulations: 1, children: 1, rollouts: 1, depth: 1, max-tokens: 8}
        - linearize: {}
        - filter: {}
        - write: {dataset: sft}
        - validate: {}
        - sft: {data: sft}
        - evaluate: {compare: sft}
        - report: {}
      """
    let summaries = try runner("run", stages).run()
    let misses = summaries.filter { !$0.misses.isEmpty }
    #expect(misses.map(\.stage) == ["linearize", "sft", "evaluate"])
    #expect(misses.last?.misses == ["no question is in the split \"test\""])
    #expect(summaries.first { $0.stage == "write" }?.counts.input == 0)
    #expect(Files.exists(scratch.path + "/run/report/index.html"))
    #expect(Files.exists(scratch.path + "/run/checkpoints/sft/final/model.safetensors"))
  }

  /// A killed writer leaves shards with a line, a shard without, a partial file, no manifest, and no
  /// end in the ledger.
  @Test(arguments: [0, 1, 3, 5])
  func `A write that was killed goes on to the same bytes`(lines: Int) throws {
    _ = try runner("run").run()
    let whole = try files("run")
    let folder = dataset("run")
    var manifest = try Manifest(json: JSON.parse(Files.read("\(folder)/manifest.json")))
    let kept = JSONLines.bytes(of: manifest.shards.prefix(lines).map(\.json))
    for shard in manifest.shards.dropFirst(lines + 1) {
      for name in [shard.name, DatasetFiles.index(of: shard.name)] {
        try Files.remove("\(folder)/\(name)")
      }
    }
    manifest.shards = []
    try Files.remove("\(folder)/manifest.json")
    try Files.writeAtomically(kept + Array("{\"torn".utf8), to: "\(folder)/manifest.jsonl")
    try Files.writeAtomically([1], to: "\(folder)/part-000009.jsonl.zst.partial")
    try Files.writeAtomically(
      manifest.json.bytes(pretty: true), to: "\(folder)/manifest.unfinished.json")
    _ = try runner("run").run()
    #expect(try files("run") == whole)
  }

  @Test func `A finished dataset is taken as it is, a damaged one is written anew`() throws {
    _ = try runner("run").run()
    let whole = try files("run")
    let ledger = "\(scratch.path)/run/ledger.jsonl"
    // The ledger of a run that was killed between the manifest and its own last line.
    let lines = try Files.read(ledger).split(separator: 10).filter { line in
      let text = String(decoding: line, as: UTF8.self)
      return !(text.contains(#""finished""#) && text.contains(#""stage":"write""#))
    }
    let killed = lines.reduce(into: [UInt8]()) { $0 += Array($1) + [10] }
    try Files.writeAtomically(killed, to: ledger)
    _ = try runner("run").run()
    #expect(try files("run") == whole)
    try Files.writeAtomically(killed, to: ledger)
    let part = "\(dataset("run"))/part-000000.jsonl.zst"
    var bytes = try Files.read(part)
    bytes[30] ^= 1
    try Files.writeAtomically(bytes, to: part)
    _ = try runner("run").run()
    #expect(try files("run") == whole)
  }

  @Test(
    arguments: [
      "", "  - keep: {decodable: true}\n", "  - resize: {longest: 48}\n", "  - dedup: {}\n",
    ],
    [true, false])
  func `A picture that the run lost stops it, and the next run brings it back`(
    _ stage: String, isDeleted: Bool
  ) throws {
    let stages = stage + "  - write: {dataset: questions}\n"
    _ = try runner("whole", stages).run()
    _ = try runner("run", "").run()
    let digest = SHA256.hexadecimal(of: Self.picture(3).encodedPNG())
    let path = "\(scratch.path)/run/media/\(digest)"
    var bytes = try Files.read(path)
    bytes[bytes.count / 2] ^= 1
    if isDeleted { try Files.remove(path) } else { try Files.writeAtomically(bytes, to: path) }
    let fault = #expect(throws: Fault.self) { try runner("run", stages).run() }
    #expect(fault?.code == "run.picture" && fault?.place.file == path)
    #expect(fault?.message.hasSuffix("brings it back: ingest runs anew") == true)
    let again = try runner("run", stages).run()
    #expect(!again[0].wasSkipped)
    #expect(try files("run") == files("whole"))
    #expect(try runner("run", stages).run().allSatisfy(\.wasSkipped))
  }

  @Test func `Other settings write the dataset anew`() throws {
    _ = try runner("run").run()
    let whole = try files("run")
    _ = try runner(
      "run",
      Self.stages.replacing("0.5", with: "0.25").replacing(
        "{train: 0.25, validation: 0.25", with: "{train: 0.25, validation: 0.5")
    ).run()
    #expect(try files("run") != whole)
    #expect(try questions("run").count == 24)
    _ = try runner("run").run()
    #expect(try files("run") == whole)
  }

  @Test func `A finding ends the run, with its place`() throws {
    let other = scratch.path + "/b.tar"
    var writer = try TarWriter(other)
    _ = try writer.append("a.png", Self.picture(0).encodedPNG())
    let lines = ["train", "test"].map { split in
      Self.line(split, "a.png", 0).replacing(
        "\"image\"", with: "\"split\": \"\(split)\", \"image\"")
    }
    _ = try writer.append("q.jsonl", Array(lines.joined(separator: "\n").utf8))
    _ = try writer.commit()
    let stages = "  - write: {dataset: questions}\n  - validate: {datasets: questions}\n"
    #expect {
      _ = try runner("run", stages, archive: other).run()
    } throws: { error in
      guard let fault = error as? Fault else { return false }
      return fault.code == "validate.invalid" && fault.message.contains("dataset.split-overlap")
        && fault.message.contains("part-000000.jsonl.zst, line 2, record test")
    }
  }

  @Test(arguments: [
    ("  - write: {dataset: a}\n  - write: {dataset: a}\n", "writes the dataset \"a\" already"),
    ("  - write: {dataset: a/b}\n", "cannot name a folder"),
    ("  - split: {train: 0.5}\n", "must sum to 1"),
    ("  - dedup: {images: exakt}\n", "did you mean \"exact\"?"),
    ("  - write: {dataset: a, records: trees}\n", "did you mean \"tree\"?"),
    (
      "  - write: {dataset: a}\n  - export: {dataset: a, to: trl, shard-size: 8MiB}\n",
      "shard-size is for webdataset and mds; trl has no shards"
    ),
    (
      "  - write: {dataset: a}\n  - export: {dataset: a, to: mds, shard-size: 4GiB}\n",
      "shard-size of mds must be below 4GiB"
    ),
  ])
  func `Wrong settings are refused before anything runs`(stages: String, words: String) {
    #expect { try runner("run", stages) } throws: {
      ($0 as? Fault)?.message.contains(words) == true
    }
  }
}
