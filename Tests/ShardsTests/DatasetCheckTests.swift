import Foundations
import JSONText
import Schemas
import Shards
import Testing

@Suite struct `Dataset check` {
  let folder: TemporaryFolderBox

  init() throws {
    folder = try TemporaryFolderBox()
    try Fixture.write(folder.path)
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  func faults() throws -> [Fault] {
    let one = try DatasetCheck(folder.path).run(workers: 1)
    #expect(try DatasetCheck(folder.path).run(workers: 3) == one)
    return one.findings.faults
  }

  @Test func `a dataset as it was written is clean`() throws {
    let report = try DatasetCheck(folder.path).run()
    #expect(report.findings.faults == [])
    #expect(report.records == Fixture.count && report.pictures == Fixture.count / 2)
    #expect(report.shards > 4 && report.bytes > 10_000 && report.isClean)
  }

  @Test func `a flipped byte of a part is found with file and frame`() throws {
    try Fixture.flip(path("part-000001.jsonl.zst"), byte: 40)
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.sha256", "zstd.damaged"])
    #expect(faults.allSatisfy { $0.place.file == path("part-000001.jsonl.zst") })
    #expect(faults.last?.place.byte == 0)
  }

  @Test func `a flipped byte of a picture is found with member and byte`() throws {
    try Fixture.flip(path("media-000001.tar"), byte: 512 + 100)
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.sha256", "dataset.digest"])
    #expect(faults.last?.place.file == path("media-000001.tar"))
    #expect(faults.last?.place.byte == 512)
    #expect(faults.last?.place.member?.hasSuffix("g") == true)
  }

  @Test func `any flipped byte of a shard, an index or a manifest line is found in that file`()
    throws
  {
    for name in try Files.names(in: folder.path) where name != "manifest.json" {
      let bytes = try Files.read(path(name))
      for byte in stride(from: 0, to: bytes.count, by: max(bytes.count / 16, 1)) {
        try Fixture.flip(path(name), byte: byte)
        let faults = try DatasetCheck(folder.path).run(workers: 1).findings.faults
        #expect(faults.contains { $0.place.file == path(name) }, "\(name), byte \(byte): \(faults)")
        try Files.writeAtomically(bytes, to: path(name))
      }
    }
    #expect(try faults() == [])
  }

  @Test func `a removed line is found with its line and record`() throws {
    try Fixture.rewrite(folder.path, "part-000000.jsonl.zst") { $0.remove(at: 3) }
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.count", "dataset.missing-record"])
    let place = Place(file: path("part-000000.jsonl.zst"), record: "q-3", line: 4)
    #expect(faults.last?.place == place)
  }

  @Test func `without index a removed line is found with its part`() throws {
    try Fixture.rewrite(folder.path, "part-000000.jsonl.zst") { $0.remove(at: 3) }
    try Files.remove(path("part-000000.index.json"))
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.count"])
    #expect(faults.first?.place.file == path("part-000000.jsonl.zst"))
  }

  @Test func `a removed line of the manifest is found with its line`() throws {
    var lines = try JSONLines.parse(try Files.read(path("manifest.jsonl")))
    lines.removeLast()
    try Files.writeAtomically(JSONLines.bytes(of: lines), to: path("manifest.jsonl"))
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.manifest"])
    #expect(faults.first?.place == Place(file: path("manifest.jsonl"), line: lines.count + 1))
  }

  @Test func `a missing picture is found in the media shard and in the records`() throws {
    let name = try Fixture.remove(folder.path, "media-000000.tar", member: 1)
    let faults = try faults()
    let digest = SHA256.hexadecimal(of: Fixture.picture(2))
    #expect(name == digest + ".jpg")
    let missing = faults.filter { $0.code == "dataset.no-picture" }
    #expect(
      missing.map(\.place)
        == [2, 3].map {
          Place(
            file: path("part-000000.jsonl.zst"), record: "q-\($0)", key: "images[0]", line: $0 + 1)
        })
    let member = faults.filter { $0.code == "dataset.missing-picture" }
    #expect(member.map(\.place.member) == [name])
    #expect(member.map(\.place.file) == [path("media-000000.tar")])
    #expect(
      faults.contains { $0.code == "dataset.count" && $0.place.file == path("media-000000.tar") })
  }

  @Test func `an index in another form is as good`() throws {
    let index = path("part-000000.index.json")
    let json = try JSON.parse(try Files.read(index))
    try Files.writeAtomically(json.bytes(pretty: true), to: index)
    #expect(try faults() == [])
  }

  @Test func `keys of any letters are found in the index`() throws {
    let other = try TemporaryFolder()
    let keys = [
      #"a"b"#, #"\"#, "", "é\u{1}", "],\"keys\":[", String(repeating: "k", count: 2000),
    ]
    let writer = try DatasetWriter(
      folder: other.path, dataset: "keys", records: .question,
      pipeline: String(repeating: "0", count: 64), indexedFrom: 1)
    for key in keys {
      let line: JSON = ["kind": "question", "id": .string(key)]
      try writer.append(line: line.bytes(), key: key)
    }
    _ = try writer.close()
    let reader = try DatasetReader(other.path)
    #expect(try reader.keys == keys)
    for key in keys { #expect(try reader.record(key: key)?.json().string("id") == key) }
    #expect(try DatasetCheck(other.path).run().isClean)
  }

  @Test func `a missing shard is one finding`() throws {
    try Files.remove(path("media-000001.tar"))
    try Files.remove(path("part-000002.jsonl.zst"))
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.missing-shard", "dataset.missing-shard"])
    #expect(
      Set(faults.map(\.place.file)) == [path("media-000001.tar"), path("part-000002.jsonl.zst")])
  }

  @Test func `bad lines, repeated ids and strays are found with their places`() throws {
    try Fixture.rewrite(folder.path, "part-000001.jsonl.zst") {
      $0[0] = #"{"kind": "question", "id": }"#
      $0[1] = #"{"kind": "tree", "id": "t"}"#
      $0[2] = String(decoding: Fixture.record(0).bytes(), as: UTF8.self)
    }
    try Files.writeAtomically([], to: path("part-000077.jsonl.zst"))
    let faults = try faults()
    let part = path("part-000001.jsonl.zst")
    let syntax = faults.first { $0.place.line == 1 }
    #expect(syntax?.code.hasPrefix("json.") == true && syntax?.place.byte == 27)
    #expect(syntax?.place.file == part)
    let kind = faults.first { $0.code == "dataset.kind" }
    #expect(kind?.place == Place(file: part, record: "t", key: "kind", line: 2))
    let repeated = faults.first { $0.code == "dataset.duplicate" }
    #expect(repeated?.place == Place(file: part, record: "q-0", line: 3))
    #expect(faults.contains { $0.place.file == path("part-000077.jsonl.zst") })
  }

  @Test func `what a record says of a picture must be so`() throws {
    try Fixture.rewrite(folder.path, "part-000000.jsonl.zst") {
      $0[0] = $0[0].replacing(#""bytes":301"#, with: #""bytes":300"#)
      $0[1] = $0[1].replacing(#""width":640"#, with: #""width":641"#)
      $0[2] = $0[2].replacing(#""jpeg""#, with: #""png""#)
    }
    let faults = try faults()
    #expect(
      faults.map { "\($0.code) \($0.place.line ?? 0)" } == [
        "dataset.picture-bytes 1", "dataset.picture-described 2", "dataset.picture-format 3",
        "dataset.picture-described 4",
      ])
  }

  @Test func `upper rooms add checks, whose findings are placed`() throws {
    let check = DatasetCheck(
      folder.path,
      record: { json in
        json["id"] == "q-5" ? [Fault("test.record", "no", at: Place(key: "answer"))] : []
      },
      picture: { bytes, medium in
        medium?.bytes == bytes.count && bytes.last != 4 ? [] : [Fault("test.picture", "no")]
      })
    let faults = try check.run().findings.faults
    #expect(faults.map(\.code) == ["test.record", "test.picture"])
    #expect(faults.first?.place.record == "q-5" && faults.first?.place.key == "answer")
    #expect(faults.first?.place.line != nil && faults.first?.place.file != nil)
    #expect(faults.last?.place.member?.contains(".") == true)
  }

  @Test func `an unfinished dataset is checked as far as it goes`() throws {
    let other = try TemporaryFolder()
    #expect(throws: Fault.self) {
      try Fixture.write(other.path) { moment throws(Fault) in
        if moment == .beforeManifest { throw Fault("test.crash", "dark") }
      }
    }
    let report = try DatasetCheck(other.path).run()
    #expect(report.findings.faults.map(\.code) == ["dataset.unfinished"])
    #expect(report.records == Fixture.count)
  }
}
