import Foundations
import JSONText
import Operators
import Schemas
import Testing

@Suite struct RecordStatisticsTests {
  @Test func `every number falls into one bin`() {
    var histogram = Histogram(edges: [1, 2, 4])
    for value in [0.5, 1, 1.9, 2, 3, 4, 100] { histogram.add(value) }
    #expect(histogram.counts == [1, 2, 2, 2] && histogram.count == 7)
    #expect(histogram.least == 0.5 && histogram.most == 100 && histogram.sum == 112.4)
  }

  @Test func `octaves have whole powers as exact edges`() {
    let edges = Histogram.powersOfTwo(-4...4, steps: 2).edges
    #expect(
      edges.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element) == [
        0.25, 0.5, 1, 2, 4,
      ])
    #expect(Histogram.powersOfTwo(0...3).edges == [1, 2, 4, 8])
  }

  @Test func `a tally is exact up to its limit and counts the others together`() {
    var tally = Tally()
    for number in 0..<(Tally.limit + 5) { tally.add("\(number)") }
    tally.add("3")
    #expect(tally.counts.count == Tally.limit && tally.others == 5)
    #expect(tally.sorted[0].text == "3" && tally.sorted[0].count == 2)
  }

  @Test func `parts merge to the whole and come back from JSON`() throws {
    let questions = (0..<50).map { index in
      var question = RecordFilterTests.question(
        String(repeating: "x", count: index), answer: "\(index % 7)")
      question.split = index.isMultiple(of: 2) ? "train" : nil
      return question
    }
    var whole = RecordStatistics()
    var merged = RecordStatistics()
    for question in questions { whole.add(question) }
    for start in stride(from: 0, to: 50, by: 15) {
      var part = RecordStatistics()
      for question in questions[start..<min(start + 15, 50)] { part.add(question) }
      merged.merge(try RecordStatistics(json: JSON.parse(part.json.bytes())))
    }
    #expect(merged == whole && whole.records == 50)
    #expect(whole.tallies["split"]?.counts == ["train": 25, "none": 25])
    #expect(whole.histograms["question length"]?.most == 49)
    #expect(whole.json.bytes() == merged.json.bytes())
  }
}
