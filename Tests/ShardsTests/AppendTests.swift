import Foundations
import JSONText
import Schemas
import Shards
import Testing

@Suite struct `Appending and merging` {
  let folder: TemporaryFolderBox

  init() throws { folder = try TemporaryFolderBox() }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  /// Writes records `range` of the fixture, with their pictures.
  func write(
    _ range: Range<Int>, to name: String, pipeline: String = Fixture.pipeline,
    appending: Bool = false, shardBytes: Int = 2500,
    reach: @escaping (DatasetWriter.Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) {
    let writer = try DatasetWriter(
      folder: path(name), dataset: "photos", records: .question, pipeline: pipeline,
      shardBytes: shardBytes, appending: appending, reach: reach)
    for index in range.dropFirst(writer.committed) {
      _ = try writer.add(picture: Fixture.picture(index), format: Fixture.format(index))
      try writer.append(try Question(json: Fixture.record(index)), split: "train")
    }
    _ = try writer.close()
  }

  func ids(_ name: String) throws -> [String] { try DatasetReader(path(name)).keys }

  static let other = String(repeating: "fedcba9876543210", count: 4)

  @Test func `what is appended comes behind shards that stay as they are`() throws {
    try write(0..<21, to: "a")
    let before = try Fixture.files(path("a"))
    try write(21..<40, to: "a", pipeline: Self.other, appending: true)
    let after = try Fixture.files(path("a"))
    for (name, bytes) in before where !name.hasPrefix("manifest") { #expect(after[name] == bytes) }
    let lines = try #require(before["manifest.jsonl"])
    #expect(after["manifest.jsonl"]?.starts(with: lines) == true)
    #expect(after["manifest.unfinished.json"] == nil)
    #expect(try ids("a") == (0..<40).map(Fixture.key))
    let report = try DatasetCheck(path("a")).run()
    #expect(report.isClean, "\(report.findings)")
    #expect(report.records == 40 && report.pictures == 20)
    let again = #expect(throws: Fault.self) {
      try write(21..<40, to: "a", pipeline: Self.other, appending: true)
    }
    #expect(again?.code == "dataset.appended")
  }

  struct Crash: Equatable {}

  @Test func `an append that was interrupted anywhere goes on, and shows at its end only`() throws {
    try write(0..<21, to: "whole")
    try write(21..<40, to: "whole", pipeline: Self.other, appending: true)
    let expected = try Fixture.files(path("whole"))
    var moments = 0
    try write(0..<21, to: "count")
    try write(21..<40, to: "count", pipeline: Self.other, appending: true) { _ in moments += 1 }
    #expect(moments > 8)
    for crash in 0..<moments {
      let name = "crash-\(crash)"
      try write(0..<21, to: name)
      var passed = 0
      #expect(throws: Fault.self) {
        try write(21..<40, to: name, pipeline: Self.other, appending: true) { _ throws(Fault) in
          passed += 1
          if passed > crash { throw Fault("test.crash", "here") }
        }
      }
      #expect(try ids(name) == (0..<21).map(Fixture.key))
      #expect(try DatasetReader(path(name)).record(key: "q-20") != nil)
      try write(21..<40, to: name, pipeline: Self.other, appending: true)
      #expect(try Fixture.files(path(name)) == expected)
    }
  }

  func merge(
    _ names: [String], to name: String, skipping: Bool = false, shardBytes: Int = 64 << 20,
    workers: Int = 2
  ) throws -> DatasetMerge.Report {
    let merge = try DatasetMerge(
      names.map { name throws(Fault) in try DatasetReader(path(name)) }, skipsDuplicates: skipping)
    let writer = try DatasetWriter(
      folder: path(name), dataset: "all", records: merge.kind, pipeline: merge.pipeline,
      shardBytes: shardBytes)
    return try merge.run(into: writer, workers: workers)
  }

  @Test func `merged datasets are one, with every picture once`() throws {
    try write(0..<21, to: "a")
    try write(21..<40, to: "b")
    let report = try merge(["a", "b"], to: "c")
    // Two questions are about each picture, and one pair is in both.
    #expect(report.records == 40 && report.pictures == 20 && report.repeated == 1)
    #expect(try ids("c") == (0..<40).map(Fixture.key))
    let check = try DatasetCheck(path("c")).run()
    #expect(check.isClean && check.shards == 2)
    let shard = try DatasetReader(path("c")).manifest.shards.first { $0.content == .records }
    #expect(
      shard?.inputs == [
        InputRange(source: "photos", positions: 0..<21),
        InputRange(source: "photos", positions: 0..<19),
      ])
    _ = try merge(["a", "b"], to: "d", workers: 1)
    #expect(try Fixture.files(path("d")) == Fixture.files(path("c")))
  }

  @Test func `other shards hold the same records`() throws {
    try write(0..<40, to: "a")
    _ = try merge(["a"], to: "large")
    _ = try merge(["large"], to: "small", shardBytes: 2500)
    let (a, small) = (try DatasetReader(path("a")), try DatasetReader(path("small")))
    #expect(small.manifest.shards.count > 4)
    for index in 0..<40 {
      #expect(try small.record(at: index).bytes == a.record(at: index).bytes)
    }
    #expect(try DatasetCheck(path("small")).run().isClean)
  }

  @Test func `a key that comes twice is a fault, or left out`() throws {
    try write(0..<21, to: "a")
    try write(18..<40, to: "b")
    let fault = #expect(throws: Fault.self) { try merge(["a", "b"], to: "c") }
    #expect(fault?.code == "merge.duplicate" && fault?.place.record == "q-18")
    let report = try merge(["a", "b"], to: "d", skipping: true)
    #expect(report.records == 40 && report.skipped == 3)
    #expect(try ids("d") == (0..<40).map(Fixture.key))
  }
}
