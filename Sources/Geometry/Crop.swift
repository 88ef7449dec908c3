/// A part of a picture, shown at another size; stored instead of pixels, as it renders exactly.
package struct Crop: Sendable, Hashable {
  /// In pixels of the parent, which is the original picture.
  package var box: Box
  package var output: Size

  package init(box: Box, output: Size) {
    self.box = box
    self.output = output
  }

  /// The frame of what the crop shows; the box and the output must have area.
  ///
  /// A crop of a crop is `Crop(box: outer.frame.toOriginal(inner), output: …)`.
  package var frame: Frame { Frame(region: box, seen: output) }
}

/// How a domain crops around a point: one square of fixed scale.
package struct CropRule: Sendable, Hashable {
  /// Half the side of the square, in pixels of the original picture.
  package var halfSide: Double
  /// What the model sees of it.
  package var output: Size

  package init(halfSide: Double, output: Size) {
    precondition(halfSide >= 0.5, "a crop of half side \(halfSide) has no pixel")
    self.halfSide = halfSide
    self.output = output
  }

  /// The square around `point`, with integer edges, shifted to lie inside a picture of `size`.
  ///
  /// The scale stays the same at the border; ViGoRL clips there instead and stretches the smaller
  /// rest to a square. A side is cut only where the picture is smaller than the square.
  package func box(around point: Point, in size: Size) -> Box {
    precondition(point.isFinite, "a crop around \(point)")
    let side = (2 * halfSide).rounded()
    let (x0, x1) = Self.span(side, around: point.x, in: Double(size.width))
    let (y0, y1) = Self.span(side, around: point.y, in: Double(size.height))
    return Box(x0: x0, y0: y0, x1: x1, y1: y1)
  }

  /// The crop around `point` of a picture of `size`.
  package func crop(around point: Point, in size: Size) -> Crop {
    Crop(box: box(around: point, in: size), output: output)
  }

  private static func span(
    _ side: Double, around center: Double, in length: Double
  ) -> (Double, Double) {
    guard side < length else { return (0, length) }
    let start = min(max((center - side / 2 + 0.5).rounded(.down), 0), length - side)
    return (start, start + side)
  }
}
