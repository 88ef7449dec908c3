import Archiving
import Foundations
import Geometry
import Imaging
import JSONText
import Operators
import Prompting
import Schemas
import Shards
import Testing

@Suite struct ExportTests {
  let scratch: Scratch
  let dataset: String

  init() throws {
    scratch = try Scratch()
    dataset = scratch.path + "/dataset"
    let questions = (0..<6).map { SmallDataset.question($0, split: $0 < 4 ? "train" : "test") }
    try SmallDataset.write(
      questions, pictures: (0..<6).map { SmallDataset.picture($0) }, to: dataset)
  }

  func export(_ settings: ExportSettings, as name: String, workers: Int = 2) throws
    -> DatasetExport.Report
  {
    try DatasetExport(DatasetReader(dataset), settings)
      .run(to: "\(scratch.path)/\(name)", workers: workers)
  }

  /// The bytes of all files below a folder, by path.
  func files(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try Files.names(in: folder) {
      let path = "\(folder)/\(name)"
      if Files.isFolder(path) {
        for (inner, bytes) in try self.files(path) { files["\(name)/\(inner)"] = bytes }
      } else {
        files[name] = try Files.read(path)
      }
    }
    return files
  }

  func rows(_ path: String) throws -> [JSON] {
    try JSONLines.parse(try Files.read("\(scratch.path)/\(path)"))
  }

  @Test(arguments: ExportTarget.allCases)
  func `Every export is the same on one worker and on four, and never overwrites`(
    _ target: ExportTarget
  ) throws {
    let report = try export(ExportSettings(target), as: "a")
    #expect(report.records == 6 && report.rows == ["train": 4, "test": 2])
    #expect(report.dropped.isEmpty && report.pictures == 6)
    _ = try export(ExportSettings(target), as: "b", workers: 4)
    #expect(try files(scratch.path + "/a") == files(scratch.path + "/b"))
    let marker = try JSON.parse(try Files.read(scratch.path + "/a/export.json"))
    #expect(try marker.string("target") == target.rawValue)
    let error = #expect(throws: Fault.self) { try export(ExportSettings(target), as: "a") }
    #expect(error?.code == "file.exists")
  }

  @Test func `What an interrupted export left is no hindrance`() throws {
    try Files.makeFolder(scratch.path + "/a.partial/images")
    try Files.writeAtomically([1, 2], to: scratch.path + "/a.partial/images/rest.png")
    _ = try export(ExportSettings(.trl), as: "a")
    #expect(try files(scratch.path + "/a")["images/rest.png"] == nil)
    #expect(!Files.exists(scratch.path + "/a.partial"))
  }

  @Test func `Boxes are in the frame asked for`() throws {
    // 40x30 is seen at 84x56: the least area of 3136 at the nearest aspect, sides rounded up.
    let view = try DomainCatalog.screens.view(of: SmallDataset.size)
    #expect(view == Size(width: 84, height: 56))
    let expected: [ExportFrame: [Double]] = [
      .original: [5, 5, 15, 15], .model: [10.5, 9.33, 31.5, 28],
      .normalized: [125, 166.67, 375, 500],
    ]
    for (frame, box) in expected {
      _ = try export(ExportSettings(.trl, frame: frame), as: frame.rawValue)
      let row = try #require(try rows("\(frame.rawValue)/train.jsonl").first)
      #expect(try row.doubles("bbox") == box)
      #expect(try JSON.parse(try row.string("answer")) == .array(box.map(JSON.number)))
    }
  }

  @Test func `Pictures of the view are not resized again`() throws {
    _ = try export(ExportSettings(.llamaFactory, pictures: .view), as: "a")
    let row = try #require(try rows("a/train.jsonl").first)
    let path = try #require(try row.strings("images").first)
    let picture = try Picture.decode(try Files.read("\(scratch.path)/a/\(path)"))
    #expect(picture.size == Size(width: 84, height: 56))
    let messages = try row.required("messages").asArray
    #expect(try messages[2].string("content") == "(21, 19)")
  }

  @Test func `A WebDataset has the members of a sample side by side and keys without dots`() throws
  {
    _ = try export(ExportSettings(.webdataset), as: "a")
    let reader = try ArchiveReader(path: scratch.path + "/a/test-000000.tar")
    var names: [String] = []
    while let member = try reader.next() { names.append(member.path) }
    #expect(names == ["q-4.json", "q-4.png", "q-5.json", "q-5.png"])
    var small = ExportSettings(.webdataset)
    small.shardBytes = 2000
    #expect(try export(small, as: "b").shards == 6)
  }

