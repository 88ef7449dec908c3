import Foundations
import JSONText
import Schemas
import Shards
import Testing

/// `DatasetRepair` mends what lies beside the data, and the data keeps its bytes.
@Suite struct DatasetRepairTests {
  let box: TemporaryFolderBox

  init() throws {
    box = try TemporaryFolderBox()
    try Fixture.write(box.path)
  }

  var folder: String { box.path }

  func digests() throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try Files.names(in: folder) {
      digests[name] = try Files.sha256("\(folder)/\(name)")
    }
    return digests
  }

  func put(_ text: String, _ name: String) throws {
    try Files.writeAtomically(Array(text.utf8), to: "\(folder)/\(name)")
  }

  var findings: [String] {
    get throws { try DatasetCheck(folder).run(workers: 1).findings.faults.map(\.code) }
  }

  @Test func `A dataset as it was written needs nothing`() throws {
    let before = try digests()
    #expect(try DatasetRepair.run(folder) == [])
    #expect(try digests() == before)
  }

  @Test func `Indices and lines of the manifest come back byte by byte, partial files go`() throws {
    let before = try digests()
    try Files.remove("\(folder)/part-000000.index.json")
    try put("{", "media-000000.index.json")
    try put("", "manifest.jsonl")
    try put("half", "part-000001.jsonl.zst.partial")
    try put("half", "manifest.json.partial")
    #expect(try !findings.isEmpty)
    let deeds = try DatasetRepair.run(folder)
    #expect(
      Set(deeds.map { "\($0.kind.rawValue) \($0.path.dropFirst(folder.count + 1))" }) == [
        "rebuilt part-000000.index.json", "rebuilt media-000000.index.json",
        "rebuilt manifest.jsonl", "removed part-000001.jsonl.zst.partial",
        "removed manifest.json.partial",
      ])
    #expect(try digests() == before)
    #expect(try findings == [])
  }

  @Test func `An index that differs is rebuilt only beside a shard that is whole`() throws {
    let index = #"{"kind":"record-index","version":1,"frames":[1],"keys":["other"]}"#
    let before = try digests()
    try put(index, "part-000000.index.json")
    var bytes = try Files.read("\(folder)/part-000000.jsonl.zst")
    bytes[60] ^= 1
    try Files.writeAtomically(bytes, to: "\(folder)/part-000000.jsonl.zst")
    let damaged = try digests()
    #expect(try DatasetRepair.run(folder) == [])
    #expect(try digests() == damaged)
    bytes[60] ^= 1
    try Files.writeAtomically(bytes, to: "\(folder)/part-000000.jsonl.zst")
    #expect(try DatasetRepair.run(folder).map(\.kind) == [.rebuilt])
    #expect(try digests() == before)
  }

  @Test func `Strays and other people's files stay, an unfinished dataset is left alone`() throws {
    try put("mine", "notes.txt.partial")
    try put("data", "part-000999.jsonl.zst")
    let before = try digests()
    #expect(try DatasetRepair.run(folder) == [])
    #expect(try digests() == before)
    try put(
      String(decoding: try Files.read("\(folder)/manifest.json"), as: UTF8.self),
      "manifest.unfinished.json")
    try put("half", "media-000001.tar.partial")
    #expect(try DatasetRepair.run(folder) == [])
    #expect(Files.exists("\(folder)/media-000001.tar.partial"))
  }
}
