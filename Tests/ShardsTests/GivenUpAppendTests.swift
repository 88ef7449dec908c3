import Foundations
import JSONText
import Schemas
import Shards
import Testing

/// What becomes of an append or a merge that does not come to its end.
@Suite struct `Appends that end early` {
  let folder: TemporaryFolderBox

  init() throws { folder = try TemporaryFolderBox() }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  static let (other, third) = (
    String(repeating: "fedcba9876543210", count: 4), String(repeating: "3", count: 64)
  )

  func writer(
    _ name: String, pipeline: String = Fixture.pipeline, appending: Bool = false,
    reach: @escaping (DatasetWriter.Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) -> DatasetWriter {
    try DatasetWriter(
      folder: path(name), dataset: "photos", records: .question, pipeline: pipeline,
      shardBytes: 2500, appending: appending, indexedFrom: 10, reach: reach)
  }

  func write(_ range: Range<Int>, to writer: DatasetWriter) throws(Fault) {
    for index in range.dropFirst(writer.committed) {
      _ = try writer.add(picture: Fixture.picture(index), format: Fixture.format(index))
      try writer.append(try Question(json: Fixture.record(index)), split: "train")
    }
    _ = try writer.close()
  }

  /// Begins to append records of the fixture, and comes as far as a moment.
  func crash(_ range: Range<Int>, to name: String, at moment: DatasetWriter.Moment) throws {
    #expect(throws: Fault.self) {
      let writer = try writer(name, pipeline: Self.other, appending: true) {
        reached throws(Fault) in
        if reached == moment { throw Fault("test.crash", "here") }
      }
      try write(range, to: writer)
    }
  }

  static let moments: [DatasetWriter.Moment] = [
    .beforeShard("media-000002.tar"), .afterLine("part-000001.jsonl.zst"), .beforeManifest,
  ]

  @Test(arguments: moments)
  func `Another append gives up an unfinished one`(_ moment: DatasetWriter.Moment) throws {
    for name in ["a", "b"] { try write(0..<12, to: writer(name)) }
    try write(30..<40, to: writer("a", pipeline: Self.third, appending: true))
    try crash(12..<30, to: "b", at: moment)
    try write(30..<40, to: writer("b", pipeline: Self.third, appending: true))
    #expect(try Fixture.files(path("b")) == Fixture.files(path("a")))
  }

  @Test func `What an append left that is damaged since is written anew`() throws {
    for name in ["a", "b"] { try write(0..<12, to: writer(name)) }
    try write(12..<40, to: writer("a", pipeline: Self.other, appending: true))
    try crash(12..<40, to: "b", at: .beforeManifest)
    try Files.truncate(path("b/part-000001.jsonl.zst"), to: 100)
    try write(12..<40, to: writer("b", pipeline: Self.other, appending: true))
    #expect(try Fixture.files(path("b")) == Fixture.files(path("a")))
  }

  @Test(arguments: moments)
  func `An append that is taken back leaves the dataset as it was`(
    _ moment: DatasetWriter.Moment
  ) throws {
    try write(0..<12, to: writer("a"))
    let before = try Fixture.files(path("a"))
    #expect(before["keys.index"] != nil)
    let crash = Fault("test.crash", "here")
    let writer = try writer("a", pipeline: Self.other, appending: true) { reached throws(Fault) in
      if reached == moment { throw crash }
    }
    #expect(throws: crash) { try write(12..<40, to: writer) }
    try writer.takeBack()
    #expect(try Fixture.files(path("a")) == before)
  }

