import Archiving
import Foundations
import Geometry
import Imaging
import Pipelines
import Recipes
import Schemas
import Shards
import Testing

/// The stages that drop what came before, over an archive of questions.
@Suite struct DedupStagesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs stages over questions that are (picture, words), with ids from 0, and returns the ids of
  /// those that are left and the counts of the last stage but the write.
  func run(
    _ questions: [(Int, String)], _ stages: String, run: String = "run", workers: Int = 2
  ) throws -> (left: [String], counts: StageCounts) {
    let archive = scratch.path + "/\(run).tar"
    var writer = try TarWriter(archive)
    for picture in Set(questions.map(\.0)).sorted() {
      _ = try writer.append("\(picture).png", DataPathTests.picture(picture).encodedPNG())
    }
    let lines = questions.enumerated().map { number, question in
      """
      {"id": "\(number)", "image": "\(question.0).png", "conversations": \
      [{"value": "\(question.1)"}, {"value": "red"}]}
      """
    }
    _ = try writer.append("questions.jsonl", Array(lines.joined(separator: "\n").utf8))
    _ = try writer.commit()
    let text =
      "name: x\nstages:\n  - ingest: {archives: [\(archive)]}\n\(stages)  - write: {dataset: q}\n"
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    let summaries = try recipe.runner(
      in: RunFolder(path: "\(scratch.path)/\(run)"), workers: workers
    ).run()
    var cursor = try DatasetReader("\(scratch.path)/\(run)/datasets/q").cursor()
    var left: [String] = []
    while let record = try cursor.next() { left.append(try record.record(as: Question.self).id) }
    return (left, summaries[summaries.count - 2].counts)
  }

  static func long(_ seed: UInt64, changing words: Int = 0) -> String {
    var random = CounterRandom(seed: seed)
    var text = (0..<100).map { _ in "w\(random.below(1000))" }
    for _ in 0..<words { text[random.below(100)] = "x" }
    return text.joined(separator: " ")
  }

  @Test func `Words that were there before go, about the same picture`() throws {
    let questions = [
      (0, "What color is it?"), (0, "what COLOR is it"), (1, "What color is it?"),
      (0, Self.long(1)), (1, Self.long(1)), (0, Self.long(1, changing: 1)), (0, Self.long(2)),
    ]
    let within = try run(questions, "  - dedup-text: {}\n")
    #expect(within.left == ["0", "2", "3", "4", "6"])
    #expect(within.counts.dropped == ["nearly the same text": 2])
    let all = try run(questions, "  - dedup-text: {scope: all}\n", run: "all", workers: 1)
    #expect(all.left == ["0", "3", "6"] && all.counts.made == ["different texts": 3])
  }

  @Test func `The longest of a group may stay in place of the first`() throws {
    let questions = [
      (0, Self.long(1)), (0, Self.long(1) + " more words"), (0, Self.long(1) + " yes"),
    ]
    #expect(try run(questions, "  - dedup-text: {keep: longest}\n").left == ["1"])
    #expect(
      throws: Fault.self, "parts of a question are known"
    ) { try run(questions, "  - dedup-text: {of: [words]}\n", run: "bad") }
  }
}
