internal import CImageCodecs
package import Geometry

/// A shape with anti-aliased edges, in pixels; pixel (i, j) covers [i, i + 1] x [j, j + 1].
package enum Shape: Sendable {
  case disc(center: Point, radius: Double)
  case roundedSquare(center: Point, halfSide: Double, cornerRadius: Double)
  /// A square on its corner; `halfDiagonal` from the centre to a corner.
  case diamond(center: Point, halfDiagonal: Double)
  case ring(center: Point, radius: Double, width: Double)
  /// A line with round ends.
  case line(from: Point, to: Point, width: Double)
}

extension Picture {
  /// Fills `shape` with `color` at an opacity of 0 to 1; what lies outside the picture is left out.
  ///
  /// Drawing a shape moved by whole pixels moves its bytes, so a part of a picture can be drawn alone.
  package mutating func fill(_ shape: Shape, _ color: Color, opacity: Double = 1) {
    let (width, height) = (Int64(size.width), Int64(size.height))
    unsafe pixels.withUnsafeMutableBufferPointer {
      unsafe pk_fill(
        $0.baseAddress, width, height, shape.kernelShape, color.red, color.green, color.blue,
        opacity)
    }
  }

  /// Pastes `icon` with its top left pixel at (x, y), resized to `scaled` first where given.
  package mutating func composite(
    _ icon: PictureRGBA, x: Int, y: Int, scaledTo scaled: Size? = nil
  ) {
    let icon = scaled.map { icon.resized(to: $0) } ?? icon
    let (width, height) = (Int64(size.width), Int64(size.height))
    unsafe pixels.withUnsafeMutableBufferPointer { target in
      unsafe icon.pixels.withUnsafeBufferPointer {
        unsafe pk_paste(
          target.baseAddress, width, height, $0.baseAddress, Int64(icon.size.width),
          Int64(icon.size.height), Int64(x), Int64(y))
      }
    }
  }

  /// Pastes an opaque picture with its top left pixel at (x, y); it must lie inside.
  package mutating func paste(_ patch: Picture, x: Int, y: Int) {
    replace(
      PixelRect(x: x, y: y, width: patch.size.width, height: patch.size.height), with: patch)
  }

  /// The four sides of a box.
  package mutating func outline(_ box: Box, _ color: Color, width: Double = 2) {
    let corners = [
      Point(x: box.x0, y: box.y0), Point(x: box.x1, y: box.y0), Point(x: box.x1, y: box.y1),
      Point(x: box.x0, y: box.y1),
    ]
    for (index, corner) in corners.enumerated() {
      fill(.line(from: corner, to: corners[(index + 1) % 4], width: width), color)
    }
  }

  /// A filled disc with a number in it, as a step of a trace is marked; readable on any ground.
  package mutating func marker(_ number: Int, at center: Point, _ color: Color, radius: Double = 11)
  {
    let ink: Color = color.luma > 140 ? .black : .white
    fill(.disc(center: center, radius: radius + 1.5), ink)
    fill(.disc(center: center, radius: radius), color)
    let label = String(number)
    let scale = max(1, Int(radius / 6) - (label.utf8.count > 2 ? 1 : 0))
    let extent = BitmapFont.extent(of: label, scale: scale)
    text(
      label, x: Int((center.x - Double(extent.width) / 2).rounded()),
      y: Int((center.y - Double(extent.height) / 2).rounded()), ink, scale: scale)
  }

  /// Writes a line of ASCII with its top left pixel at (x, y); other characters show as `?`.
  package mutating func text(_ text: String, x: Int, y: Int, _ color: Color, scale: Int = 1) {
    for block in BitmapFont.blocks(of: text, scale: scale) {
      for row in max(
        y + block.y, 0)..<max(min(y + block.y + scale, size.height), max(y + block.y, 0))
      {
        for column in max(
          x + block.x, 0)..<max(
            min(x + block.x + scale, size.width), max(x + block.x, 0))
        {
          let start = offset(column, row)
          pixels[start] = color.red
          pixels[start + 1] = color.green
          pixels[start + 2] = color.blue
        }
      }
    }
  }

  /// Writes a line on a filled ground that leaves 3 pixels around it.
  package mutating func label(
    _ label: String, x: Int, y: Int, _ color: Color, on ground: Color, scale: Int = 1
  ) {
    let extent = BitmapFont.extent(of: label, scale: scale)
    let (left, top) = (max(x, 0), max(y, 0))
    let right = min(x + extent.width + 6, size.width)
    let bottom = min(y + extent.height + 6, size.height)
    guard left < right, top < bottom else { return }
    paste(
      Picture(size: Size(width: right - left, height: bottom - top), color: ground), x: left, y: top
    )
    text(label, x: x + 3, y: y + 3, color, scale: scale)
  }
}

extension Shape {
  fileprivate var kernelShape: pk_shape {
    switch self {
    case .disc(let center, let radius):
      pk_shape(kind: Int32(pk_disc), x: center.x, y: center.y, a: radius, b: 0, width: 0)
    case .roundedSquare(let center, let halfSide, let cornerRadius):
      pk_shape(
        kind: Int32(pk_rounded_square), x: center.x, y: center.y, a: halfSide, b: cornerRadius,
        width: 0)
    case .diamond(let center, let halfDiagonal):
      pk_shape(kind: Int32(pk_diamond), x: center.x, y: center.y, a: halfDiagonal, b: 0, width: 0)
    case .ring(let center, let radius, let width):
      pk_shape(kind: Int32(pk_ring), x: center.x, y: center.y, a: radius, b: 0, width: width)
    case .line(let from, let to, let width):
      pk_shape(kind: Int32(pk_segment), x: from.x, y: from.y, a: to.x, b: to.y, width: width)
    }
  }
}
