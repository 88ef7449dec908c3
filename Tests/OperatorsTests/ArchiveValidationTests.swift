import Archiving
import Foundations
import JSONText
import Operators
import Schemas
import Shards
import Testing

@Suite struct ArchiveValidationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  func archive(_ members: [(String, [UInt8])]) throws -> String {
    let path = "\(scratch.path)/a.tar"
    var writer = try TarWriter(path)
    for (name, bytes) in members { _ = try writer.append(name, bytes) }
    _ = try writer.commit()
    return path
  }

  static func schema() throws -> JSONSchema {
    try JSONSchema(json: ["type": "object", "properties": ["a": ["type": "integer"]]])
  }

  func faults(_ path: String, workers: Int = 2) throws -> [Fault] {
    try ArchiveValidation(path, schema: Self.schema()).run(workers: workers).findings.faults
  }

  static let picture = SmallDataset.picture(0)

  @Test func `A WebDataset is held to the schema, member by member`() throws {
    var members: [(String, [UInt8])] = []
    for index in 0..<300 {
      members.append(
        ("s/\(index).json", Array("{\n  \"a\": \(index == 7 ? "\"x\"" : "1")\n}".utf8)))
      members.append(("s/\(index).png", Self.picture))
      members.append(("s/\(index).txt", Array("a cat".utf8)))
    }
    let path = try archive(members)
    let one = try ArchiveValidation(path, schema: Self.schema()).run(workers: 1)
    #expect(one.records == 300 && one.pictures == 300)
    #expect(one.findings.faults.map(\.code) == ["schema.violation"])
    #expect(
      one.findings.faults.first?.place
        == Place(file: path, member: "s/7.json", key: "a", line: 2, byte: 9))
    #expect(try ArchiveValidation(path, schema: Self.schema()).run(workers: 3) == one)
    #expect(try ArchiveValidation(path).run().isClean)
  }

  @Test func `Compressed members, endings in capitals and inner archives are checked too`() throws {
    let lines = Array("{\"a\": 1}\n{\"a\": \"x\"}\n".utf8)
    let zst = "\(scratch.path)/l.jsonl.zst"
    var writer = try SeekableZstdWriter(zst)
    try writer.append(lines)
    _ = try writer.commit()
    let inner = try archive([("s/0.json", Array("{\"a\": \"x\"}".utf8))])
    let path = try archive([
      ("l.jsonl.zst", try Files.read(zst)), ("Z.JSON", Array("{\"a\": \"x\"}".utf8)),
      ("in.tar", try Files.read(inner)), ("notes.txt", Array("a".utf8)),
    ])
    let report = try ArchiveValidation(path, schema: Self.schema()).run()
    #expect(report.records == 4 && report.others == 1)
    #expect(
      report.findings.faults.map(\.place.member) == ["l.jsonl.zst", "Z.JSON", "in.tar!/s/0.json"])
    #expect(report.findings.faults.map(\.place.line) == [2, 1, 1])
  }

  @Test func `An archive without anything to check is not called valid`() throws {
    let path = try archive([("notes.txt", Array("a".utf8))])
    let fault = #expect(throws: Fault.self) { try ArchiveValidation(path).run() }
    #expect(fault?.code == "validate.nothing")
  }

  @Test func `Lines of a member are counted through all its pieces`() throws {
    let lines = (1...60_000).map { $0 == 50_000 ? #"{"a": 0.5}"# : #"{"a": \#($0)}"# }
    let text = Array(lines.joined(separator: "\n").utf8)
    let path = try archive([("x.jsonl", text), ("y.jsonl", Array("{}\n{\"a\":null}".utf8))])
    let report = try ArchiveValidation(path, schema: Self.schema()).run()
    #expect(report.records == 60_002)
    #expect(report.findings.faults.map(\.place.line) == [50_000, 2])
    #expect(report.findings.faults.map(\.place.member) == ["x.jsonl", "y.jsonl"])
    #expect(report.findings.faults.last?.place.byte == 8)
  }

  @Test func `Files of a sample lie together, each suffix once`() throws {
    let path = try archive([
      ("1.json", Array("{}".utf8)), ("1.PNG", Self.picture), ("1.png", Self.picture),
      ("2.json", Array("{}".utf8)), ("1.seg.png", Self.picture), ("1.txt", []),
      (".hidden", []), ("README", []),
    ])
    let faults = try faults(path)
    #expect(faults.map(\.code) == ["webdataset.duplicate", "webdataset.scattered"])
    #expect(faults.map(\.place.member) == ["1.png", "1.seg.png"])
  }

  @Test func `Broken pictures, broken JSON and refused members are named`() throws {
    let path = try archive([
      ("1.json", Array("{\"a\": 1\n,}".utf8)), ("2.png", Array(Self.picture.dropLast(40))),
      ("3.json", Array("{}".utf8)), ("3.json", Array("{}".utf8)),
    ])
    let faults = try faults(path)
    #expect(faults.map(\.place.member) == ["1.json", "2.png", "3.json"])
    #expect(faults.first?.place.line == 2 && faults.first?.code == "json.syntax")
    #expect(faults[1].code.hasPrefix("image.") && faults[2].code == "archive.duplicate")
  }

  @Test func `A cut archive is a finding, what is none cannot be checked`() throws {
    let path = try archive([("1.png", Self.picture), ("2.json", Array("{}".utf8))])
    let bytes = try Files.read(path)
    try Files.writeAtomically(Array(bytes.prefix(700)), to: path)
    #expect(try faults(path).first?.code == "archive.damaged")
    try Files.writeAtomically(Array("no archive at all".utf8), to: path)
    #expect(throws: Fault.self) { try faults(path) }
  }
}
