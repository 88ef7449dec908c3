internal import Foundations
internal import Imaging
internal import JSONText
internal import Operators
internal import Pipelines
internal import Reports

extension DataView {
  /// What the stages before the report counted and drew, in their order.
  static func left(before context: StageContext) throws -> [DataView] {
    var views: [DataView] = []
    for stage in context.earlier {
      let paths = context.outputs(of: stage).map(\.path)
      if paths.contains(StatisticsStage.path(stage)) {
        let file = context.folder.path(StatisticsStage.path(stage))
        let json = try JSON.parse(Files.read(file), file: file)
        views.append(DataView(stage, try RecordStatistics(json: json)))
      }
      if paths.contains(ContactSheetStage.path(stage)) {
        let file = try Files.read(context.folder.path(ContactSheetStage.path(stage)))
        var view = DataView(
          stage: stage,
          lead: "Questions chosen at random. Targets are blue, boxes to point at are orange.")
        view.sheet = Sheet(file: file, size: try Picture.header(of: file).size)
        views.append(view)
      }
    }
    return views
  }

  /// Texts shown of a tally; the others are summed up.
  private static let shown = 12

  private init(_ stage: String, _ statistics: RecordStatistics) {
    self.init(stage: stage, lead: "\(statistics.records) records.")
    bars += RecordStatistics.tallyNames.compactMap { name in
      statistics.tallies[name].flatMap { Self.bars(name, $0) }
    }
    bars += RecordStatistics.histogramNames.compactMap { name in
      statistics.histograms[name].flatMap { Self.bars(name, $0) }
    }
  }

  private static func bars(_ name: String, _ tally: Tally) -> Bars? {
    let sorted = tally.sorted
    if sorted.isEmpty { return nil }
    var bars = sorted.prefix(shown).map { (name: $0.text, count: $0.count) }
    let rest = sorted.dropFirst(shown).reduce(tally.others) { $0 + $1.count }
    if rest > 0 { bars.append((name: "others", count: rest)) }
    let many = tally.others > 0 ? "more than \(Tally.limit) different" : "\(sorted.count) different"
    return Bars(name, bars, note: many)
  }

  private static func bars(_ name: String, _ histogram: Histogram) -> Bars? {
    guard let first = histogram.counts.firstIndex(where: { $0 > 0 }),
      let last = histogram.counts.lastIndex(where: { $0 > 0 }),
      let least = histogram.least, let most = histogram.most
    else { return nil }
    let bars = (first...last).map { bin in
      (name: binName(bin, histogram.edges), count: histogram.counts[bin])
    }
    let mean = histogram.sum / Double(histogram.count)
    return Bars(name, bars, note: "\(text(least)) to \(text(most)), mean \(text(mean))")
  }

  /// The numbers that a bin holds; one alone where there is no other whole number.
  private static func binName(_ bin: Int, _ edges: [Double]) -> String {
    if bin == 0 { return edges[0] == 1 ? "0" : "below \(text(edges[0]))" }
    if bin == edges.count { return "from \(text(edges[bin - 1]))" }
    let (low, high) = (edges[bin - 1], edges[bin])
    return low + 1 == high && low >= 1 ? text(low) : "\(text(low)) – \(text(high))"
  }

  /// Three significant digits, whole numbers as they are.
  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    if abs(value) >= 1e15 { return "\(value)" }
    if value >= 100 { return "\(Int(value.rounded()))" }
    let scale = value >= 10 ? 10.0 : 100
    return "\((value * scale).rounded() / scale)"
  }
}
