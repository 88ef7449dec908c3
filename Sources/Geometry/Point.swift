/// A place in a picture, in pixels: x to the right, y down, from the outer corner at the top left.
///
/// The pixel in column 3 covers x from 3 to 4.
package struct Point: Sendable, Hashable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  /// The Euclidean distance in pixels.
  package func distance(to other: Point) -> Double {
    let dx = x - other.x
    let dy = y - other.y
    return (dx * dx + dy * dy).squareRoot()
  }

  package var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Width and height in whole pixels.
package struct Size: Sendable, Hashable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Width times height; traps on overflow, so check sizes from files first.
  package var area: Int { width * height }

  package var isEmpty: Bool { width <= 0 || height <= 0 }

  /// The whole picture as a box.
  package var box: Box { Box(x0: 0, y0: 0, x1: Double(width), y1: Double(height)) }
}

extension Point: CustomStringConvertible {
  package var description: String { "(\(x), \(y))" }
}

extension Size: CustomStringConvertible {
  /// As `640x480`.
  package var description: String { "\(width)x\(height)" }
}
