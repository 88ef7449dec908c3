import Archiving
import Foundations
import Shards
import Testing

@Suite struct RecordFileTests {
  /// Records longer than a piece, a blank line, and a last line without its end.
  static let lines = [
    #"{"id":"a"}"#, "", #"{"id":"\#(String(repeating: "b", count: 600_000))"}"#, #"{"id":"c"}"#,
  ]
  static let text = Array(lines.joined(separator: "\n").utf8)

  static func records(_ path: String) throws -> [StoredRecord] {
    var file = try RecordFile(path)
    var records: [StoredRecord] = []
    while let record = try file.next() { records.append(record) }
    return records
  }

  @Test func `Plain and compressed files hold the same records, and say where`() throws {
    let folder = try TemporaryFolder()
    try Files.writeAtomically(Self.text, to: folder.path + "/plain.jsonl")
    var writer = try SeekableZstdWriter(folder.path + "/packed.jsonl.zst")
    try writer.append(Self.text)
    _ = try writer.commit()
    for name in ["plain.jsonl", "packed.jsonl.zst"] {
      let records = try Self.records(folder.path + "/" + name)
      #expect(records.map(\.bytes) == Self.lines.filter { !$0.isEmpty }.map { Array($0.utf8) })
      #expect(records.map(\.place.line) == [1, 3, 4])
      #expect(records.map(\.place.byte) == [0, 12, 12 + Self.lines[2].utf8.count + 1])
    }
  }

  @Test func `Zeros, as a torn disk leaves them, are no blank line`() throws {
    let folder = try TemporaryFolder()
    let bytes = Array("{\"id\":\"a\"}\n \t\r\n".utf8) + [UInt8](repeating: 0, count: 4096)
    try Files.writeAtomically(bytes, to: folder.path + "/torn.jsonl")
    let records = try Self.records(folder.path + "/torn.jsonl")
    #expect(records.map(\.place.line) == [1, 3])
    let fault = #expect(throws: Fault.self) { try records.last?.json() }
    #expect(fault?.place.line == 3 && fault?.place.byte == 15)
  }

  @Test(arguments: ["long.jsonl", "long.jsonl.zst"])
  func `A line beyond the limit ends reading where it begins`(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + name
    let short = repeatElement("{\"id\":\"a\"}\n", count: 60_000).joined()
    let text = Array((short + String(repeating: "b", count: 3 << 20) + "\n").utf8)
    if name.hasSuffix(".zst") {
      var writer = try SeekableZstdWriter(path)
      try writer.append(text)
      _ = try writer.commit()
    } else {
      try Files.writeAtomically(text, to: path)
    }
    var whole = try LinePieces(path, limit: 4 << 20)
    var count = 0
    while let piece = try whole.next() { count += piece.bytes.count }
    #expect(count == text.count)
    var pieces = try LinePieces(path, limit: 2 << 20)
    var read = 0
    let fault = #expect(throws: Fault.self) {
      while let piece = try pieces.next() { read += piece.bytes.count }
    }
    #expect(fault?.code == "text.line-size" && fault?.place.byte == short.utf8.count)
    #expect(read == short.utf8.count)
  }

  @Test func `An empty file has no records`() throws {
    let folder = try TemporaryFolder()
    try Files.writeAtomically([], to: folder.path + "/empty.jsonl")
    #expect(try Self.records(folder.path + "/empty.jsonl").isEmpty)
  }
}
