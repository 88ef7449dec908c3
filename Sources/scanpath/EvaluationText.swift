internal import Evaluation

/// Scores and comparisons as tables for people.
enum EvaluationText {
  static func lines(_ board: Scoreboard) -> [String] {
    let scores = board.models.map { score in
      [
        score.model, percent(score.accuracy.rate), range(score.accuracy.interval),
        decimal(score.meanLooks, 2), percent(score.answered.rate), "\(score.accuracy.count)",
      ]
    }
    let pairs = board.comparisons.map { pair in
      [
        "\(pair.first) → \(pair.second)", signed(pair.difference),
        range(pair.interval, signed), "\(pair.onlyFirst)", "\(pair.onlySecond)",
        chance(pair.pValue),
      ]
    }
    let header = ["model", "accuracy", "95 % interval", "looks", "answered", "questions"]
    return table([header] + scores)
      + comparisons("only first", "only second", pairs)
  }

  /// Means over runs, with every run's own figure beside.
  static func lines(_ board: SeedBoard) -> [String] {
    let scores = board.scores.map { score in
      [
        score.model, percent(score.mean), range(score.interval), decimal(score.meanLooks, 2),
        score.accuracies.map { percent($0) }.joined(separator: "  "),
      ]
    }
    let gains = board.gains.map { gain in
      [
        "\(gain.first) → \(gain.second)", signed(gain.mean), range(gain.interval, signed),
        gain.differences.map(signed).joined(separator: "  "),
        gain.pValues.map(chance).joined(separator: "  "),
      ]
    }
    return table([["model", "accuracy", "95 % interval", "looks", "by run"]] + scores)
      + comparisons("by run", nil, gains)
  }

  private static func comparisons(
    _ third: String, _ fourth: String?, _ rows: [[String]]
  ) -> [String] {
    if rows.isEmpty { return [] }
    let header = ["compared", "points", "95 % interval", third] + (fourth.map { [$0] } ?? [])
    return [""] + table([header + ["McNemar's p"]] + rows)
  }

  /// The first column stands left, the others right; all rows have as many cells.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }
  }

  private static func percent(_ share: Double) -> String { decimal(100 * share, 1) + " %" }

  /// Percentage points with their sign.
  private static func signed(_ share: Double) -> String {
    (share < 0 ? "-" : "+") + decimal(100 * abs(share), 1)
  }

  private static func range(
    _ interval: Interval, _ words: (Double) -> String = { decimal(100 * $0, 1) }
  ) -> String {
    "\(words(interval.low)) to \(words(interval.high))"
  }

  private static func chance(_ p: Double) -> String { p < 0.0001 ? "< 0.0001" : decimal(p, 4) }

  /// With exactly `digits` digits after the point.
  private static func decimal(_ value: Double, _ digits: Int) -> String {
    let text = value.rounded(digits: digits)
    let count = text.split(separator: ".").dropFirst().first?.count ?? 0
    return text + (count == 0 ? "." : "") + String(repeating: "0", count: max(0, digits - count))
  }
}
