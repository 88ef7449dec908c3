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

/// Stages that choose, change and order records, from archives to records on disk.
@Suite struct OperatorStagesTests {
  let scratch: Scratch

  /// Two archives, of 40 and of 25 questions; picture i is 96 + i pixels wide.
  init() throws {
    scratch = try Scratch()
    for (name, count) in [("a", 40), ("b", 25)] {
      var writer = try TarWriter("\(scratch.path)/\(name).tar")
      var lines: [String] = []
      for index in 0..<count {
        let picture = Picture(
          size: Size(width: 96 + index, height: 72),
          pixels: [UInt8](repeating: UInt8(index * 5), count: (96 + index) * 72 * 3))
        _ = try writer.append("\(index).png", picture.encodedPNG())
        lines.append(DataPathTests.line("\(name)-\(index)", "\(index).png", index % 4))
      }
      _ = try writer.append("questions.jsonl", Array(lines.joined(separator: "\n").utf8))
      _ = try writer.commit()
    }
  }

  func run(
    _ stages: String, as name: String = "run", workers: Int = 2, stopAt stopped: String? = nil
  ) throws -> (counts: [String: StageCounts], folder: String) {
    let summaries = try summaries(stages, as: name, workers: workers, stopAt: stopped)
    return (
      Dictionary(uniqueKeysWithValues: summaries.map { ($0.stage, $0.counts) }),
      "\(scratch.path)/\(name)"
    )
  }

  func summaries(
    _ stages: String, as name: String = "run", workers: Int = 2, stopAt stopped: String? = nil
  ) throws -> [StageSummary] {
    let archives = ["a", "b"].map { "  - ingest: {archives: [\(scratch.path)/\($0).tar]}\n" }
    let recipe = try Recipe(
      pipeline: PipelineFile(
        bytes: Array("name: x\nstages:\n\(archives.joined())\(stages)".utf8), file: "x.yaml"),
      catalog: .standard)
    let folder = try RunFolder(path: "\(scratch.path)/\(name)")
    let stop = StopFlag()
    let runner = try recipe.runner(in: folder, workers: workers, stop: stop) { event in
      if case .started(let stage) = event, stage == stopped { stop.raise() }
    }
    let summaries = try runner.run()
    for summary in summaries { try summary.counts.checkLaw(stage: summary.stage) }
    return summaries
  }

  func lines(_ folder: String, _ stage: String) throws -> [[UInt8]] {
    var file = try RecordFile("\(folder)/records/\(stage)/question.jsonl.zst")
    var lines: [[UInt8]] = []
    while let record = try file.next() { lines.append(record.bytes) }
    return lines
  }

  func questions(_ folder: String, _ stage: String) throws -> [Question] {
    try lines(folder, stage).map { try Question(json: JSON.parse($0)) }
  }

