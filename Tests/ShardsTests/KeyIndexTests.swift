import Foundations
import JSONText
import Schemas
import Shards
import Testing

/// The index that leads from keys to records, and ways to damage it.
@Suite struct KeyIndexTests {
  let box: TemporaryFolderBox

  /// Of one bucket: 32 bytes of head, two bounds, then hash and position of every record.
  static let firstEntry = 48

  init() throws {
    box = try TemporaryFolderBox()
    let writer = try DatasetWriter(
      folder: box.path, dataset: "photos", records: .question, pipeline: Fixture.pipeline,
      shardBytes: 2500, indexedFrom: 10)
    for index in 0..<Fixture.count {
      _ = try writer.add(picture: Fixture.picture(index), format: Fixture.format(index))
      try writer.append(try Question(json: Fixture.record(index)))
    }
    _ = try writer.close()
  }

  var keys: String { "\(box.path)/keys.index" }

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
}
