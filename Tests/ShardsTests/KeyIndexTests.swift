import Foundations
import JSONText
import Schemas
import Shards
import Testing

/// What leads from keys to records is held against the records themselves.
@Suite struct KeyIndexTests {
  let box: TemporaryFolderBox

  /// Of one bucket: 32 bytes of head, two bounds, then hash and position of every record.
  static let firstEntry = 48

  init() throws {
    box = try TemporaryFolderBox()
    try Fixture.write(box.path, indexedFrom: 10)
  }

  var keys: String { "\(box.path)/keys.index" }

  func faults() throws -> [Fault] { try DatasetCheck(box.path).run(workers: 2).findings.faults }

  @Test func `An index that leads elsewhere is found and written anew`() throws {
    let bytes = try Files.read(keys)
    #expect(bytes.count == Self.firstEntry + 16 * Fixture.count)
    #expect(try faults() == [] && DatasetRepair.run(box.path) == [])
    // The stamp, the count, a bound, the hashes, the positions.
    for (first, step) in [(8, 640), (16, 640), (40, 640), (Self.firstEntry, 16), (56, 16)] {
      var damaged = bytes
      for at in stride(from: first, to: bytes.count, by: step) { damaged[at] ^= 1 }
      try Files.writeAtomically(damaged, to: keys)
      let found = try faults()
      #expect(found.map(\.code) == ["dataset.index"] && found.first?.place.file == keys)
      #expect(try DatasetRepair.run(box.path).map(\.path) == [keys])
      #expect(try Files.read(keys) == bytes)
    }
  }

  @Test func `Beside a changed part the index stays`() throws {
    try Fixture.flip(keys, byte: Self.firstEntry)
    try Fixture.flip("\(box.path)/part-000000.jsonl.zst", byte: 40)
    let bytes = try Files.read(keys)
    #expect(try faults().allSatisfy { $0.place.file != keys })
    #expect(try DatasetRepair.run(box.path) == [])
    #expect(try Files.read(keys) == bytes)
  }

  @Test(arguments: [39, 47, firstEntry + 15])
  func `A number beyond Int is damage`(byte: Int) throws {
    var bytes = try Files.read(keys)
    for at in stride(from: byte, to: byte < Self.firstEntry ? byte + 1 : bytes.count, by: 16) {
      bytes[at] |= 0x80
    }
    try Files.writeAtomically(bytes, to: keys)
    let fault = #expect(throws: Fault.self) { try DatasetReader(box.path).record(key: "q-3") }
    #expect(fault?.code == "dataset.index" && fault?.place.file == keys)
  }

  @Test func `A list of keys in another order leads to no other record`() throws {
    try Files.remove(keys)
    let path = "\(box.path)/part-000000.index.json"
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    let swapped = text.replacing(#""q-0","q-1""#, with: #""q-1","q-0""#)
    try #require(swapped != text)
    try Files.writeAtomically(Array(swapped.utf8), to: path)
    let reader = try DatasetReader(box.path)
    let fault = #expect(throws: Fault.self) { try reader.record(key: "q-1") }
    #expect(fault?.code == "dataset.index" && fault?.place.line == 1)
    #expect(try reader.record(key: "q-2")?.json() == Fixture.record(2))
  }
}
