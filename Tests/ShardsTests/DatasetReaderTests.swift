import Foundations
import JSONText
import Schemas
import Shards
import Testing

@Suite struct `Dataset reader` {
  let folder: TemporaryFolderBox

  init() throws {
    folder = try TemporaryFolderBox()
    try Fixture.write(folder.path)
  }

  @Test func `records come in order with their place, and by position and key`() throws {
    let reader = try DatasetReader(folder.path)
    #expect(reader.count == Fixture.count && reader.isFinished)
    #expect(reader.keys == (0..<Fixture.count).map(Fixture.key))
    var cursor = reader.cursor()
    var index = 0
    var lines: [String: Int] = [:]
    while let stored = try cursor.next() {
      #expect(try stored.json() == Fixture.record(index))
      let file = try #require(stored.place.file)
      lines[file, default: 0] += 1
      #expect(stored.place.line == lines[file])
      #expect(try reader.record(at: index).place == stored.place)
      #expect(try reader.record(key: Fixture.key(index))?.bytes == stored.bytes)
      #expect(try stored.record(as: Question.self).id == Fixture.key(index))
      index += 1
    }
    #expect(index == Fixture.count && lines.count > 2)
    #expect(try reader.record(key: "q-40") == nil)
    let batches = try (0..<reader.batchCount).flatMap { try reader.batch($0).map(\.place) }
    #expect(
      batches.count == Fixture.count && Set(batches.map(\.description)).count == batches.count)
  }

  @Test func `pictures are read by digest, checked when asked`() throws {
    let reader = try DatasetReader(folder.path)
    for index in 0..<Fixture.count {
      let digest = SHA256.hexadecimal(of: Fixture.picture(index))
      #expect(try reader.picture(digest, verifying: true) == Fixture.picture(index))
    }
    let absent = #expect(throws: Fault.self) { try reader.picture(Fixture.pipeline) }
    #expect(absent?.code == "dataset.no-picture")
    try Fixture.flip(folder.path + "/media-000000.tar", byte: 600)
    let digest = SHA256.hexadecimal(of: Fixture.picture(0))
    let changed = #expect(throws: Fault.self) { try reader.picture(digest, verifying: true) }
    #expect(changed?.code == "dataset.digest" && changed?.place.member == digest + ".png")
    #expect(throws: Fault.self) { try reader.verifyChecksums(workers: 2) }
  }

  @Test func `another dataset lends its pictures`() throws {
    let other = try TemporaryFolder()
    _ = try DatasetWriter(
      folder: other.path, dataset: "none", records: .sft, pipeline: Fixture.pipeline
    ).close()
    let reader = try DatasetReader(other.path, others: [try DatasetReader(folder.path)])
    let digest = SHA256.hexadecimal(of: Fixture.picture(3))
    #expect(try reader.picture(digest) == Fixture.picture(3))
    #expect(try reader.hasPicture(digest) && !reader.hasPicture(Fixture.pipeline))
  }

  @Test func `without the indices a scan gives the same`() throws {
    let indices = try Files.names(in: folder.path).filter { $0.hasSuffix(".index.json") }
    #expect(indices.count > 4)
    for name in indices { try Files.remove("\(folder.path)/\(name)") }
    let reader = try DatasetReader(folder.path)
    #expect(reader.keys == (0..<Fixture.count).map(Fixture.key))
    #expect(try reader.record(at: 17).json() == Fixture.record(17))
    let digest = SHA256.hexadecimal(of: Fixture.picture(17))
    #expect(try reader.picture(digest, verifying: true) == Fixture.picture(17))
    #expect(try DatasetCheck(folder.path).run().isClean)
  }

  @Test func `many threads read the same`() throws {
    let reader = try DatasetReader(folder.path)
    let order = Shuffle.order(reader.count, seed: 3, epoch: 0)
    let ids = try Lanes.map(order.count, workers: 4) { index in
      try reader.record(at: order[index]).json().string("id")
    }
    #expect(ids == order.map(Fixture.key))
  }

  @Test func `the order of an epoch depends on seed and epoch alone`() {
    let order = Shuffle.order(1000, seed: 7, epoch: 2)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order == Shuffle.order(1000, seed: 7, epoch: 2))
    #expect(order != Shuffle.order(1000, seed: 7, epoch: 3))
    #expect(order != Shuffle.order(1000, seed: 8, epoch: 2))
    #expect(Shuffle.order(0, seed: 7, epoch: 0).isEmpty)
  }

  @Test func `a damaged frame and a line that is no JSON are faults with their byte`() throws {
    try Fixture.rewrite(folder.path, "part-000000.jsonl.zst") { $0[1] = #"{"id": nul}"# }
    let bad = #expect(throws: Fault.self) {
      try DatasetReader(folder.path).record(at: 1).json()
    }
    #expect(bad?.place.line == 2 && bad?.place.file?.hasSuffix("part-000000.jsonl.zst") == true)
    try Fixture.flip(folder.path + "/part-000001.jsonl.zst", byte: 40)
    let reader = try DatasetReader(folder.path)
    let first = reader.manifest.shards.first { $0.content == .records }?.count ?? 0
    let damaged = #expect(throws: Fault.self) { try reader.record(at: first) }
    #expect(damaged?.code == "zstd.damaged" && damaged?.place.byte == 0)
  }

  @Test func `a folder without manifest is no dataset`() throws {
    let empty = try TemporaryFolder()
    let fault = #expect(throws: Fault.self) { try DatasetReader(empty.path) }
    #expect(fault?.code == "dataset.no-manifest")
  }
}

/// A temporary folder that a suite can hold.
final class TemporaryFolderBox {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init() throws { folder = try TemporaryFolder() }
}
