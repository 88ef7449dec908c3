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
