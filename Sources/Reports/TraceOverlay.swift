internal import Geometry
internal import Imaging

/// A picture as SVG with the path of the looks over it, sharp at any size.
struct TraceOverlay {
  let view: QuestionView
  let trace: TraceView
  /// The name under which the picture stands in the page.
  let picture: String
  /// Whether the bytes of the picture are here, or in another overlay of the same page.
  let holdsPicture: Bool

  /// Picture pixels per pixel of a page that shows the picture 560 wide.
  private var unit: Double { Double(view.picture.size.width) / 560 }

  var markup: Markup {
    let size = view.picture.size
    let image: Markup =
      holdsPicture
      ? """
      <image id="\(picture)" width="\(size.width)" height="\(size.height)" \
      href="\(view.picture.dataAddress(quality: 84))"/>
      """ : "<use href=\"#\(picture)\"/>"
    return """
      <svg class="picture" viewBox="0 0 \(size.width) \(size.height)" role="img" \
      aria-label="the picture with \(looks.count) numbered looks">
      \(image)\(view.truthBoxes.map(truth))\(crops)\(path)\(discs)\(answer)</svg>
      """
  }

  /// Steps that are tied to a place, with their numbers in the trace.
  private var looks: [(number: Int, point: Point)] {
    trace.steps.enumerated().compactMap { index, step in step.point.map { (index + 1, $0) } }
  }

  private func truth(_ box: Box) -> Markup {
    let padded = Box(
      x0: box.x0 - 3 * unit, y0: box.y0 - 3 * unit, x1: box.x1 + 3 * unit, y1: box.y1 + 3 * unit)
    let dash = 6 * unit
    return """
      \(rectangle(padded, "casing", width: 4.5))\
      <g stroke-dasharray="\(dash) \(dash * 0.6)">\(rectangle(padded, "truth", width: 2.5))</g>
      """
  }

  private var crops: [Markup] {
    trace.steps.enumerated().compactMap { index, step in
      guard let crop = step.crop else { return nil }
      return """
        \(rectangle(crop.box, "casing", width: 3))\
        <g class="c\(index % 6)">\(rectangle(crop.box, "cut", width: 1.6))</g>
        """
    }
  }

  private var path: Markup {
    if looks.count < 2 { return "" }
    let points = Markup(looks.map { "\($0.point.x),\($0.point.y) " })
    return """
      <polyline class="casing" stroke-width="\(5 * unit)" points="\(points)"/>\
      <polyline class="way" stroke-width="\(2 * unit)" points="\(points)"/>
      """
  }

  /// A ring at the place itself and its number beside it, so that what was looked at stays visible.
  private var discs: [Markup] {
    looks.map { number, point in
      let center = TraceDrawing.badge(beside: point, in: view.picture.size, unit: unit)
      return """
        <g class="disc c\((number - 1) % 6)">\
        <circle class="halo" cx="\(point.x)" cy="\(point.y)" r="\(5 * unit)" \
        stroke-width="\(5 * unit)"/>\
        <circle class="spot" cx="\(point.x)" cy="\(point.y)" r="\(5 * unit)" \
        stroke-width="\(2.4 * unit)"/>\
        <circle class="badge" cx="\(center.x)" cy="\(center.y)" r="\(10.5 * unit)" \
        stroke-width="\(1.8 * unit)"/><text x="\(center.x)" y="\(center.y + 4.3 * unit)" \
        font-size="\(12.5 * unit)" text-anchor="middle">\(number)</text></g>
        """
    }
  }

  /// A cross where the answer itself is a place.
  private var answer: Markup {
    guard let point = trace.answerPoint else { return "" }
    let arm = 9 * unit
    let cross: Markup = """
      M\(point.x - arm) \(point.y)H\(point.x + arm)M\(point.x) \(point.y - arm)V\(point.y + arm)
      """
    return """
      <path class="casing" stroke-width="\(6 * unit)" d="\(cross)"/>\
      <path class="cross \(trace.isCorrect ? "good" : "bad")" stroke-width="\(3 * unit)" \
      d="\(cross)"/>
      """
  }

  private func rectangle(_ box: Box, _ name: Markup, width: Double) -> Markup {
    """
    <rect class="\(name)" x="\(box.x0)" y="\(box.y0)" width="\(box.width)" height="\(box.height)" \
    stroke-width="\(width * unit)"/>
    """
  }
}
