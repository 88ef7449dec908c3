package import Foundations

/// An upright rectangle in pixels; `x1` and `y1` are the outer edges, as in Python slices.
///
/// Valid boxes are finite with `x0 <= x1` and `y0 <= y1`. Every function takes invalid boxes too
/// and treats a negative side as empty.
package struct Box: Sendable, Hashable {
  package var x0: Double
  package var y0: Double
  package var x1: Double
  package var y1: Double

  package init(x0: Double, y0: Double, x1: Double, y1: Double) {
    self.x0 = x0
    self.y0 = y0
    self.x1 = x1
    self.y1 = y1
  }

  package var width: Double { max(0, x1 - x0) }
  package var height: Double { max(0, y1 - y0) }
  package var area: Double { width * height }
  package var isEmpty: Bool { !(x1 > x0 && y1 > y0) }
  package var center: Point { Point(x: (x0 + x1) / 2, y: (y0 + y1) / 2) }

  /// Whether the point lies in the box, all four edges included.
  ///
  /// Inclusive as in ViGoRL's `point_in_bbox` reward, where truth boxes are integers.
  package func contains(_ point: Point) -> Bool {
    x0 <= point.x && point.x <= x1 && y0 <= point.y && point.y <= y1
  }

  package func contains(_ other: Box) -> Bool {
    x0 <= other.x0 && other.x1 <= x1 && y0 <= other.y0 && other.y1 <= y1
  }

  /// The common part, or `nil` where it has no area.
  package func intersection(_ other: Box) -> Box? {
    let common = Box(
      x0: max(x0, other.x0), y0: max(y0, other.y0), x1: min(x1, other.x1), y1: min(y1, other.y1))
    return common.isEmpty ? nil : common
  }

  /// The smallest box around both.
  package func union(_ other: Box) -> Box {
    Box(x0: min(x0, other.x0), y0: min(y0, other.y0), x1: max(x1, other.x1), y1: max(y1, other.y1))
  }

  /// Intersection over union, in 0...1; 0 where neither has area.
  package func iou(_ other: Box) -> Double {
    let common = intersection(other)?.area ?? 0
    let all = area + other.area - common
    return all > 0 ? common / all : 0
  }

  /// The part inside a picture of `size`; empty at the nearest edge where nothing is.
  package func clipped(to size: Size) -> Box {
    let (width, height) = (Double(size.width), Double(size.height))
    return Box(
      x0: min(max(x0, 0), width), y0: min(max(y0, 0), height),
      x1: min(max(x1, 0), width), y1: min(max(y1, 0), height))
  }

  /// Throws `box.invalid` unless the box is finite and has area, and `box.outside` unless it lies
  /// in a picture of `size`.
  package func check(in size: Size) throws(Fault) {
    guard x0.isFinite, y0.isFinite, x1.isFinite, y1.isFinite, !isEmpty else {
      throw Fault("box.invalid", "the box \(self) has no area; expected x0 < x1 and y0 < y1")
    }
    guard size.box.contains(self) else {
      throw Fault("box.outside", "the box \(self) reaches outside its picture of \(size) pixels")
    }
  }
}

extension Box: CustomStringConvertible {
  package var description: String { "[\(x0), \(y0), \(x1), \(y1)]" }
}
