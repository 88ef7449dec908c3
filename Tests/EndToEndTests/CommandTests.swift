import Foundation
import Testing

/// What every command owes to who calls it: streams, exit codes, messages.
@Suite struct CommandTests {
  /// A pipeline file with this text, for the length of `body`.
  static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml")
    try text.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  @Test(arguments: [
    ["--help"], ["run", "--help"], ["help", "model"], ["synth", "--help"],
    ["show", "--help"], ["validate", "--help"], ["evaluate", "--help"], ["report", "--help"],
    ["ask", "--help"], ["model", "logits", "--help"], ["model", "generate", "--help"],
  ])
  func `Help is a result and ends with an example`(arguments: [String]) throws {
    let result = try Program.shell("scanpath " + arguments.joined(separator: " "))
    #expect(result.code == 0)
    #expect(result.output.contains("Example: scanpath "))
    #expect(result.messages.isEmpty)
  }

  @Test(arguments: [
    "", "nonsense", "run", "run a.yaml --workers 0", "run a.yaml --style loud",
    "synth visual-search --photos a --icons b --out c --scenes trian=3",
    "validate", "show", "show a 1 2", "evaluate", "report", "report a b",
    "ask --model a --image b", "ask why --model a --image b --temperature nan",
    "model logits --model a --prompt b --full", "model generate --model a",
  ])
  func `Wrong usage ends with 64`(arguments: String) throws {
    let result = try Program.shell("scanpath " + arguments)
    #expect(result.code == (arguments.isEmpty ? 0 : 64))
    #expect(result.messages.isEmpty == arguments.isEmpty)
  }

  @Test func `A file that is not there ends with 2 and its name`() throws {
    for verb in ["run", "plan"] {
      let result = try Program.run(verb, "/none/a.yaml")
      #expect(result.code == 2)
      #expect(result.output.isEmpty)
      #expect(result.messages.hasPrefix("scanpath: error: /none/a.yaml: "))
    }
  }

  @Test func `A wrong key ends with 2, line and column, in under a second`() throws {
    try Self.withFile("name: a\nsede: 3\nstages:\n  - report: {}\n") { path in
      let start = Date()
      let result = try Program.run("plan", path)
      #expect(Date().timeIntervalSince(start) < 1)
      #expect(result.code == 2)
      #expect(
        result.messages == "scanpath: error: \(path), line 2, column 1: the pipeline has no "
          + "setting \"sede\"; did you mean \"seed\"? [pipeline.unknown-key]\n")
    }
  }

  @Test func `A text file that is no YAML ends with 2`() throws {
    try Self.withFile("name: [a\nstages: }\n") { path in
      let result = try Program.run("run", path)
      #expect(result.code == 2)
      #expect(result.messages.contains("[pipeline.syntax]"))
    }
  }

  @Test func `A model folder without a model ends with 2`() throws {
    let result = try Program.run("model", "info", "/none")
    #expect(result.code == 2)
    #expect(result.messages.contains("/none/config.json"))
  }

  /// Icons stand for photographs, which the repository does not hold one by one.
  @Test func `The same seed makes the same archive on one worker and two`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let icons = root.appending(path: "samples/icons").path
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "train").path, withDestinationPath: icons)
    func archive(seed: Int, workers: Int) throws -> Data {
      let result = try Program.run(
        "synth", "visual-search", "--photos", folder.path, "--icons", icons, "--out", "a.tar",
        "--scenes", "train=3", "--seed", "\(seed)", "--workers", "\(workers)", in: folder)
      #expect(result.code == 0, "\(result.messages)")
      #expect(result.output.hasPrefix("a.tar: 4 files, "))
      return try Data(contentsOf: folder.appending(path: "a.tar"))
    }
    let first = try archive(seed: 1, workers: 1)
    #expect(try archive(seed: 1, workers: 2) == first)
    #expect(try archive(seed: 2, workers: 2) != first)
    let closed = try Program.shell(
      "scanpath synth visual-search --photos \(folder.path) --icons \(icons) "
        + "--out \(folder.path)/b.tar --scenes train=1 >&-; exit ${PIPESTATUS[0]}")
    #expect(closed.code == 2)
    let unread = try Program.shell(
      "scanpath synth visual-search --photos \(folder.path) --icons \(icons) "
        + "--out \(folder.path)/b.tar --scenes train=1 | true")
    #expect(unread.code == 0)
  }
}
