import Foundation
import Testing

/// The verbs that look at runs: `show`, `report` and `evaluate` after a whole small run.
@Suite struct RunVerbTests {
  /// A finished run of a model that makes no sense, for the length of `body`.
  static func withRun(_ body: (String) throws -> Void) throws {
    try ModelCommandTests.withModel { model in
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let icons = URL(filePath: ModelCommandTests.icon).deletingLastPathComponent().path
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: "train").path, withDestinationPath: icons)
      let made = try Program.run(
        "synth", "visual-search", "--photos", ".", "--icons", icons, "--out", "a.tar",
        "--scenes", "train=2", in: folder)
      #expect(made.code == 0, "\(made.messages)")
      let pipeline = """
        name: small
        model: \(model)
        stages:
          - ingest: {archives: a.tar}
          - write: {dataset: all, records: question}
          - evaluate: {on: train, compare: base, max-tokens: 8}
          - report: {questions: 1}
        """
      try Data(pipeline.utf8).write(to: folder.appending(path: "small.yaml"))
      let run = try Program.run("run", "small.yaml", in: folder)
      #expect(run.code == 0, "\(run.messages)")
      try body(folder.appending(path: "runs/small").path)
    }
  }

  @Test func `A run is listed, scored, and its page made again with the same bytes`() throws {
    try Self.withRun { run in
      let list = try Program.run("show", run)
      #expect(list.code == 0 && list.messages.isEmpty, "\(list.messages)")
      let lines = list.output.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines[0].hasPrefix("\(run)/datasets/all  ") && lines[0].hasSuffix("  2"))
      #expect(lines[1] == "\(run)/records/evaluate/evaluation.jsonl.zst  4")
      #expect(lines[3] == "\(run)/report/index.html")
      let second = try Program.run("show", "\(run)/datasets/all", "2")
      #expect(second.code == 0 && second.output.hasPrefix("train-000001-0: "), "\(second.messages)")
      let id = try Program.run("show", "\(run)/datasets/all", "train-000001-0")
      #expect(id.output == second.output)
      let unknown = try Program.run("show", "\(run)/datasets/all", "train-000001-1")
      #expect(unknown.code == 2)
      #expect(unknown.messages.contains("did you mean \"train-000001-0\"?"))
      let trace = try Program.run("show", "\(run)/records/evaluate/evaluation.jsonl.zst", "4")
      #expect(trace.output.contains("model     base without looks"), "\(trace.output)")
      let keyed = try Program.run("show", run, "1")
      #expect(keyed.code == 2 && keyed.messages.contains("[show.run]"))

      let table = try Program.run("evaluate", run)
      #expect(table.code == 0 && table.messages.isEmpty, "\(table.messages)")
      #expect(table.output.hasPrefix("model               accuracy  95 % interval"))
      #expect(table.output.contains("\nbase → base without looks  "))

      let page = try Data(contentsOf: URL(filePath: "\(run)/report/index.html"))
      try FileManager.default.removeItem(atPath: "\(run)/report/index.html")
      let again = try Program.run("report", run)
      #expect(again.code == 0 && again.output == "\(run)/report/index.html\n")
      #expect(try Data(contentsOf: URL(filePath: "\(run)/report/index.html")) == page)
      let other = try Program.run("report", run, "--out", "\(run)/pages/other.html")
      #expect(other.code == 0 && other.output == "\(run)/pages/other.html\n")
      #expect(try Data(contentsOf: URL(filePath: "\(run)/pages/other.html")) == page)
    }
  }

  @Test func `A plan tells how long what is to do took the last time`() throws {
    try Self.withRun { run in
      let folder = URL(filePath: run).deletingLastPathComponent().deletingLastPathComponent()
      let done = try Program.run("plan", "small.yaml", in: folder)
      #expect(done.code == 0 && !done.output.contains("by the last time"), "\(done.output)")
      let pipeline = folder.appending(path: "small.yaml")
      let text = try String(contentsOf: pipeline, encoding: .utf8)
      try Data(text.replacing("max-tokens: 8", with: "max-tokens: 9").utf8).write(to: pipeline)
      let plan = try Program.run("plan", "small.yaml", in: folder)
      let last = try #require(plan.output.split(separator: "\n").last)
      #expect(last.hasPrefix("about ") && last.hasSuffix(" to do, by the last time"), "\(last)")
    }
  }

  @Test func `Ctrl-C ends a run with code 130, and the same command goes on`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let samples = URL(filePath: ModelCommandTests.icon).deletingLastPathComponent()
      .deletingLastPathComponent()
    let archive = samples.appending(path: "visual-search.tar").path
    try Data("name: a\nstages:\n  - ingest: {archives: \(archive), signatures: perceptual}\n".utf8)
      .write(to: folder.appending(path: "a.yaml"))
    let run = Program.start(["run", "a.yaml"], in: folder)
    let messages = Pipe()
    run.standardError = messages
    run.standardOutput = FileHandle.nullDevice
    try run.run()
    var said = ""
    while !said.contains("ingest …") {
      let some = messages.fileHandleForReading.availableData
      if some.isEmpty { break }
      said += String(decoding: some, as: UTF8.self)
    }
    run.interrupt()
    said += String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    run.waitUntilExit()
    #expect(run.terminationStatus == 130, "\(said)")
    #expect(said.hasSuffix("scanpath: interrupted; the same command goes on from here\n"))
    let again = try Program.run("run", "a.yaml", in: folder)
    #expect(again.code == 0 && again.messages.contains("ingest: 984 in, 984 out"), "\(again)")
  }

  @Test func `A run folder that cannot be made is named`() throws {
    let pipeline = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data("name: a\nstages:\n  - ingest: {archives: /dev/null}\n".utf8).write(to: pipeline)
    defer { try? FileManager.default.removeItem(at: pipeline) }
    let result = try Program.run("run", pipeline.path, "--run-folder", "/proc/scanpath")
    #expect(result.code == 2, "\(result.messages)")
    #expect(result.messages.contains("/proc/scanpath: cannot create folder"), "\(result.messages)")
  }

  @Test func `A folder without a run has no page and stays as it is`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for verb in ["report", "evaluate", "show"] {
      let result = try Program.run(verb, folder.path)
      #expect(result.code == 2 && result.output.isEmpty)
      #expect(result.messages.hasPrefix("scanpath: error: \(folder.path): the folder h"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// What a model answered to four questions.
  private static func records(_ model: String, right: Set<Int>) -> [String] {
    (1...4).map { question in
      ShowTests.evaluation.replacing("q-0001", with: "q-\(question)")
        .replacing("\"base\"", with: "\"\(model)\"").replacing("/base", with: "/\(model)")
        .replacing("\"correct\":false", with: "\"correct\":\(right.contains(question))")
    }
  }

  @Test func `Files of other models join a run, those of the same models are another seed`() throws
  {
    try ShowTests.withFile(Self.records("base", right: [1])) { base in
      try ShowTests.withFile(Self.records("sft", right: [1, 2, 3])) { sft in
        let one = try Program.run("evaluate", base, sft)
        #expect(
          one.output == """
            model  accuracy  95 % interval  looks  answered  questions
            base     25.0 %    4.6 to 69.9   1.00   100.0 %          4
            sft      75.0 %   30.1 to 95.4   1.00   100.0 %          4

            compared    points   95 % interval  only first  only second  McNemar's p
            base → sft   +50.0  +50.0 to +50.0           0            2       0.5000

            """, "\(one.output)\(one.messages)")
        let both = try Program.run("evaluate", base, sft, sft, base, "--json")
        let facts = try ModelCommandTests.object(both.output)
        #expect((facts["runs"] as? [Any])?.count == 2)
        let mean = try #require(facts["mean"] as? [String: [[String: Any]]])
        #expect(mean["models"]?.compactMap { $0["mean"] as? Double } == [0.25, 0.75])
      }
      try ShowTests.withFile(Array(Self.records("sft", right: []).dropLast())) { short in
        let result = try Program.run("evaluate", base, short)
        #expect(result.code == 2 && result.output.isEmpty)
        #expect(result.messages.contains("[evaluation.unpaired]"))
      }
    }
  }
}
