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

  /// A folder with a schema and lines of which the second does not fit it.
  private static func withFiles(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(#"{"required": ["a"]}"#.utf8).write(to: folder.appending(path: "s.json"))
    try Data("{\"a\": 1}\n{\"b\": 1}\n".utf8).write(to: folder.appending(path: "a.jsonl"))
    try body(folder)
  }

  @Test func `A pipe is refused, not called valid`() throws {
    try Self.withFiles { folder in
      let command = "cat a.jsonl | scanpath validate --schema s.json /dev/stdin"
      let result = try Program.shell("cd \(folder.path) && \(command)")
      #expect(result.code == 2 && result.messages.contains("[file.is-special]"))
    }
  }

  @Test func `What cannot be read does not hide the other files`() throws {
    try Self.withFiles { folder in
      let result = try Program.run(
        "validate", "--schema", "s.json", "--json", "none.jsonl", "a.jsonl", in: folder)
      let results = try ModelCommandTests.object(result.output)["results"] as? [[String: Any]]
      #expect(result.code == 2 && results?.count == 2)
      #expect(results?.first?["valid"] as? Bool == false)
      let error = results?.last?["error"] as? [String: Any]
      #expect(error?["code"] as? String == "file.read")
    }
  }

  @Test func `Archives are known by their first bytes, and a byte order mark is passed over`()
    throws
  {
    try Self.withFiles { folder in
      let lines = Data([0xEF, 0xBB, 0xBF]) + Data("{\"a\": 1}\n".utf8)
      try lines.write(to: folder.appending(path: "b.jsonl"))
      let pack = "tar -cf bundle a.jsonl b.jsonl && gzip a.jsonl"
      let made = try Program.shell("cd \(folder.path) && \(pack)")
      #expect(made.code == 0)
      let marked = try Program.run("validate", "--schema", "s.json", "b.jsonl", in: folder)
      #expect(marked.code == 0, "\(marked.output)")
      for name in ["bundle", "a.jsonl.gz"] {
        let result = try Program.run("validate", "--schema", "s.json", name, in: folder)
        #expect(result.code == 1, "\(result.messages)")
        #expect(result.output.contains("\(name), member a.jsonl"), "\(result.output)")
      }
    }
  }

  @Test func `A schema refers to others by their place beside it and by their names`() throws {
    try Self.withFiles { folder in
      let parts = folder.appending(path: "parts")
      try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
      try Data(#"{"$id": "https://x.example/n", "type": "number"}"#.utf8)
        .write(to: parts.appending(path: "n.json"))
      for reference in ["parts/n.json", "https://x.example/n"] {
        try Data(#"{"properties": {"a": {"$ref": "\#(reference)"}}}"#.utf8)
          .write(to: folder.appending(path: "s.json"))
        let command = "scanpath validate a.jsonl --schema ./s.json --reference ./parts/n.json"
        let good = try Program.shell("cd \(folder.path) && \(command)")
        #expect(good.code == 0, "\(good.messages)\(good.output)")
      }
      let without = try Program.run("validate", "a.jsonl", "--schema", "s.json", in: folder)
      #expect(without.code == 2)
    }
  }

  @Test func `Plain files are held to a schema`() throws {
    try Self.withFiles { folder in
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
}