  @Test func `An MDS shard says where its samples lie`() throws {
    _ = try export(ExportSettings(.mds), as: "a")
    let bytes = try Files.read(scratch.path + "/a/train/shard.00000.mds")
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    #expect(word(0) == 4)
    let offsets = (0...4).map { word(4 + 4 * $0) }
    #expect(offsets == offsets.sorted() && offsets[4] == bytes.count)
    let configuration = try JSON.parse(Array(bytes[24..<offsets[0]]))
    let names = try configuration.strings("column_names")
    #expect(names == names.sorted())
    // The id is the fourth column of eight.
    let sizes = (0..<8).map { word(offsets[1] + 4 * $0) }
    let start = offsets[1] + 32 + sizes[..<3].reduce(0, +)
    #expect(String(decoding: bytes[start..<start + sizes[3]], as: UTF8.self) == "q-1")
    let index = try JSON.parse(try Files.read(scratch.path + "/a/train/index.json"))
    let shard = try #require(try index.required("shards").asArray.first)
    #expect(try shard.int("samples") == 4)
    #expect(try shard.required("raw_data").int("bytes") == bytes.count)
  }

  // MARK: Chains

  /// A dataset of one SFT record with two chains of one look at (60, 40) of the view.
  func writeChains(to folder: String) throws -> Point {
    let look = Point(x: 60, y: 40)
    let domain = ChainDataset.domain
    let question = ChainDataset.question
    let segments = [
      try domain.prompt(for: question),
      Segment(role: .model, text: domain.dialect.turn(thought: "At (60, 40).", .zoom(look))),
      try #require(try domain.observation(at: look, for: question)),
      Segment(role: .model, text: domain.dialect.turn(thought: "So.", .answer("red"))),
    ]
    try ChainDataset.write([question], chains: [segments, segments], to: folder)
    return try domain.frame(of: ChainDataset.size).toOriginal(look)
  }

  @Test(arguments: [ExportTarget.llamaFactory, .trl, .verl, .msSwift])
  func `A chain is a dialogue whose crops are pictures`(_ target: ExportTarget) throws {
    let folder = scratch.path + "/chains"
    let original = try writeChains(to: folder)
    let settings = ExportSettings(target, frame: .original)
    let report = try DatasetExport(DatasetReader(folder), settings).run(to: scratch.path + "/a")
    #expect(report.rows == ["train": 2] && report.pictures == 2)
    let row = try #require(try rows("a/train.jsonl").first)
    let messages = try row.required("messages").asArray
    let roles = try messages.map { message throws(Fault) in try message.string("role") }
    #expect(roles == ["system", "user", "assistant", "user", "assistant"])
    let text = row.description
    let (x, y) = (Int(original.x.rounded()), Int(original.y.rounded()))
    #expect(text.contains("At (\(x), \(y))."))
    #expect(text.contains("\\\"coordinate\\\": [\(x), \(y)]"))
    let images = try row.required("images").asArray.map { image throws(Fault) in
      try (image["image"] ?? image).asString
    }
    let places =
      text.ranges(of: "<image>").count + text.ranges(of: "{\"type\":\"image\"").count
    #expect(images.count == 2 && places == 2)
    let crop = try Picture.decode(try Files.read("\(scratch.path)/a/\(images[1])"))
    #expect(crop.size == Size(width: 112, height: 112))
  }

  @Test func `A text that holds the placeholder of pictures is left out with a reason`() throws {
    var question = SmallDataset.question(0)
    question.question = "What does <image> mean?"
    let folder = scratch.path + "/odd"
    try SmallDataset.write(
      [question, SmallDataset.question(1)], pictures: [0, 1].map { SmallDataset.picture($0) },
      to: folder)
    let report = try DatasetExport(DatasetReader(folder), ExportSettings(.verl))
      .run(to: scratch.path + "/a")
    #expect(report.dropped == ["export.placeholder": 1] && report.rows == ["train": 1])
    #expect(report.examples.first?.place.record == "q-0")
  }

  @Test func `LLaMA-Factory and EasyR1 scale before the processor rounds`() throws {
    // By `_preprocess_image` and `smart_resize` for limits of 3136 to 37632 pixels.
    let size = Size(width: 1120, height: 840)
    let picture = Picture(size: size, color: Color(1, 2, 3)).encodedPNG()
    var question = SmallDataset.question(0)
    question.images = [
      Medium(
        sha256: SHA256.hexadecimal(of: picture), format: .png, size: size, bytes: picture.count)
    ]
    question.answer = .pointInBox(size.box)
    let folder = scratch.path + "/large"
    try SmallDataset.write([question], pictures: [picture], to: folder)
    for (target, seen) in [(ExportTarget.easyR1, [0.0, 0, 224, 168]), (.trl, [0, 0, 224, 168])] {
      _ = try DatasetExport(DatasetReader(folder), ExportSettings(target))
        .run(to: "\(scratch.path)/\(target.rawValue)")
      let row = try #require(try rows("\(target.rawValue)/train.jsonl").first)
      #expect(try JSON.parse(try row.string("answer")) == .array(seen.map(JSON.number)))
    }
  }
}
