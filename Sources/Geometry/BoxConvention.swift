/// The ways in which annotation files write four numbers for a box.
package struct BoxConvention: Sendable, Hashable {
  package enum Layout: String, Sendable, CaseIterable {
    /// Left, top, right, bottom.
    case corners
    /// Left, top, width, height (COCO).
    case cornerAndSize = "corner-and-size"
    /// Centre x, centre y, width, height (YOLO).
    case centerAndSize = "center-and-size"
  }

  package enum Unit: String, Sendable, CaseIterable {
    case pixels
    /// Of the picture's width and height, 0...1.
    case fractions
    /// Of the picture's width and height, 0...1000.
    case thousandths
  }

  package var layout: Layout
  package var unit: Unit

  package init(_ layout: Layout = .corners, _ unit: Unit = .pixels) {
    self.layout = layout
    self.unit = unit
  }

  /// The box in pixels of a picture of `size`, of four numbers of this convention.
  package func box(_ a: Double, _ b: Double, _ c: Double, _ d: Double, in size: Size) -> Box {
    let (sx, sy) = pixelsPerUnit(in: size)
    let (x, y, u, v) = (a * sx, b * sy, c * sx, d * sy)
    return switch layout {
    case .corners: Box(x0: x, y0: y, x1: u, y1: v)
    case .cornerAndSize: Box(x0: x, y0: y, x1: x + u, y1: y + v)
    case .centerAndSize: Box(x0: x - u / 2, y0: y - v / 2, x1: x + u / 2, y1: y + v / 2)
    }
  }

  /// The four numbers of this convention for a box in pixels of a picture of `size`.
  package func numbers(of box: Box, in size: Size) -> [Double] {
    let (sx, sy) = pixelsPerUnit(in: size)
    let numbers =
      switch layout {
      case .corners: (box.x0, box.y0, box.x1, box.y1)
      case .cornerAndSize: (box.x0, box.y0, box.width, box.height)
      case .centerAndSize: (box.center.x, box.center.y, box.width, box.height)
      }
    return [numbers.0 / sx, numbers.1 / sy, numbers.2 / sx, numbers.3 / sy]
  }

  private func pixelsPerUnit(in size: Size) -> (Double, Double) {
    switch unit {
    case .pixels: (1, 1)
    case .fractions: (Double(size.width), Double(size.height))
    case .thousandths: (Double(size.width) / 1000, Double(size.height) / 1000)
    }
  }
}
