/// A chart as inline SVG: axes, ticks, raw values faint, their running mean bold.
struct ChartView {
  let chart: Chart

  private let width = 380.0
  private let height = 216.0
  private let left = 66.0
  private let right = 14.0
  private let top = 12.0
  private let bottom = 40.0

  var markup: Markup {
    let points = chart.series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    guard let x = Axis(points.map(\.x), widened: false),
      let y = Axis(points.map(\.y), widened: true)
    else { return "" }
    return """
      <figure class="chart"><figcaption>\(chart.title)\(legend)</figcaption>
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(chart.title)">
      \(grid(x, y))\(chart.series.enumerated().map { line($1, color: $0 % 6, x, y) })
      </svg></figure>

      """
  }

  private var legend: Markup {
    if chart.series.count < 2 { return "" }
    let names = chart.series.enumerated().map { index, series -> Markup in
      "<span class=\"key c\(index % 6)\">\(series.name)</span>"
    }
    return "<span class=\"keys\">\(names)</span>"
  }

  private func grid(_ x: Axis, _ y: Axis) -> Markup {
    let floor = height - bottom
    var result: Markup = ""
    for value in y.ticks {
      let at = place(value, y, from: floor, to: top)
      result += """
        <line class="grid" x1="\(left)" x2="\(width - right)" y1="\(at)" y2="\(at)"/>\
        <text x="\(left - 7)" y="\(at + 3.5)" text-anchor="end">\(y.label(value))</text>
        """
    }
    for value in x.ticks {
      let at = place(value, x, from: left, to: width - right)
      result += """
        <line class="axis" x1="\(at)" x2="\(at)" y1="\(floor)" y2="\(floor + 4)"/>\
        <text x="\(at)" y="\(floor + 16)" text-anchor="middle">\(x.label(value))</text>
        """
    }
    let middle = (left + width - right) / 2
    return """
      \(result)<line class="axis" x1="\(left)" x2="\(width - right)" y1="\(floor)" y2="\(floor)"/>\
      <text class="name" x="\(middle)" y="\(height - 6)" text-anchor="middle">\(chart.xLabel)</text>\
      <text class="name" transform="translate(11 \((top + floor) / 2)) rotate(-90)" \
      text-anchor="middle">\(chart.yLabel)</text>
      """
  }

  private func line(_ series: Chart.Series, color: Int, _ x: Axis, _ y: Axis) -> Markup {
    let half = series.points.count / 40
    let raw = path(series.points, x, y)
    if half == 0 { return "<path class=\"mean c\(color)\" d=\"\(raw)\"/>" }
    let mean = path(Self.runningMean(series.points, half: half), x, y)
    return """
      <path class="raw c\(color)" d="\(raw)"/><path class="mean c\(color)" d="\(mean)"/>
      """
  }

  /// Path data; a value that is not finite lifts the pen.
  private func path(_ points: [(x: Double, y: Double)], _ x: Axis, _ y: Axis) -> Markup {
    var result: Markup = ""
    var isDown = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isDown = false
        continue
      }
      let across = place(point.x, x, from: left, to: width - right)
      let down = place(point.y, y, from: height - bottom, to: top)
      result += isDown ? "L\(across) \(down)" : "M\(across) \(down)"
      isDown = true
    }
    return result
  }

  private func place(_ value: Double, _ axis: Axis, from start: Double, to end: Double) -> Double {
    start + (value - axis.low) / (axis.high - axis.low) * (end - start)
  }

  /// The mean of up to `half` finite neighbours on each side.
  static func runningMean(
    _ points: [(x: Double, y: Double)], half: Int
  ) -> [(x: Double, y: Double)] {
    points.indices.map { index in
      let near = points[max(0, index - half)...min(points.count - 1, index + half)]
        .map(\.y).filter(\.isFinite)
      let mean = near.isEmpty ? .nan : near.reduce(0, +) / Double(near.count)
      return (points[index].x, points[index].y.isFinite ? mean : .nan)
    }
  }
}

/// A range with ticks at 1, 2 or 5 times a power of ten.
struct Axis: Equatable {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Decimals that tell neighbouring ticks apart.
  let digits: Int

  /// The range of `values`, to whole ticks if `widened`; nil where there is none.
  init?(_ values: [Double], widened: Bool) {
    guard var low = values.min(), var high = values.max(), (high - low).isFinite else { return nil }
    if low == high {
      let margin = low == 0 ? 1 : low.magnitude * 0.1
      (low, high) = (low - margin, high + margin)
    }
    var unit = 1.0
    var digits = 0
    let rough = (high - low) / 4
    while unit > rough { (unit, digits) = (unit / 10, digits + 1) }
    while unit * 10 <= rough { unit *= 10 }
    let step = unit * (rough / unit > 5 ? 10 : rough / unit > 2 ? 5 : rough / unit > 1 ? 2 : 1)
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    let all = (0...Int(last - first)).map { (first + Double($0)) * step }
    // Steps of training end where they end; only y is widened.
    self.low = widened ? first * step : low
    self.high = widened ? last * step : high
    self.digits = digits
    ticks = all.filter { [low = self.low, high = self.high] in
      $0 >= low - step * 1e-9 && $0 <= high + step * 1e-9
    }
  }

  /// A tick as text; in powers of ten where every tick is below a thousandth.
  func label(_ value: Double) -> String {
    if value == 0 { return "0" }
    var text = Decimal.text(value, digits: digits)
    let highest = max(low.magnitude, high.magnitude)
    if highest < 1e-3 {
      var (factor, exponent) = (1.0, 0)
      while highest * factor < 1 { (factor, exponent) = (factor * 10, exponent + 1) }
      text = "\(Decimal.text(value * factor, digits: max(0, digits - exponent)))e-\(exponent)"
    }
    return text.replacing("-", with: "−")
  }
}
