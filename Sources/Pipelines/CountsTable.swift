/// The counts of every stage as a table for people: one row a stage, reasons in lines of their own.
package enum CountsTable {
  /// Lines, each ended by a newline.
  ///
  ///     stage       in  out  dropped  quarantined  seconds   MB
  ///     linearize  480  433       45            2     12.1  210
  ///       dropped: too-short 40, wrong 5
  ///       quarantined: image.corrupt 2
  ///       made: chains 1633
  ///
  /// `MB` is the peak of memory, for stages that took more than all before them.
  package static func text(_ summaries: [StageSummary]) -> String {
    var rows = [["stage", "in", "out", "dropped", "quarantined", "seconds", "MB"]]
    rows += summaries.map { summary in
      let counts = summary.counts
      let seconds = (summary.seconds.wall * 10).rounded() / 10
      return [
        summary.stage, "\(counts.input)", "\(counts.output)", "\(counts.droppedTotal)",
        "\(counts.quarantinedTotal)", summary.wasSkipped ? "done before" : "\(seconds)",
        summary.peakBytes.map { "\($0 / 1_000_000)" } ?? "",
      ]
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = [line(rows[0], widths)]
    for (row, summary) in zip(rows.dropFirst(), summaries) {
      lines.append(line(row, widths))
      lines += details(summary).map { "  " + $0 }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func details(_ summary: StageSummary) -> [String] {
    let counts = summary.counts
    return list("dropped", counts.dropped) + list("quarantined", counts.quarantined)
      + list("made", counts.made) + summary.misses.map { "not met: " + $0 }
  }

  private static func list(_ title: String, _ tally: [String: Int]) -> [String] {
    if tally.isEmpty { return [] }
    let parts = tally.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.key) \($0.value)"
    }
    return ["\(title): " + parts.joined(separator: ", ")]
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = cells[0].padded(to: widths[0])
    for (cell, width) in zip(cells, widths).dropFirst() {
      text += "  " + String(repeating: " ", count: width - cell.count) + cell
    }
    return text
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
