import Foundations
import Geometry
import JSONText
import Operators
import Schemas
import Shards
import Testing

@Suite struct DatasetValidationTests {
  let scratch: Scratch
  let folder: String

  init() throws {
    scratch = try Scratch()
    folder = scratch.path + "/squares"
    try SmallDataset.write(to: folder)
  }

  var part: String { "\(folder)/part-000000.jsonl.zst" }
  var media: String { "\(folder)/media-000000.tar" }

  func faults(schema: JSONSchema? = nil) throws -> [Fault] {
    var validation = DatasetValidation(schema: schema)
    return try validation.run(folder, workers: 2).findings.faults
  }

  @Test func `A dataset as it was written is valid`() throws {
    var validation = DatasetValidation()
    let report = try validation.run(folder, workers: 2)
    #expect(report.findings.faults == [])
    #expect(report.records == 6 && report.pictures == 6 && report.shards == 2)
  }

  @Test func `One flipped byte is found`() throws {
    try SmallDataset.flip(part, byte: 60)
    #expect(try faults().contains { $0.code == "dataset.sha256" && $0.place.file == part })
  }

  @Test func `One flipped byte of a picture is found at its member`() throws {
    try SmallDataset.flip(media, byte: 512 + 60)
    let faults = try faults()
    #expect(faults.map(\.code).starts(with: ["dataset.sha256", "dataset.digest"]))
    #expect(faults.last?.place.member?.hasSuffix(".png") == true)
  }

  @Test func `One removed line is found`() throws {
    try SmallDataset.rewrite(folder) { _ = $0.remove(at: 2) }
    let faults = try faults()
    #expect(faults.map(\.code) == ["dataset.count", "dataset.missing-record"])
    #expect(faults.last?.place == Place(file: part, record: "q-2", line: 3))
  }

  @Test func `One box outside of its picture is found at file, line, record and key`() throws {
    try SmallDataset.rewrite(folder) {
      $0[4] = $0[4].replacing(#""box":[5,5,15,15]}]"#, with: #""box":[5,5,15,31]}]"#)
    }
    let faults = try faults()
    #expect(faults.map(\.code) == ["box.outside"])
    #expect(
      faults.first?.place == Place(file: part, record: "q-4", key: "targets[0].box", line: 5))
  }

  @Test func `A record that does not fit its schema is found with the path in it`() throws {
    try SmallDataset.rewrite(folder) {
      $0[1] = $0[1].replacing(#""width":40"#, with: #""width":0"#)
    }
    let faults = try faults().filter { $0.code == "schema.violation" }
    #expect(faults.map(\.place.key) == ["images[0].width"])
    #expect(faults.first?.place.line == 2)
  }

  @Test func `One missing picture is found in the shard and in the record`() throws {
    try SmallDataset.rewritePictures(folder) { _ = $0.remove(at: 3) }
    let faults = try faults()
    let missing = faults.first { $0.code == "dataset.no-picture" }
    #expect(missing?.place == Place(file: part, record: "q-3", key: "images[0]", line: 4))
    #expect(faults.contains { $0.code == "dataset.missing-picture" && $0.place.file == media })
  }

  @Test func `A picture that does not decode, or has another size, is found`() throws {
    let broken = Array(SmallDataset.picture(0).dropLast(30))
    let digest = SHA256.hexadecimal(of: broken)
    var question = SmallDataset.question(0)
    question.images[0].sha256 = digest
    question.images[0].bytes = broken.count
    var other = SmallDataset.question(1)
    other.images[0].size.width = 41
    let folder = scratch.path + "/broken"
    try SmallDataset.write(
      [question, other], pictures: [broken, SmallDataset.picture(1)], to: folder)
    var validation = DatasetValidation()
    let faults = try validation.run(folder).findings.faults
    #expect(faults.count == 2 && faults[0].code.hasPrefix("image."), "\(faults)")
    #expect(faults[0].place.member == digest + ".png")
    #expect(faults.last?.code == "dataset.picture-size")
  }

  @Test func `A picture in two splits is found, in one dataset and over two`() throws {
    let folder = scratch.path + "/straddling"
    let questions = [
      SmallDataset.question(0), SmallDataset.question(1),
      SmallDataset.question(2, picture: 0, split: "test"),
      SmallDataset.question(3, picture: 0, split: "test"),
    ]
    try SmallDataset.write(questions, pictures: [0, 1].map(SmallDataset.picture), to: folder)
    var validation = DatasetValidation()
    let faults = try validation.run(folder, workers: 3).findings.faults
    #expect(faults.map(\.code) == ["dataset.split-overlap"])
    #expect(faults[0].place.line == 3 && faults[0].place.record == "q-2")
    #expect(faults[0].message.contains("\"test\"") && faults[0].message.contains("line 1"))

    let second = scratch.path + "/second"
    try SmallDataset.write(
      [SmallDataset.question(9, picture: 5, split: "test")], pictures: [SmallDataset.picture(5)],
      to: second)
    var both = DatasetValidation()
    #expect(try both.run(self.folder).isClean)
    #expect(try both.run(second).findings.faults.map(\.code) == ["dataset.split-overlap"])
  }

  @Test func `A schema of the user's is held to too`() throws {
    let schema = try JSONSchema(json: ["properties": ["id": ["pattern": "^q-[0-4]$"]]])
    let faults = try faults(schema: schema)
    #expect(faults.map(\.place.record) == ["q-5"])
    #expect(faults.first?.place.key == "id")
  }

  @Test func `A folder without manifest cannot be checked`() throws {
    var validation = DatasetValidation()
    #expect { try validation.run(scratch.path) } throws: {
      ($0 as? Fault)?.code == "dataset.no-manifest"
    }
  }
}
