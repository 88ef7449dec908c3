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
    #expect(try reader.keys == (0..<Fixture.count).map(Fixture.key))
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
    // A reader keeps files open, so this one may still see the file that was replaced.
    let changed = #expect(throws: Fault.self) {
      try DatasetReader(folder.path).picture(digest, verifying: true)
    }
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
    #expect(try reader.keys == (0..<Fixture.count).map(Fixture.key))
    #expect(try reader.record(at: 17).json() == Fixture.record(17))
    let digest = SHA256.hexadecimal(of: Fixture.picture(17))
    #expect(try reader.picture(digest, verifying: true) == Fixture.picture(17))
    #expect(try DatasetCheck(folder.path).run().isClean)
  }

  @Test func `many threads read the same`() throws {
    let reader = try DatasetReader(folder.path)
    let order = Shuffle(reader.count, seed: 3, epoch: 0)
    let ids = try Lanes.map(order.count, workers: 4) { index in
      try reader.record(at: order[index]).json().string("id")
    }
    #expect(ids == (0..<order.count).map { Fixture.key(order[$0]) })
  }

  static func order(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    let shuffle = Shuffle(count, seed: seed, epoch: epoch)
    return (0..<count).map { shuffle[$0] }
  }

  @Test func `the order of an epoch is a permutation that depends on seed and epoch alone`() {
    let order = Self.order(1000, seed: 7, epoch: 2)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order == Self.order(1000, seed: 7, epoch: 2))
    #expect(order != Self.order(1000, seed: 7, epoch: 3))
    #expect(order != Self.order(1000, seed: 8, epoch: 2))
    for count in [0, 1, 2, 3, 4, 5, 16, 17, 63, 64, 65] {
      #expect(Self.order(count, seed: 7, epoch: 0).sorted() == Array(0..<count))
    }
  }

  @Test func `the order goes over the whole dataset`() {
    // Of records that are read first, as many come from each tenth of 100,000, within 5 deviations.
    let shuffle = Shuffle(100_000, seed: 1, epoch: 0)
    var tenths = [Int](repeating: 0, count: 10)
    for position in 0..<10_000 { tenths[shuffle[position] / 10_000] += 1 }
    #expect(tenths.allSatisfy { abs($0 - 1000) < 150 }, "\(tenths)")
  }

  @Test(arguments: [nil, ReadingPoint.Order(seed: 5, epoch: 1)])
  func `a reader goes on from a saved point`(_ order: ReadingPoint.Order?) throws {
    let reader = try DatasetReader(folder.path)
    var whole = try reader.cursor(at: ReadingPoint(order: order, count: reader.count))
    var ids: [String] = []
    var points: [JSON] = []
    while let record = try whole.next() {
      points.append(whole.point.json)
      ids.append(try record.json().string("id"))
    }
    #expect(ids.count == Fixture.count && Set(ids).count == Fixture.count)
    #expect((ids == (0..<Fixture.count).map(Fixture.key)) == (order == nil))
    for index in points.indices {
      let point = try ReadingPoint(json: try JSON.parse(points[index].bytes()))
      var rest = try DatasetReader(folder.path).cursor(at: point)
      var found: [String] = []
      while let record = try rest.next() { found.append(try record.json().string("id")) }
      #expect(found == Array(ids[(index + 1)...]))
    }
    let other = #expect(throws: Fault.self) {
      try reader.cursor(at: ReadingPoint(count: Fixture.count + 1))
    }
    #expect(other?.code == "dataset.other-point")
  }

  @Test func `a large dataset finds keys in its index and nowhere else`() throws {
    let large = try TemporaryFolder()
    try Fixture.write(large.path, indexedFrom: 10)
    #expect(Files.exists(large.path + "/keys.index"))
    let reader = try DatasetReader(large.path)
    // With the index, the lists of keys are not read.
    for name in try Files.names(in: large.path) where name.hasSuffix(".index.json") {
      try Files.writeAtomically(Array("{}".utf8), to: "\(large.path)/\(name)")
    }
    for index in 0..<Fixture.count {
      #expect(try reader.record(key: Fixture.key(index))?.json() == Fixture.record(index))
    }
    #expect(try reader.record(key: "q-40") == nil)
  }

  @Test func `an index of another state is not used`() throws {
    try Files.writeAtomically([1, 2, 3], to: folder.path + "/keys.index")
    #expect(try DatasetReader(folder.path).record(key: "q-3")?.json() == Fixture.record(3))
  }

  @Test func `shards are compared with the manifest before they are read, when asked`() throws {
    let path = folder.path + "/part-000001.jsonl.zst"
    let bytes = try Files.read(path)
    // A byte of the seek table's checksums that nobody looks at: only the digest shows it.
    try Files.writeAtomically(
      bytes.dropLast(14) + [bytes[bytes.count - 14] ^ 1] + bytes.suffix(13), to: path)
    let first =
      try DatasetReader(folder.path).manifest.shards
      .first { $0.content == .records }?.count ?? 0
    let reader = try DatasetReader(folder.path, verifying: true)
    #expect(try reader.record(at: 0).json() == Fixture.record(0))
    let fault = #expect(throws: Fault.self) { try reader.record(at: first) }
    #expect(fault?.code == "dataset.sha256")
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
