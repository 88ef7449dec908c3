import Archiving
import Foundations
import Glibc
import JSONText
import Schemas
import Shards
import Testing

/// Datasets that say of themselves what cannot be: a fault, and neither a trap nor a wait.
@Suite struct LyingDatasetTests {
  let box: TemporaryFolderBox

  init() throws {
    box = try TemporaryFolderBox()
    try Fixture.write(box.path)
  }

  func path(_ name: String) -> String { "\(box.path)/\(name)" }

  func edit(_ change: (inout [ShardEntry]) -> Void) throws {
    var manifest = try Manifest(json: try JSON.parse(try Files.read(path("manifest.json"))))
    change(&manifest.shards)
    try Files.writeAtomically(manifest.json.bytes(), to: path("manifest.json"))
    try Files.writeAtomically(
      JSONLines.bytes(of: manifest.shards.map(\.json)), to: path("manifest.jsonl"))
  }

  func code(_ body: () throws -> Void) -> String? {
    #expect(throws: Fault.self) { try body() }?.code
  }

  @Test func `Numbers that cannot be added are refused with the manifest`() throws {
    for change: (inout ShardEntry) -> Void in [
      { $0.bytes = 1 << 62 + 5 }, { $0.count = .max }, { $0.bytes = 1 << 47 },
    ] {
      try edit { shards in for index in shards.indices { change(&shards[index]) } }
      #expect(code { _ = try DatasetCheck(box.path).run() } == "dataset.manifest")
      #expect(code { _ = try DatasetReader(box.path) } == "dataset.manifest")
    }
  }

  @Test func `Pictures are found whatever their number is said to be`() throws {
    try edit { shards in
      for index in shards.indices where shards[index].content == .media {
        shards[index].count = 1 << 44
      }
    }
    let digest = SHA256.hexadecimal(of: Fixture.picture(3))
    #expect(try DatasetReader(box.path).picture(digest) == Fixture.picture(3))
  }

  @Test func `More records than an index can have keys are damage before memory is taken`() throws {
    let count = 1 << 40 - 1
    try edit { shards in
      for index in shards.indices where shards[index].name == "part-000000.jsonl.zst" {
        shards[index].count = count
      }
    }
    let index = #"{"kind":"record-index","version":1,"frames":[\#(count)],"keys":["q-0"]}"#
    try Files.writeAtomically(Array(index.utf8), to: path("part-000000.index.json"))
    #expect(code { _ = try DatasetReader(box.path) } == "dataset.index")
    let append = code {
      _ = try DatasetWriter(
        folder: box.path, dataset: "photos", records: .question,
        pipeline: String(repeating: "0", count: 64), appending: true)
    }
    #expect(append == "dataset.index")
  }

  @Test func `The records of all frames are bounded too`() throws {
    let frames = Array(repeating: "\(1 << 47)", count: 1 << 16).joined(separator: ",")
    let index = #"{"kind":"record-index","version":1,"frames":[\#(frames)],"keys":[]}"#
    try Files.writeAtomically(Array(index.utf8), to: path("part-000000.index.json"))
    #expect(code { _ = try DatasetReader(box.path) } == "dataset.index")
  }

  static func peakBytes() throws -> Int {
    let status = String(decoding: try Files.read("/proc/self/status"), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber))) << 10
  }

  @Test func `A frame of nothing but short lines takes no more memory than its findings`()
    async throws
  {
    let count = 200_000
    var writer = try SeekableZstdWriter(path("part-000000.jsonl.zst"), frameBytes: 1 << 30)
    try writer.append(Array(repeatElement("1\n".utf8, count: count).joined()))
    _ = try writer.commit()
    await #expect(processExitsWith: .success) { [path = box.path as String, count = count as Int] in
      let before = try Self.peakBytes()
      let report = try DatasetCheck(path).run(workers: 1)
      #expect(report.records > count && report.findings.omitted > count - Findings.most)
      #expect(try Self.peakBytes() - before < 32 << 20)
    }
  }

  @Test func `A shard outside of the folder is not opened`() throws {
    try edit { $0[0].name = "../../../dev/zero" }
    #expect(code { _ = try DatasetCheck(box.path).run() } == "dataset.manifest")
  }

  @Test(arguments: ["media-000000.tar", "part-000000.jsonl.zst", "part-000000.index.json"])
  func `A pipe in place of a file is a finding`(name: String) throws {
    try Files.remove(path(name))
    try #require(mkfifo(path(name), 0o600) == 0)
    try edit { shards in
      for index in shards.indices where shards[index].name == name { shards[index].bytes = 0 }
    }
    let faults = try DatasetCheck(box.path).run(workers: 1).findings.faults
    #expect(faults.contains { $0.code == "file.is-special" && $0.place.file == path(name) })
  }

  @Test func `A pipe in place of the manifest is refused`() throws {
    try Files.remove(path("manifest.json"))
    try #require(mkfifo(path("manifest.json"), 0o600) == 0)
    #expect(code { _ = try DatasetCheck(box.path).run() } == "file.is-special")
  }
}
