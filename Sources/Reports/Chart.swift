package import Foundations
package import JSONText

/// Lines over training steps.
package struct Chart: Sendable {
  package struct Series: Sendable {
    package let name: String
    /// By ascending x; a y that is not finite leaves a gap.
    package let points: [(x: Double, y: Double)]

    package init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  package let title: String
  package let xLabel: String
  package let yLabel: String
  package let series: [Series]

  package init(_ title: String, x: String = "step", y: String = "", series: [Series]) {
    self.title = title
    xLabel = x
    yLabel = y
    self.series = series
  }

  /// One chart per number that the lines of a metrics file hold, in order of first appearance.
  ///
  /// Each line is an object with `step` and numbers; other members are passed over, and so are
  /// keys with fewer than two values and those that `accepts` refuses. Keys `train/x` and
  /// `validation/x` share the chart `x`. Throws a Fault on a line that is no object or has no step.
  package static func charts(
    stage: String, metrics lines: [JSON], accepts: (String) -> Bool = { _ in true }
  ) throws(Fault) -> [Chart] {
    var order: [String] = []
    var found: [String: [(x: Double, y: Double)]] = [:]
    for line in lines {
      let step = try line.double("step")
      guard case .object(let members) = line else { continue }
      for (key, value) in members where key != "step" && accepts(key) {
        guard let number = value.finite else { continue }
        if found[key] == nil { order.append(key) }
        found[key, default: []].append((step, number))
      }
    }
    var titles: [String] = []
    var groups: [String: [Series]] = [:]
    for key in order {
      guard let points = found[key], points.count > 1 else { continue }
      let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
      let title = parts[parts.count - 1]
      if groups[title] == nil { titles.append(title) }
      groups[title, default: []].append(
        Series(parts.count > 1 ? parts[0] : title, points.sorted { $0.x < $1.x }))
    }
    return titles.map { title in
      let name = title.replacing("_", with: " ")
      return Chart("\(stage) · \(name)", y: name, series: groups[title] ?? [])
    }
  }
}

extension JSON {
  fileprivate var finite: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    default: nil
    }
  }
}
