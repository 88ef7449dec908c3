/// A frame of reference: a region of the original picture and the size at which the model sees it.
///
/// The two axes scale independently, since sides are rounded to multiples of 28: a label is right
/// only if it is rescaled per axis by the rounded sides. (ViGoRL ignores that rounding, up to 14
/// pixels.)
package struct Frame: Sendable, Hashable {
  /// In pixels of the original picture; must have area.
  package let region: Box
  /// What the model sees of it, in pixels; not empty.
  package let seen: Size

  package init(region: Box, seen: Size) {
    precondition(!region.isEmpty && !seen.isEmpty, "an empty frame: \(region) seen at \(seen)")
    self.region = region
    self.seen = seen
  }

  /// The whole picture of size `original`, seen at another size.
  package init(original: Size, seen: Size) { self.init(region: original.box, seen: seen) }

  /// Original pixels of a point in the model's pixels.
  package func toOriginal(_ point: Point) -> Point {
    Point(
      x: region.x0 + point.x * region.width / Double(seen.width),
      y: region.y0 + point.y * region.height / Double(seen.height))
  }

  /// The model's pixels of a point in original pixels, not rounded.
  package func fromOriginal(_ point: Point) -> Point {
    Point(
      x: (point.x - region.x0) * Double(seen.width) / region.width,
      y: (point.y - region.y0) * Double(seen.height) / region.height)
  }

  package func toOriginal(_ box: Box) -> Box {
    let (low, high) = (toOriginal(box.low), toOriginal(box.high))
    return Box(x0: low.x, y0: low.y, x1: high.x, y1: high.y)
  }

  package func fromOriginal(_ box: Box) -> Box {
    let (low, high) = (fromOriginal(box.low), fromOriginal(box.high))
    return Box(x0: low.x, y0: low.y, x1: high.x, y1: high.y)
  }

  /// The coordinates that text shows for a point in original pixels: the nearest whole pixels of
  /// the model's frame, half to even, kept inside it.
  ///
  /// A label that came from text comes back: `label(of: toOriginal(p)) == p` for whole `p` in the
  /// frame.
  package func label(of point: Point) -> Point {
    let exact = fromOriginal(point)
    return Point(
      x: Self.whole(exact.x, below: seen.width), y: Self.whole(exact.y, below: seen.height))
  }

  private static func whole(_ value: Double, below limit: Int) -> Double {
    min(max(value.rounded(.toNearestOrEven), 0), Double(limit - 1))
  }
}

extension Box {
  fileprivate var low: Point { Point(x: x0, y: y0) }
  fileprivate var high: Point { Point(x: x1, y: y1) }
}
