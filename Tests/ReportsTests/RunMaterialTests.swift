import Evaluation
import Foundations
import Geometry
import Imaging
import Pipelines
import Prompting
import Reports
import Schemas
import Testing

@Suite struct RunMaterialTests {
  static let medium = Medium(
    sha256: String(repeating: "a", count: 64), format: .png, size: SampleContent.size, bytes: 1)
  static let provenance = Provenance(archive: "", member: "", sha256: "", seed: 7)

  static var run: RunMaterial {
    var run = RunMaterial(
      title: "run", command: "scanpath run x.yaml", domain: DomainCatalog.visualSearch, seed: 7,
      blindSuffix: " without looks")
    run.questions = (0..<30).map { index in
      let box = Box(x0: 1, y0: 1, x1: 9, y1: 9)
      return Question(
        id: "q\(index)", images: [medium], question: "?",
        answer: index.isMultiple(of: 2) ? .option("red") : .pointInBox(box),
        domain: "visual-search", source: "s", provenance: provenance)
    }
    for (model, right) in [("base", 9), ("sft", 15), ("sft without looks", 6), ("grpo", 21)] {
      run.evaluations += (0..<30).map { index in
        EvaluationRecord(
          id: "q\(index)/\(model)", question: "q\(index)", model: model, segments: [],
          answer: "red", isCorrect: index < right, reason: "", zooms: 1, points: [],
          provenance: provenance)
      }
    }
    return run
  }

  static func content(_ run: RunMaterial) throws -> ReportContent {
    try ReportContent(run, shown: 5) { Picture(size: $0.size, color: .white) }
  }

  @Test func `Runs with looks switched off stand beside their model`() throws {
    let content = try Self.content(Self.run)
    #expect(content.results.map(\.score.model) == ["base", "sft", "grpo"])
    #expect(content.results.map(\.withoutLooks?.accuracy.successes) == [nil, 6, nil])
    #expect(content.comparisons.count == 3)
    #expect(content.categories.count == 6)
  }

  @Test func `The same seed shows the same questions, first model beside last`() throws {
    let content = try Self.content(Self.run)
    #expect(content.questions.count == 5)
    #expect(content.questions.allSatisfy { $0.traces.map(\.model) == ["base", "grpo"] })
    #expect(ReportPage(content).bytes == ReportPage(try Self.content(Self.run)).bytes)
  }

  @Test func `Counts of the engine show with the most frequent reason first`() {
    var counts = StageCounts(input: 10, output: 6)
    counts.drop("short")
    counts.drop("outside", 2)
    counts.quarantined["image.corrupt"] = 1
    counts.make("chains", 1204)
    let stage = StageCount("filter", counts, Seconds(wall: 1.25, cpu: 1))
    #expect(stage.dropped.map(\.reason) == ["outside", "short"])
    #expect(stage.unexplained == 0)
    #expect(stage.note == "1\u{202F}204 chains, 1.3 s")
  }

  @Test func `A run without evaluation has no results and no questions`() throws {
    var run = Self.run
    run.evaluations = []
    let content = try Self.content(run)
    #expect(content.results.isEmpty && content.questions.isEmpty)
  }
}
