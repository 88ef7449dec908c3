import Evaluation
import Foundations
import Schemas
import Testing

@Suite struct SeedBoardTests {
  static func board(_ runs: [[EvaluationRecord]]) throws -> SeedBoard {
    let boards = try runs.map { try Scoreboard($0, seed: 1, resamples: 10) }
    return try SeedBoard(runs, boards: boards, seed: 1, resamples: 500)
  }

  static func run(_ right: Int, _ later: Int) -> [EvaluationRecord] {
    (0..<10).map { ScoreboardTests.record("base", $0, $0 < right) }
      + (0..<10).map { ScoreboardTests.record("grpo", $0, $0 < later, zooms: later) }
  }

  @Test func `Means are over runs, intervals around them`() throws {
    let board = try Self.board([Self.run(3, 6), Self.run(5, 8)])
    #expect(board.scores.map(\.model) == ["base", "grpo"])
    #expect(board.scores[0].accuracies == [0.3, 0.5])
    #expect(abs(board.scores[0].mean - 0.4) < 1e-12)
    #expect(board.scores[1].meanLooks == 7)
    #expect(board.scores[1].interval.contains(0.7))
    let gain = try #require(board.gains.first)
    #expect(abs(gain.mean - 0.3) < 1e-12)
    #expect(gain.pValues.allSatisfy { abs($0 - 0.25) < 1e-12 })
    #expect(gain.interval.contains(0.3))
  }

  /// Another seed brings no other questions, so that it must not make the interval narrower.
  @Test func `The same answers twice give the interval of once`() throws {
    let run = Self.run(3, 6)
    #expect(try Self.board([run, run]).gains[0].interval == Self.board([run]).gains[0].interval)
  }

  @Test func `Models that are not in every run are left out`() throws {
    let base = Self.run(3, 6).filter { $0.model == "base" }
    let board = try Self.board([Self.run(3, 6), base])
    #expect(board.scores.map(\.model) == ["base"])
    #expect(board.gains.isEmpty)
  }

  @Test func `Other questions in another run are refused`() {
    #expect(throws: Fault.self) {
      try Self.board([Self.run(3, 6), Self.run(3, 6).filter { $0.question != "q4" }])
    }
  }

  @Test(arguments: [
    ("base", "sft", true), ("sft", "sft without looks", true),
    ("sft without looks", "sft", true), ("base", "sft without looks", false),
    ("base without looks", "sft without looks", false),
  ])
  func `A model without looks is compared with itself alone`(
    first: String, second: String, isSaid: Bool
  ) {
    #expect(ModelName.areComparable(first, second) == isSaid)
  }
}
