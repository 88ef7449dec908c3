import Foundations
import JSONText
import Schemas
import Shards
import Testing

@Suite struct `Dataset writer` {
  static let crash = Fault("test.crash", "the machine went dark")

  @Test func `shards have numbers, and the manifest tells what is in them`() throws {
    let folder = try TemporaryFolder()
    try Fixture.write(folder.path)
    let manifest = try Manifest(
      json: try JSON.parse(try Files.read(folder.path + "/manifest.json")))
    let parts = manifest.shards.filter { $0.content == .records }
    let media = manifest.shards.filter { $0.content == .media }
    #expect(parts.count > 2 && media.count > 2)
    #expect(parts.map(\.name) == parts.indices.map { "part-00000\($0).jsonl.zst" })
    #expect(media.map(\.name) == media.indices.map { "media-00000\($0).tar" })
    #expect(parts.reduce(0) { $0 + $1.count } == Fixture.count)
    #expect(media.reduce(0) { $0 + $1.count } == Fixture.count / 2)
    #expect(parts.first?.firstKey == "q-0" && parts.last?.lastKey == "q-39")
    #expect(parts.allSatisfy { $0.split == "train" && $0.inputs.count == 1 })
    #expect(parts.last?.inputs.last?.positions.upperBound == Fixture.count)
    for shard in manifest.shards {
      let path = "\(folder.path)/\(shard.name)"
      #expect(try Files.size(path) == shard.bytes && Files.sha256(path) == shard.sha256)
    }
    let lines = try JSONLines.parse(try Files.read(folder.path + "/manifest.jsonl"))
    #expect(lines == manifest.shards.map(\.json))
  }

  @Test func `a crash at any moment is made good by running again, to the same bytes`() throws {
    let whole = try TemporaryFolder()
    var moments: [DatasetWriter.Moment] = []
    try Fixture.write(whole.path) { moments.append($0) }
    let expected = try Fixture.files(whole.path)
    #expect(moments.count > 15)
    for moment in moments {
      let folder = try TemporaryFolder()
      #expect(throws: Self.crash) {
        try Fixture.write(folder.path) { reached throws(Fault) in
          if reached == moment { throw Self.crash }
        }
      }
      #expect(!Files.exists(folder.path + "/manifest.json"))
      try Fixture.write(folder.path)
      #expect(try Fixture.files(folder.path) == expected, "after \(moment)")
    }
  }

  @Test func `a run that crashes at every step ends with the same bytes`() throws {
    let whole = try TemporaryFolder()
    let folder = try TemporaryFolder()
    try Fixture.write(whole.path)
    var (attempts, isDone) = (0, false)
    while !isDone {
      attempts += 1
      var lines = 0
      do {
        try Fixture.write(folder.path) { moment throws(Fault) in
          if case .afterLine = moment { lines += 1 }
          if lines == 1 { throw Self.crash }
        }
        isDone = true
      } catch {
        #expect(error == Self.crash)
      }
    }
    #expect(attempts > 6)
    #expect(try Fixture.files(folder.path) == Fixture.files(whole.path))
  }

  @Test func `a torn last line is as if it had never been written`() throws {
    let whole = try TemporaryFolder()
    let folder = try TemporaryFolder()
    try Fixture.write(whole.path)
    #expect(throws: Self.crash) {
      try Fixture.write(folder.path) { moment throws(Fault) in
        if moment == .beforeLine("part-000001.jsonl.zst") { throw Self.crash }
      }
    }
    let path = folder.path + "/manifest.jsonl"
    let bytes = try Files.read(path)
    try Files.writeAtomically(bytes + Array(#"{"name":"part-000"#.utf8), to: path)
    #expect(try DatasetReader(folder.path).manifest.shards.count == JSONLines.parse(bytes).count)
    try Fixture.write(folder.path)
    #expect(try Fixture.files(folder.path) == Fixture.files(whole.path))
  }

  @Test func `another dataset, a finished one and a spoilt one are refused`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: Self.crash) {
      try Fixture.write(folder.path) { moment throws(Fault) in
        if moment == .beforeManifest { throw Self.crash }
      }
    }
    let other = #expect(throws: Fault.self) {
      try DatasetWriter(
        folder: folder.path, dataset: "other", records: .question, pipeline: Fixture.pipeline)
    }
    #expect(other?.code == "dataset.other")
    try Files.truncate(folder.path + "/part-000001.jsonl.zst", to: 10)
    let spoilt = #expect(throws: Fault.self) { try Fixture.write(folder.path) }
    #expect(spoilt?.code == "dataset.damaged")
    #expect(spoilt?.place.file == folder.path + "/part-000001.jsonl.zst")
    let whole = try TemporaryFolder()
    try Fixture.write(whole.path)
    let finished = #expect(throws: Fault.self) { try Fixture.write(whole.path) }
    #expect(finished?.code == "dataset.finished")
  }

  @Test func `files that are not its own are left alone`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("media-of-mine.tar", [1])
    #expect(throws: Self.crash) {
      try Fixture.write(folder.path) { moment throws(Fault) in
        if moment == .beforeLine("media-000000.tar") { throw Self.crash }
      }
    }
    try Fixture.write(folder.path)
    #expect(try Files.read(folder.path + "/media-of-mine.tar") == [1])
    let stray = try TemporaryFolder()
    _ = try stray.file("part-000000.jsonl.zst", [1])
    let fault = #expect(throws: Fault.self) { try Fixture.write(stray.path) }
    #expect(fault?.code == "dataset.strays")
  }

  @Test func `a dataset without records is a manifest without shards`() throws {
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(
      folder: folder.path, dataset: "none", records: .sft, pipeline: Fixture.pipeline)
    #expect(try writer.close().shards.isEmpty)
    let reader = try DatasetReader(folder.path)
    #expect(try reader.isFinished && reader.count == 0 && reader.keys.isEmpty)
    #expect(try DatasetCheck(folder.path).run().isClean)
  }
}
