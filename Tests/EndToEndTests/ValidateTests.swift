import Foundation
import Testing

/// `scanpath validate`: its exit codes, its words, its JSON.
@Suite struct ValidateTests {
  @Test func `A dataset of a run is valid, and invalid with its places when a byte is wrong`()
    throws
  {
    try RunVerbTests.withRun { run in
      let good = try Program.run("validate", run)
      #expect(good.code == 0 && good.messages.isEmpty, "\(good.messages)")
      #expect(good.output.hasPrefix("\(run)/datasets/all: valid, 2 records, 2 pictures, 2 shards"))
      let index = "\(run)/datasets/all/part-000000.index.json"
      try FileManager.default.removeItem(atPath: index)
      let fixed = try Program.run("validate", run, "--fix")
      #expect(fixed.code == 0 && fixed.output.contains("\n  rebuilt \(index)\n"), "\(fixed)")
      #expect(FileManager.default.fileExists(atPath: index))
      let part = "\(run)/datasets/all/part-000000.jsonl.zst"
      var bytes = try Data(contentsOf: URL(filePath: part))
      bytes[80] ^= 1
      try bytes.write(to: URL(filePath: part))
      let bad = try Program.run("validate", "\(run)/datasets/all", "--workers", "1")
      #expect(bad.code == 1 && bad.messages.isEmpty)
      #expect(bad.output.contains("invalid") && bad.output.contains("  \(part): "))
      let json = try Program.run("validate", run, "--json")
      let facts = try ModelCommandTests.object(json.output)
      let result = try #require((facts["results"] as? [[String: Any]])?.first)
      #expect(json.code == 1 && result["valid"] as? Bool == false)
      let findings = try #require(result["findings"] as? [[String: Any]])
      #expect(findings.first?["code"] as? String == "dataset.sha256")
      #expect(findings.first?["file"] as? String == part)
    }
  }

  @Test func `Plain files are held to a schema`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(#"{"required": ["a"]}"#.utf8).write(to: folder.appending(path: "s.json"))
    try Data("{\"a\": 1}\n{\"b\": 1}\n".utf8).write(to: folder.appending(path: "a.jsonl"))
    let bad = try Program.run("validate", "a.jsonl", "--schema", "s.json", in: folder)
    #expect(bad.code == 1 && bad.output.contains("  a.jsonl, line 2: "), "\(bad.output)")
    let without = try Program.run("validate", "a.jsonl", in: folder)
    #expect(without.code == 2 && without.messages.contains("give --schema"))
    let missing = try Program.run("validate", "none", in: folder)
    #expect(missing.code == 2)
    let empty = try Program.run("validate", ".", in: folder)
    #expect(empty.code == 2 && empty.messages.contains("[dataset.no-manifest]"))
  }
}
