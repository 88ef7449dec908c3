package import Geometry
package import Imaging

/// Draws a trace into the pixels of a picture: for files that are no page, such as a README.
package enum TraceDrawing {
  /// The colours of looks, in order; the seventh look has the first colour again.
  package static let colors = [
    Color(0xD9, 0x48, 0x0F), Color(0x18, 0x64, 0xAB), Color(0x2B, 0x8A, 0x3E),
    Color(0x86, 0x2E, 0x9C), Color(0xA0, 0x66, 0x00), Color(0x0B, 0x72, 0x85),
  ]
  private static let truthColor = Color(0x0C, 0xA8, 0x4F)
  private static let wrongColor = Color(0xD9, 0x2B, 0x1C)

  /// The picture with truth boxes, crop squares, the way of the looks and their numbers; crops stand
  /// in a column at its right, as the model saw them.
  package static func draw(
    _ trace: TraceView, on picture: Picture, truth: [Box] = []
  ) -> Picture {
    let unit = max(1, Double(picture.size.width) / 560)
    var result = picture
    for box in truth {
      result.outline(box, .white, width: 5 * unit)
      result.outline(box, truthColor, width: 2.5 * unit)
    }
    let looks = trace.steps.enumerated().compactMap { index, step in
      step.point.map { (number: index + 1, point: $0) }
    }
    for (index, step) in trace.steps.enumerated() {
      guard let crop = step.crop else { continue }
      result.outline(crop.box, .white, width: 3.5 * unit)
      result.outline(crop.box, colors[index % colors.count], width: 1.8 * unit)
    }
    for (width, color) in [(5.0, Color.white), (2, .black)] {
      for (start, end) in zip(looks, looks.dropFirst()) {
        result.fill(.line(from: start.point, to: end.point, width: width * unit), color)
      }
    }
    for (number, point) in looks {
      let color = colors[(number - 1) % colors.count]
      result.fill(.ring(center: point, radius: 5 * unit, width: 5 * unit), .white)
      result.fill(.ring(center: point, radius: 5 * unit, width: 2.4 * unit), color)
      let center = badge(beside: point, in: picture.size, unit: unit)
      result.marker(number, at: center, color, radius: 11 * unit)
    }
    if let point = trace.answerPoint {
      cross(at: point, trace.isCorrect ? truthColor : wrongColor, unit: unit, in: &result)
    }
    return beside(result, crops(of: trace, on: picture))
  }

  /// Where the number of a look stands: up and right of it, or where there is room.
  static func badge(beside point: Point, in size: Size, unit: Double) -> Point {
    let (offset, margin) = (15 * unit, 13 * unit)
    let right = point.x + offset + margin <= Double(size.width)
    let above = point.y - offset - margin >= 0
    return Point(
      x: point.x + (right ? offset : -offset), y: point.y + (above ? -offset : offset))
  }

  private static func cross(at point: Point, _ color: Color, unit: Double, in result: inout Picture)
  {
    let arm = 9 * unit
    for (width, color) in [(6.0, Color.white), (3, color)] {
      result.fill(
        .line(
          from: Point(x: point.x - arm, y: point.y), to: Point(x: point.x + arm, y: point.y),
          width: width * unit), color)
      result.fill(
        .line(
          from: Point(x: point.x, y: point.y - arm), to: Point(x: point.x, y: point.y + arm),
          width: width * unit), color)
    }
  }

  /// Crops in frames of the colours of their looks.
  private static func crops(of trace: TraceView, on picture: Picture) -> [Picture] {
    trace.steps.enumerated().compactMap { index, step in
      guard let crop = step.crop, crop.box.intersection(picture.size.box) != nil else { return nil }
      let seen = picture.cropped(crop)
      let size = Size(width: seen.size.width + 8, height: seen.size.height + 8)
      var framed = Picture(size: size, color: colors[index % colors.count])
      framed.paste(seen, x: 4, y: 4)
      return framed
    }
  }

  private static func beside(_ picture: Picture, _ crops: [Picture]) -> Picture {
    if crops.isEmpty { return picture }
    let gap = 12
    let column = crops.map(\.size.width).max() ?? 0
    let tall = crops.reduce(-gap) { $0 + $1.size.height + gap }
    let size = Size(
      width: picture.size.width + gap + column, height: max(picture.size.height, tall))
    var result = Picture(size: size, color: .white)
    result.paste(picture, x: 0, y: 0)
    var y = 0
    for crop in crops {
      result.paste(crop, x: picture.size.width + gap, y: y)
      y += crop.size.height + gap
    }
    return result
  }
}
