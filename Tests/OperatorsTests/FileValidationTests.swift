import Archiving
import Foundations
import JSONText
import Operators
import Schemas
import Shards
import Testing

@Suite struct FileValidationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func file(_ name: String, _ text: String) throws -> String {
    let path = "\(scratch.path)/\(name)"
    if name.hasSuffix(".zst") {
      var writer = try SeekableZstdWriter(path)
      try writer.append(Array(text.utf8))
      _ = try writer.commit()
    } else {
      try Files.writeAtomically(Array(text.utf8), to: path)
    }
    return path
  }

  static func schema() throws -> JSONSchema {
    try JSONSchema(json: ["type": "object", "properties": ["a": ["type": "integer"]]])
  }

  @Test(arguments: ["a.jsonl", "a.jsonl.zst"])
  func `Every line is held to the schema, with line and key`(name: String) throws {
    let lines = (1...700).map { $0 == 600 ? #"{"a": 1.5}"# : $0 == 3 ? "{" : #"{"a": \#($0)}"# }
    let path = try file(name, lines.joined(separator: "\n"))
    let one = try FileValidation(path, schema: Self.schema()).run(workers: 1)
    #expect(one.records == 700)
    #expect(one.findings.faults.map(\.place.line) == [3, 600])
    #expect(one.findings.faults.last?.place.key == "a")
    #expect(one.findings.faults.allSatisfy { $0.place.file == path })
    #expect(try FileValidation(path, schema: Self.schema()).run(workers: 3) == one)
  }

  @Test(arguments: ["a.json", "a.json.zst"])
  func `A file of one value is held to it too`(name: String) throws {
    let good = try file(name, "{\n  \"a\": 3\n}")
    #expect(try FileValidation(good, schema: Self.schema()).run().isClean)
    let bad = try file(name, "{\"a\": \"x\"}")
    let faults = try FileValidation(bad, schema: Self.schema()).run().findings.faults
    #expect(faults.map(\.code) == ["schema.violation"])
    let cut = try file(name, "{\"a\": ")
    #expect(
      try FileValidation(cut, schema: Self.schema()).run().findings.faults.map(\.code)
        == ["json.syntax"])
  }

  @Test(arguments: ["a.json", "a.jsonl"])
  func `Bytes are counted with a byte order mark`(name: String) throws {
    let path = try file(name, "\u{FEFF}{\"a\": tru }")
    let faults = try FileValidation(path, schema: Self.schema()).run().findings.faults
    #expect(faults.map(\.place.byte) == [9])
  }

  @Test func `A value that comes of next to nothing is not read to its end`() throws {
    let path = try file("bomb.json.zst", "[" + String(repeating: " ", count: 17 << 20) + "]")
    let report = try FileValidation(path, schema: Self.schema()).run()
    #expect(report.findings.faults.map(\.code) == ["archive.ratio"])
    #expect(report.findings.faults.first?.place.file == path && report.records == 0)
  }

  @Test(arguments: ["a.json", "a.jsonl"])
  func `A value that is wrong throughout is told in time`(name: String) throws {
    let elements = repeatElement("\"x\"", count: 200_000).joined(separator: ", ")
    let text = "[" + elements + "]"
    let path = try file(name, name == "a.json" ? text.replacing(" ", with: "\n") : text)
    let schemas: [(JSON, faults: Int)] = [
      (["type": "integer"], 200_000), (["anyOf": [["type": "integer"]]], 400_000),
    ]
    for (items, faults) in schemas {
      let schema = try JSONSchema(json: ["items": items])
      let findings = try FileValidation(path, schema: schema).run().findings
      #expect(findings.faults.count == 1_000 && findings.omitted == faults - 1_000)
      let place = try #require(findings.faults.last).place
      let index = try #require(place.byte) / 5
      #expect(place.key == "[\(index)]" && place.line == (name == "a.json" ? 1 + index : 1))
    }
  }

  @Test func `Records of ours need no schema, and have ids of their own`() throws {
    let lines = [0, 1, 0].map { SmallDataset.question($0).json.description }
    let path = try file("questions.jsonl", lines.joined(separator: "\n"))
    let faults = try FileValidation(path).run().findings.faults
    #expect(faults.map(\.code) == ["dataset.duplicate"])
    #expect(faults.first?.place == Place(file: path, record: "q-0", line: 3))
  }

  @Test func `Others need one`() throws {
    let path = try file("a.jsonl", #"{"a": 1}"#)
    #expect { try FileValidation(path).run() } throws: {
      ($0 as? Fault)?.code == "validate.no-schema"
    }
  }

  @Test func `A damaged file is a finding, a missing one cannot be checked`() throws {
    let path = try file("a.jsonl.zst", (0..<400).map { "{\"a\": \($0)}\n" }.joined())
    try SmallDataset.flip(path, byte: 30)
    let faults = try FileValidation(path, schema: Self.schema()).run().findings.faults
    #expect(faults.first?.code.hasPrefix("zstd.") == true, "\(faults)")
    #expect(throws: Fault.self) { try FileValidation("/none/a.jsonl").run() }
  }
}
