import Evaluation
import Foundations
import Geometry
import Schemas
import Testing

@Suite struct ScoreboardTests {
  static func record(
    _ model: String, _ question: Int, _ isCorrect: Bool, zooms: Int = 0, answer: String? = "red"
  ) -> EvaluationRecord {
    EvaluationRecord(
      id: "\(model)/\(question)", question: "q\(question)", model: model,
      segments: [
        Segment(
          role: .prompt, text: "",
          media: [
            MediaReference(sha256: "picture\(question / 2)", size: Size(width: 28, height: 28))
          ])
      ],
      answer: answer, isCorrect: isCorrect, reason: "", zooms: zooms,
      points: [Point](repeating: Point(x: 1, y: 1), count: zooms),
      provenance: Provenance(archive: "", member: "", sha256: "", seed: 7))
  }

  /// The base model is right on 0-3 of 0-9, the trained one on 2-9 with a look each.
  static let records =
    (0..<10).map { record("base", $0, $0 < 4, answer: $0 == 9 ? nil : "red") }
    + (0..<10).reversed().map { record("grpo", $0, $0 >= 2, zooms: $0 % 3) }

  @Test func `Models are scored in the order in which they appear`() throws {
    let board = try Scoreboard(Self.records, seed: 1, resamples: 100)
    #expect(board.models.map(\.model) == ["base", "grpo"])
    let grpo = try #require(board.score(of: "grpo"))
    #expect(grpo.accuracy == Proportion(successes: 8, of: 10))
    #expect(grpo.meanLooks == 0.9)
    #expect(grpo.meanPoints == 0.9)
    #expect(grpo.looked == Proportion(successes: 6, of: 10))
    #expect(board.models[0].answered == Proportion(successes: 9, of: 10))
    #expect(board.cells.isEmpty)
  }

  @Test func `A comparison pairs by question, whatever the order`() throws {
    let board = try Scoreboard(Self.records, seed: 1, resamples: 500)
    let pair = try #require(board.comparison(of: "base", with: "grpo"))
    #expect(
      [pair.bothRight, pair.onlyFirst, pair.onlySecond, pair.bothWrong] == [2, 2, 6, 0])
    #expect(pair.difference == 0.4)
    #expect(abs(pair.pValue - 0.2890625) < 1e-12)
    #expect(pair.interval.contains(0.4))
    #expect(pair.interval.low < 0)
    #expect(
      try Scoreboard(Self.records.reversed(), seed: 1).models.map(\.model) == ["grpo", "base"])
  }

  @Test func `Three models make three comparisons`() throws {
    let third = (0..<10).map { Self.record("sft", $0, true) }
    let board = try Scoreboard(Self.records + third, seed: 1, resamples: 10)
    #expect(
      board.comparisons.map { [$0.first, $0.second] } == [
        ["base", "grpo"], ["base", "sft"], ["grpo", "sft"],
      ])
  }

  @Test func `Categories split every model's questions`() throws {
    let board = try Scoreboard(Self.records, seed: 1, resamples: 10) {
      $0 == "q0" ? nil : $0 < "q5" ? "where" : "which"
    }
    #expect(board.cells.map(\.category) == ["where", "where", "which", "which"])
    #expect(board.cells.map(\.score.model) == ["base", "grpo", "base", "grpo"])
    #expect(board.cells.map(\.score.accuracy.successes) == [3, 3, 0, 5])
    #expect(board.cells.map(\.score.accuracy.count) == [4, 4, 5, 5])
  }

  @Test func `A question that only one model answered is named`() {
    for missing in [0, 10] {
      let records = Self.records.enumerated().filter { $0.offset != missing }.map(\.element)
      let fault = #expect(throws: Fault.self) { try Scoreboard(records, seed: 1, resamples: 10) }
      #expect(fault?.code == "evaluation.unpaired")
      #expect(fault?.message.contains(missing == 0 ? "'q0'" : "'q9'") == true)
    }
  }

  @Test func `A question answered twice is named`() {
    let fault = #expect(throws: Fault.self) {
      try Scoreboard(Self.records + [Self.record("base", 3, true)], seed: 1, resamples: 10)
    }
    #expect(fault?.code == "evaluation.repeated")
    #expect(fault?.place.record == "base/3")
  }

  @Test func `No records make an empty board`() throws {
    let board = try Scoreboard([], seed: 1)
    #expect(board.models.isEmpty && board.comparisons.isEmpty && board.cells.isEmpty)
  }
}