  @Test func `Rules drop under their names, and a condition that does not fit quarantines`() throws
  {
    let (counts, folder) = try run(
      "  - keep: {from: ingest, min-width: 100, max-width: 130, where: 'question != \"What is 1?\"'}\n"
        + "  - keep: {decodable: true, formats: [png], min-letters: 0.5}\n")
    #expect(counts["keep"]?.dropped["min-width"] == 4 && counts["keep"]?.dropped["max-width"] == 5)
    #expect(counts["keep"]?.dropped["where"] == 8 && counts["keep"]?.output == 23)
    #expect(counts["keep-2"]?.output == 23)
    #expect(try lines(folder, "keep-2") == lines(folder, "keep"))
    let fault = #expect(throws: Fault.self) {
      try run("  - keep: {where: 'question > 3'}\n", as: "bad")
    }
    #expect(fault?.code == "run.max-bad")
    let wrong = #expect(throws: Fault.self) {
      try run("  - keep: {where: 'question >> 3'}\n", as: "wrong")
    }
    #expect(wrong?.code == "expression.syntax" && wrong?.place.line == 5)
    #expect(wrong?.message == "where, column 11: expected a value, found \">\"")
  }

  @Test func `Fields are changed, and provenance says so`() throws {
    let (_, folder) = try run(
      "  - map: {set: {source: '\"mixed\"', question: 'question + \" (\" + text(images[0].width) + \")\"'},"
        + " remove: [split]}\n")
    let first = try questions(folder, "map")[0]
    #expect(first.source == "mixed" && first.question == "What is 0? (96)")
    #expect(first.provenance.operators["map"] == "1")
  }

  @Test(arguments: [
    "sample: {by: question, each: 3}", "sample: {share: 20%}", "cap: {per: question, most: 2}",
    "shuffle: {}", "mix: {from: {ingest: 0.7, ingest-2: 0.3}}",
    "map: {set: {source: '\"s\"'}}", "resize: {shortest: 40}",
    "keep: {where: 'images[0].width % 2 == 0'}",
  ])
  func `Any number of workers, and a run that was stopped, leave the same bytes`(
    stage: String
  ) throws {
    let name = String(stage.prefix { $0 != ":" })
    let one = try run("  - \(stage)\n", as: "one", workers: 1)
    let four = try run("  - \(stage)\n", as: "four", workers: 4)
    #expect(one.counts[name] == four.counts[name])
    #expect(try lines(one.folder, name) == lines(four.folder, name))
    #expect(try !lines(one.folder, name).isEmpty)
    #expect(throws: Interrupted.self) { try run("  - \(stage)\n", as: "stopped", stopAt: name) }
    let gone = try run("  - \(stage)\n", as: "stopped")
    #expect(gone.counts[name] == one.counts[name])
    #expect(try lines(gone.folder, name) == lines(one.folder, name))
  }

  @Test func `A sample takes as many of every stratum as asked`() throws {
    let (counts, folder) = try run(
      "  - sample: {from: ingest, by: question, each: 3}\n"
        + "  - sample: {from: ingest, count: 10, shares: {What is 1?: 0.7, What is 2?: 0.3}, by: question}\n"
    )
    #expect(counts["sample"]?.output == 12)
    #expect(counts["sample"]?.dropped == ["not in the sample": 28])
    let texts = try questions(folder, "sample-2").map(\.question)
    #expect(texts.count { $0 == "What is 1?" } == 7 && texts.count == 10)
    let ids = try questions(folder, "sample").map(\.id)
    #expect(ids == ids.sorted { Int($0.dropFirst(2)) ?? 0 < Int($1.dropFirst(2)) ?? 0 })
  }

  @Test func `A cap keeps the first`() throws {
    let (counts, folder) = try run(
      "  - cap: {from: ingest, per: question, most: 2, in-all: 5}\n")
    #expect(try questions(folder, "cap").map(\.id) == ["a-0", "a-1", "a-2", "a-3", "a-4"])
    #expect(
      counts["cap"]?.dropped == ["over the cap of its key": 32, "over the cap in all": 3])
  }

  @Test func `A shuffle is an order of the same records`() throws {
    let (_, folder) = try run("  - shuffle: {from: ingest}\n")
    let (before, after) = (try lines(folder, "ingest"), try lines(folder, "shuffle"))
    #expect(before != after)
    #expect(Set(before) == Set(after) && before.count == after.count)
  }

  @Test func `A mix keeps its ratio, ends as asked, and repeats under other ids`() throws {
    let from = "from: {ingest: 1, ingest-2: 3}"
    let (counts, folder) = try run(
      "  - mix: {\(from)}\n  - mix: {\(from), end: all}\n  - mix: {\(from), end: again}\n"
        + "  - mix: {\(from), count: 8, prefix-ids: true}\n")
    // 25 of b bring 8 of a with them, and a 9th before the turn that finds b empty.
    #expect(counts["mix"]?.made["records of ingest-2"] == 25)
    #expect(counts["mix"]?.output == 34)
    #expect(counts["mix-2"]?.output == 65)
    #expect(counts["mix-3"]?.made == ["records of ingest": 40, "records of ingest-2": 121])
    let ids = try questions(folder, "mix-3").map(\.id)
    #expect(Set(ids).count == ids.count && ids.contains("b-0~5"))
    #expect(try questions(folder, "mix-4").map(\.id).prefix(2) == ["ingest-2/b-0", "ingest/a-0"])
  }

  @Test func `What a sample or a mix lacks is not met`() throws {
    let mix = "mix: {from: {ingest: 1, keep: 3}"
    let summaries = try summaries(
      "  - keep: {from: ingest-2, min-width: 9999}\n  - sample: {from: ingest, count: 41}\n"
        + "  - \(mix), end: again}\n  - \(mix), end: all}\n  - \(mix), end: again, count: 50}\n"
        + "  - \(mix)}\n")
    let misses = summaries.map(\.misses)
    #expect(
      Array(misses.dropFirst(3)) == [
        ["sample: 41 records were asked for, found 40"],
        ["mix: keep has no records for its share of the mix"], [],
        ["mix-3: keep has no records for its share of the mix"],
        ["mix-4: keep has no records for its share of the mix"],
      ])
    #expect(summaries.suffix(4).map(\.counts.output) == [40, 40, 50, 0])
  }

  @Test func `Resizing while pictures are read leaves what resizing them later leaves`() throws {
    let how = "{shortest: 40, format: jpeg}"
    let (_, later) = try run("  - resize: {from: ingest, \(how.dropFirst())\n", as: "later")
    let (counts, once) = try run(
      "  - ingest: {archives: [\(scratch.path)/a.tar], resize: \(how)}\n", as: "once")
    #expect(counts["ingest-3"]?.made["resized pictures"] == 40)
    #expect(try lines(once, "ingest-3") == lines(later, "resize"))
    for question in try questions(once, "ingest-3") {
      let sha256 = question.images[0].sha256
      #expect(sha256 != question.provenance.sha256)
      let name = "media/\(sha256)"
      #expect(try Files.read("\(once)/\(name)") == Files.read("\(later)/\(name)"))
    }
    let fault = #expect(throws: Fault.self) {
      try run("  - ingest: {archives: [\(scratch.path)/a.tar], resize: {longest: 3, pixels: 9}}\n")
    }
    #expect(fault?.code == "pipeline.range" && fault?.place.line == 5)
  }

  @Test func `Signatures that ingest leaves spare later stages the decoding`() throws {
    func outcome(_ signatures: String, _ sameness: String) throws -> (StageCounts, Set<String>) {
      let name = "\(signatures)-\(sameness)"
      let (counts, folder) = try run(
        "  - ingest: {archives: [\(scratch.path)/a.tar], signatures: \(signatures)}\n"
          + "  - dedup: {images: \(sameness)}\n", as: name)
      let work = try Files.names(in: "\(folder)/work/dedup")
      return (try #require(counts["dedup"]), Set(work.filter { $0.hasPrefix("signatures-") }))
    }
    let plain = try outcome("none", "exact")
    let (counts, decoded) = try outcome("exact", "exact")
    #expect(counts == plain.0 && decoded.isEmpty && !plain.1.isEmpty)
    // Plain pictures: their pixels were left too.
    #expect(try outcome("perceptual", "exact").1.isEmpty)
    #expect(try !outcome("exact", "perceptual").1.isEmpty)
  }

  @Test func `Pictures are resized once each, and the dataset of them is valid`() throws {
    let (counts, folder) = try run(
      "  - resize: {from: ingest, longest: 64, format: jpeg, quality: 80}\n"
        + "  - write: {dataset: small}\n  - validate: {}\n")
    #expect(
      counts["resize"]?.output == 40 && counts["resize"]?.made["about resized pictures"] == 40)
    for question in try questions(folder, "resize") {
      #expect(question.images[0].size.width == 64 && question.images[0].format == .jpeg)
      #expect(question.provenance.operators["resize"] == "1")
    }
    #expect(counts["validate"]?.made["pictures"] == 40)
  }

  @Test func `A picture that would become too large is quarantined`() throws {
    let how = "{longest: 10998, enlarge: true}"
    let stages = [
      "  - cap: {from: ingest, in-all: 1}\n  - resize: \(how)\n",
      "  - ingest: {archives: [\(scratch.path)/one.tar], resize: \(how)}\n",
    ]
    var writer = try TarWriter("\(scratch.path)/one.tar")
    let picture = Picture(size: Size(width: 96, height: 72), color: .black)
    _ = try writer.append("0.png", picture.encodedPNG())
    _ = try writer.append("questions.jsonl", Array(DataPathTests.line("a", "0.png", 0).utf8))
    _ = try writer.commit()
    for (number, stage) in stages.enumerated() {
      let fault = #expect(throws: Fault.self) { try run(stage, as: "\(number)") }
      #expect(fault?.code == "run.max-bad" && fault?.message.contains("resize.too-large") == true)
    }
  }

  @Test func `What the data is like stands in the report`() throws {
    let stages =
      "  - statistics: {from: ingest}\n  - contact-sheet: {from: ingest-2, pictures: 5}\n"
    let (counts, folder) = try run(stages + "  - report: {}\n")
    #expect(counts["statistics"]?.output == 40)
    #expect(counts["contact-sheet"]?.made["pictures drawn"] == 5)
    let json = try JSON.parse(Files.read(folder + "/statistics/statistics.json"))
    #expect(try json.int("records") == 40)
    let sheet = try Picture.decode(Files.read(folder + "/sheets/contact-sheet.jpg"))
    #expect(sheet.size.width == 5 * 188 + 8)
    let page = String(decoding: try Files.read(folder + "/report/index.html"), as: UTF8.self)
    #expect(page.contains("<figcaption>picture width") && page.contains("class=\"sheet\""))
    let other = try run(stages, as: "other", workers: 1).folder
    for path in ["/statistics/statistics.json", "/sheets/contact-sheet.jpg"] {
      #expect(try Files.read(folder + path) == Files.read(other + path))
    }
  }

  @Test(arguments: [
    "sample: {}", "sample: {count: 3, each: 2}", "sample: {shares: {a: 1}}", "mix: {}",
    "sample: {counts: {a: -1}}", "mix: {from: {ingest: 0}}", "resize: {}", "resize: {exact: [3]}",
    "resize: {longest: 3, pixels: 9}", "resize: {longest: 65536}",
    "resize: {exact: [65500, 65500], enlarge: true}", "resize: {shortest: 8001, enlarge: true}",
    "resize: {pixels: 10000000000, enlarge: true}",
    "ingest: {archives: /dev/null, resize: {pixels: 64000001, enlarge: true}}", "cap: {per: id}",
    "cap: {most: 3}", "keep: {formats: [gif]}",
    "keep: {min-width: 9, max-width: 8}", "map: {set: {'a b': '1'}}", "map: {rename: {a: 1}}",
  ])
  func `Settings that contradict themselves end a run before it starts`(stage: String) {
    let fault = #expect(throws: Fault.self) { try run("  - \(stage)\n") }
    #expect(fault?.code.hasPrefix("pipeline.") == true || fault?.code == "expression.syntax")
    #expect(fault?.place.line == 5)
  }
}
