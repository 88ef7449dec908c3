internal import Geometry

/// A rectangle of whole pixels.
struct PixelRect: Equatable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The pixels between the rounded edges of `box`, as far as they lie in a picture of `size`.
  init(_ box: Box, in size: Size) {
    let x0 = min(max(Int(box.x0.rounded()), 0), size.width)
    let y0 = min(max(Int(box.y0.rounded()), 0), size.height)
    let x1 = min(max(Int(box.x1.rounded()), x0), size.width)
    let y1 = min(max(Int(box.y1.rounded()), y0), size.height)
    self.init(x: x0, y: y0, width: x1 - x0, height: y1 - y0)
  }

  static func whole(_ size: Size) -> PixelRect {
    PixelRect(x: 0, y: 0, width: size.width, height: size.height)
  }

  var isEmpty: Bool { width == 0 || height == 0 }
  var size: Size { Size(width: width, height: height) }
  var columns: Range<Int> { x..<x + width }
  var rows: Range<Int> { y..<y + height }
}
