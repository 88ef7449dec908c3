import Foundations
import JSONText
import Pipelines
import Schemas
import Shards
import Testing

@Suite struct ExportStageTests {
  static let stages = """
      - split: {train: 0.5, validation: 0.25, test: 0.25}
      - write: {dataset: questions}

    """

  /// What must survive an export.
  private func essence(_ questions: [Question]) -> [String] {
    questions.map { question in
      var question = question
      question.source = ""
      question.domain = ""
      question.provenance = Provenance(
        archive: "", member: "", sha256: question.images[0].sha256, seed: 0)
      return question.json.description
    }.sorted()
  }

  @Test(arguments: ["webdataset", "llama-factory", "trl", "verl", "easyr1", "ms-swift"])
  func `A dataset exported and ingested again is equal`(_ target: String) throws {
    let path = try DataPathTests()
    let stages = Self.stages + "  - export: {dataset: questions, to: \(target)}\n"
    let summaries = try path.runner("first", stages).run()
    #expect(summaries.last?.counts.input == 26 && summaries.last?.counts.output == 26)
    let folder = "\(path.scratch.path)/first/exports/questions-\(target)"
    let archives =
      target == "webdataset"
      ? try Files.names(in: folder).filter { $0.hasSuffix(".tar") }.map { "\(folder)/\($0)" }
        .joined(separator: ", ") : folder
    _ = try path.runner("again", "  - write: {dataset: questions}\n", archive: archives).run()
    #expect(try essence(path.questions("again")) == essence(path.questions("first")))
    #expect(try pictures(path, "again") == pictures(path, "first"))
  }

  /// The files of all pictures that a run's questions name.
  private func pictures(_ path: DataPathTests, _ run: String) throws -> [String: [UInt8]] {
    let reader = try DatasetReader(path.dataset(run))
    let digests = Set(try path.questions(run).flatMap { $0.images.map(\.sha256) })
    let files = try digests.map { ($0, try reader.picture($0, verifying: true)) }
    return Dictionary(uniqueKeysWithValues: files)
  }
}
