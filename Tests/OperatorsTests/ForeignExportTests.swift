import Foundations
import Geometry
import Imaging
import JSONText
import Operators
import Prompting
import Schemas
import Shards
import Testing

/// Exports of records that other programs wrote.
@Suite struct ForeignExportTests {
  let scratch: Scratch
  let dataset: String

  init() throws {
    scratch = try Scratch()
    dataset = scratch.path + "/dataset"
  }

  func export(_ settings: ExportSettings, as name: String = "out") throws -> DatasetExport.Report {
    try DatasetExport(DatasetReader(dataset), settings).run(to: "\(scratch.path)/\(name)")
  }

  /// Exports one chain in thousandths of the picture.
  func export(_ segments: [Segment]) throws -> DatasetExport.Report {
    try ChainDataset.write([ChainDataset.question], chains: [segments], to: dataset)
    return try export(ExportSettings(.llamaFactory, frame: .normalized))
  }

  static func turn(_ text: String) throws -> [Segment] {
    [
      try ChainDataset.domain.prompt(for: ChainDataset.question),
      Segment(role: .model, text: "<think> At </think>\n\(text)<|im_end|>"),
    ]
  }

  static func call(_ arguments: String) -> String {
    #"<tool_call>{"name": "search_coordinate", "arguments": {\#(arguments)}}</tool_call>"#
  }

  // MARK: Coordinates