  @Test(arguments: moments)
  func `A check sees nothing of an unfinished append`(_ moment: DatasetWriter.Moment) throws {
    try write(0..<12, to: writer("a"))
    #expect(try !DatasetCheck(path("a")).run().isAppendedTo)
    try crash(12..<40, to: "a", at: moment)
    let lines = path("a/manifest.jsonl")
    try Files.writeAtomically(Files.read(lines) + Array(#"{"name": "par"#.utf8), to: lines)
    let report = try DatasetCheck(path("a")).run()
    #expect(report.isClean && report.isAppendedTo && report.records == 12, "\(report.findings)")
    #expect(try DatasetRepair.run(path("a")) == [])
    try Files.remove(path("a/manifest.unfinished.json"))
    let stray = try DatasetCheck(path("a")).run().findings.faults
    #expect(stray.contains { $0.code == "dataset.stray" })
  }

  @Test func `Two writers do not write into one folder`() throws {
    let first = try writer("a")
    let fault = #expect(throws: Fault.self) { _ = try writer("a") }
    #expect(fault?.code == "dataset.busy")
    try write(0..<12, to: first)
  }

  @Test func `Nothing is appended to an unfinished dataset`() throws {
    _ = try writer("a")
    let fault = #expect(throws: Fault.self) { _ = try writer("a", appending: true) }
    #expect(fault?.code == "dataset.unfinished")
  }

  // MARK: Merges

  func merge(
    _ names: [String], to name: String, appending: Bool, skipping: Bool = false,
    reach: @escaping (DatasetWriter.Moment) throws(Fault) -> Void = { _ in }
  ) throws -> DatasetMerge.Report {
    let merge = try DatasetMerge(
      names.map { name throws(Fault) in try DatasetReader(path(name)) }, skipsDuplicates: skipping)
    let base = appending ? try DatasetReader(path(name)) : nil
    let writer = try writer(name, pipeline: merge.pipeline, appending: appending, reach: reach)
    return try merge.run(into: writer, appendingTo: base, workers: 2)
  }

  @Test func `A merge that finds a key twice leaves everything as it was`() throws {
    try write(0..<21, to: writer("a"))
    try write(18..<40, to: writer("b"))
    let before = try Fixture.files(path("a"))
    let fault = #expect(throws: Fault.self) { try merge(["b"], to: "a", appending: true) }
    #expect(fault?.code == "merge.duplicate")
    #expect(try Fixture.files(path("a")) == before)
    #expect(throws: Fault.self) { try merge(["a", "b"], to: "c", appending: false) }
    #expect(!Files.exists(path("c")))
    let appended = try merge(["b"], to: "a", appending: true, skipping: true)
    #expect(appended.records == 19 && appended.skipped == 3 && appended.pictures == 9)
    #expect(try DatasetCheck(path("a")).run().isClean)
  }

  @Test func `A damaged source leaves the dataset as it was`() throws {
    try write(0..<21, to: writer("a"))
    try write(21..<40, to: writer("b"))
    let before = try Fixture.files(path("a"))
    try Fixture.flip(path("b/media-000001.tar"), byte: 600)
    let fault = #expect(throws: Fault.self) { try merge(["b"], to: "a", appending: true) }
    #expect(fault?.code == "dataset.digest")
    #expect(try Fixture.files(path("a")) == before)
  }

  @Test func `An append that goes on tells of all that it added`() throws {
    for name in ["a", "whole"] { try write(0..<21, to: writer(name)) }
    try write(20..<40, to: writer("b"))
    let expected = try merge(["b"], to: "whole", appending: true, skipping: true)
    #expect(expected.records == 19 && expected.pictures == 9 && expected.repeated == 1)
    let full = Fault("file.disk-full", "the disk is full")
    for shard in ["media-000005.tar", "part-000002.jsonl.zst"] {
      #expect(throws: full) {
        try merge(["b"], to: "a", appending: true, skipping: true) { moment throws(Fault) in
          if moment == .afterLine(shard) { throw full }
        }
      }
      #expect(Files.exists(path("a/\(shard)")), "the disk has what was written")
    }
    #expect(try merge(["b"], to: "a", appending: true, skipping: true) == expected)
    #expect(try Fixture.files(path("a")) == Fixture.files(path("whole")))
  }
}
