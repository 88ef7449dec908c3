internal import Foundations
package import Geometry

/// A colour of 8 bits a channel, sRGB.
package struct Color: Sendable, Equatable, Hashable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  package static let white = Color(255, 255, 255)
  package static let black = Color(0, 0, 0)

  /// Brightness as the eye weighs it (BT.601), 0 to 255.
  package var luma: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }
}

/// A picture in memory: RGB, 8 bit, interleaved, rows top to bottom without padding.
package struct Picture: Sendable, Equatable {
  package let size: Size
  /// `size.width * size.height * 3` bytes.
  package internal(set) var pixels: [UInt8]

  package init(size: Size, pixels: [UInt8]) {
    precondition(
      pixels.count == size.width * size.height * 3,
      "\(pixels.count) bytes are no RGB picture of \(size.width) x \(size.height)")
    self.size = size
    self.pixels = pixels
  }

  /// A picture of one colour.
  package init(size: Size, color: Color) {
    self.size = size
    var pixels = [UInt8](repeating: color.red, count: size.width * size.height * 3)
    if color.green != color.red || color.blue != color.red {
      for start in stride(from: 0, to: pixels.count, by: 3) {
        pixels[start + 1] = color.green
        pixels[start + 2] = color.blue
      }
    }
    self.pixels = pixels
  }

  /// The pixel in column `x`, row `y`.
  package subscript(x: Int, y: Int) -> Color {
    let start = offset(x, y)
    return Color(pixels[start], pixels[start + 1], pixels[start + 2])
  }

  /// Where the pixel in column `x`, row `y` starts in `pixels`.
  func offset(_ x: Int, _ y: Int) -> Int {
    precondition(
      x >= 0 && x < size.width && y >= 0 && y < size.height,
      "pixel (\(x), \(y)) is outside a picture of \(size.width) x \(size.height)")
    return (y * size.width + x) * 3
  }
}

extension Picture: CustomStringConvertible {
  /// Size and digest, for messages; never the pixels.
  package var description: String {
    "\(size) RGB, SHA-256 \(SHA256.hexadecimal(of: pixels).prefix(12))"
  }
}

/// A picture with straight alpha, for icons: RGBA, 8 bit, rows top to bottom without padding.
package struct PictureRGBA: Sendable, Equatable {
  package let size: Size
  /// `size.width * size.height * 4` bytes.
  package internal(set) var pixels: [UInt8]

  package init(size: Size, pixels: [UInt8]) {
    precondition(
      pixels.count == size.width * size.height * 4,
      "\(pixels.count) bytes are no RGBA picture of \(size.width) x \(size.height)")
    self.size = size
    self.pixels = pixels
  }
}