  @Test(arguments: [
    "(112, 56)", "( 112, 56 )", "(112,  56)", "(112\n,56)", "(112.0, 56.00)",
    call(#""coordinate":[112,56]"#), call(#""coordinate" : [ 112.0 , 56 ]"#),
    call(#""coordinate": [112,\#t56]"#),
  ])
  func `A place is told in the frame however it was written`(_ text: String) throws {
    #expect(try export(Self.turn(text)).dropped.isEmpty)
    let row = try #require(try JSONLines.parse(Files.read("\(scratch.path)/out/train.jsonl")).first)
    let answer = try #require(try row.required("messages").asArray.last).string("content")
    #expect(answer.contains("500, 333") && !answer.contains("112"), "\(answer)")
  }

  @Test func `Words about coordinates are no call`() throws {
    let text = #"(112, 56.0000000001): no "coordinate": there"#
    #expect(try export(Self.turn(text)).dropped.isEmpty)
    let row = try #require(try JSONLines.parse(Files.read("\(scratch.path)/out/train.jsonl")).first)
    let answer = try #require(try row.required("messages").asArray.last).string("content")
    #expect(answer.contains(#"(500, 333): no "coordinate": there"#), "\(answer)")
  }

  @Test(arguments: [
    #""coordinate": [-3, 56]"#, #""coordinate": [1.12e2, 56]"#, #""coordinate": "112 56""#,
    #""coord\u0069nate": [112, 56]"#,
  ])
  func `A coordinate that cannot be told in the frame drops its record`(
    _ arguments: String
  ) throws {
    let report = try export(Self.turn(Self.call(arguments)))
    #expect(report.dropped == ["export.coordinate": 1] && report.rows.isEmpty)
  }

  @Test func `A chain that was made at another size of its picture is left out`() throws {
    var segments = try Self.turn("(112, 56)")
    segments[0].media[0].size = Size(width: 56, height: 56)
    let report = try export(segments)
    #expect(report.dropped == ["export.picture": 1] && report.rows.isEmpty)
  }

  // MARK: Pictures

  @Test func `A picture that no model can see leaves the others alone`() throws {
    let long = Picture(size: Size(width: 2100, height: 10), color: Color(1, 2, 3))
    var question = SmallDataset.question(1)
    let file = long.encodedPNG()
    question.images = [
      Medium(
        sha256: SHA256.hexadecimal(of: file), format: .png, size: long.size, bytes: file.count)
    ]
    question.answer = .text("red")
    question.targets = []
    try SmallDataset.write(
      [SmallDataset.question(0), question], pictures: [SmallDataset.picture(0), file], to: dataset)
    let report = try export(ExportSettings(.trl))
    #expect(report.dropped == ["image.aspect": 1] && report.rows == ["train": 1])
  }

  @Test(arguments: [ExportTarget.trl, .webdataset])
  func `A picture file of another size than its record says is left out`(
    target: ExportTarget
  ) throws {
    var question = SmallDataset.question(0)
    question.images[0].size = Size(width: 640, height: 480)
    try SmallDataset.write([question], pictures: [SmallDataset.picture(0)], to: dataset)
    #expect(try export(ExportSettings(target)).dropped == ["export.picture": 1])
  }

  // MARK: Dialogue

  @Test(arguments: [
    ["Look.\nWhat?", "yes, it is."], ["", ""],
    ["<|im_start|>Look.\nWhat?<|im_end|>", "<|im_start|>assistant\nyes"],
    ["<|im_start|>user\nWhat?<|im_end|>\n<|im_start|>assistant", "yes"],
    ["<|im_start|>user\nWhat?<|im_end|>\n", "<|im_start|>assistant\nfirst<|im_end|> and second"],
  ])
  func `A chain that is not of the chat template is left out with a reason`(
    _ texts: [String]
  ) throws {
    let report = try export([
      Segment(role: .prompt, text: texts[0]), Segment(role: .model, text: texts[1]),
    ])
    #expect(report.dropped == ["export.template": 1] && report.rows.isEmpty)
  }

  // MARK: Pictures

  static func shown(_ references: [MediaReference]) throws -> [Segment] {
    try turn("<answer> red </answer>")
      + references.map {
        Segment(
          role: .observation, text: "\n<|im_start|>user\n\(ChatTemplate.picture)<|im_end|>",
          media: [$0])
      }
  }

  static func crop(
    _ x0: Double, _ x1: Double, output: Size = Size(width: 28, height: 28)
  ) -> MediaReference {
    MediaReference(
      sha256: ChainDataset.question.images[0].sha256,
      crop: Crop(box: Box(x0: x0, y0: 0, x1: x1, y1: 10), output: output), size: output)
  }

  @Test func `Crops of other pixels are other files`() throws {
    let report = try export(Self.shown([Self.crop(0.2, 10), Self.crop(0.7, 10)]))
    #expect(report.pictures == 3)
  }

  @Test(arguments: [
    crop(0.2, 0.4), crop(0, 10, output: Size(width: 4_000_000_000, height: 4_000_000_000)),
    MediaReference(sha256: String(repeating: "a", count: 64), size: Size(width: 28, height: 28)),
  ])
  func `A crop that cannot be rendered drops its record`(_ reference: MediaReference) throws {
    let report = try export(Self.shown([reference]))
    #expect(report.dropped == ["export.picture": 1] && report.rows.isEmpty)
  }

  @Test func `A record that contradicts itself ends the export`() throws {
    let error = #expect(throws: Fault.self) { try export(Self.shown([Self.crop(0, 1e300)])) }
    #expect(error?.code == "box.outside" && error?.place.record == "q-0")
  }

  @Test(arguments: [ExportTarget.trl, .easyR1, .webdataset])
  func `A picture of a size that no file has is left out`(_ target: ExportTarget) throws {
    var question = ChainDataset.question
    question.images[0].size = Size(width: 4_000_000_000, height: 4_000_000_000)
    try ChainDataset.write([question], chains: [], to: dataset)
    let report = try export(ExportSettings(target))
    #expect(report.dropped == ["export.size": 1] && report.rows.isEmpty)
  }

  @Test(arguments: [ExportTarget.trl, .webdataset])
  func `A picture of another size than its record says is not rendered`(
    _ target: ExportTarget
  ) throws {
    var question = ChainDataset.question
    question.images[0].size = Size(width: 4480, height: 3360)
    try ChainDataset.write([question], chains: [], to: dataset)
    let report = try export(ExportSettings(target, pictures: .view))
    #expect(report.dropped == ["export.picture": 1])
  }

  // MARK: Splits

  @Test(arguments: [ExportTarget.trl, .webdataset])
  func `Records without a split are not mixed with a split called data`(
    _ target: ExportTarget
  ) throws {
    let questions = ["a", "b", "c"].map { id in
      var question = ChainDataset.question
      question.id = id
      question.split = id == "c" ? "data" : nil
      return question
    }
    try ChainDataset.write(questions, chains: [], to: dataset)
    var settings = ExportSettings(target)
    settings.shardBytes = 1
    #expect(try export(settings).rows == ["": 2, "data": 1])
    let names = try Files.names(in: scratch.path + "/out").filter { $0.contains("ata") }
    #expect(
      names.sorted()
        == (target == .trl
          ? ["%64ata.jsonl", "data.jsonl"]
          : ["%64ata-000000.tar", "data-000000.tar", "data-000001.tar"]))
  }
}
