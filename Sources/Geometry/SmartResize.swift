package import Foundations

/// The size at which Qwen2-VL and Qwen2.5-VL see a picture (`smart_resize` of transformers'
/// `image_processing_qwen2_vl.py`).
package enum SmartResize {
  /// A picture longer than this many times its width is refused.
  private static let longestAspect = 200.0

  /// Both sides to multiples of `factor`, the area between `minPixels` and `maxPixels`, and the
  /// aspect as near as that allows.
  ///
  /// Sides round half to even, as Python does; an area out of bounds scales both original sides
  /// by one factor and floors (too large) or ceils (too small). Throws `image.aspect` above 200:1
  /// and `image.empty` for a side below 1.
  package static func size(
    of size: Size, factor: Int = 28, minPixels: Int, maxPixels: Int
  ) throws(Fault) -> Size {
    guard !size.isEmpty else { throw Fault("image.empty", "a picture of \(size) has no pixel") }
    let (width, height) = (Double(size.width), Double(size.height))
    guard max(width, height) / min(width, height) <= longestAspect else {
      throw Fault("image.aspect", "a picture of \(size) is longer than 200 times its other side")
    }
    let unit = Double(factor)
    func scaled(_ scale: (Double) -> Double, _ rule: FloatingPointRoundingRule) -> Size {
      Size(
        width: Int((scale(width) / unit).rounded(rule)) * factor,
        height: Int((scale(height) / unit).rounded(rule)) * factor)
    }
    var result = scaled({ $0 }, .toNearestOrEven)
    if result.area > maxPixels {
      let beta = (height * width / Double(maxPixels)).squareRoot()
      result = scaled({ $0 / beta }, .down)
      result.width = max(factor, result.width)
      result.height = max(factor, result.height)
    } else if result.area < minPixels {
      let beta = (Double(minPixels) / (height * width)).squareRoot()
      result = scaled({ $0 * beta }, .up)
    }
    return result
  }
}
