internal import CImageCodecs
package import Geometry
internal import Synchronization

/// The filters of `resized`.
package enum ResizeFilter: Sendable {
  /// Keys' cubic with a = -0.5, widened when shrinking: Pillow's BICUBIC, byte for byte.
  case bicubic
}

/// Resizes pictures of one size to one other size, with the weights computed once.
///
/// The arithmetic is Pillow's (Resample.c, 8 bits a channel): horizontal pass, then vertical pass,
/// weights of 22 fractional bits, each pass rounded and clipped to 8 bit. As in Pillow 13 the
/// vertical pass comes first where it takes away more than twice as many rows as the other columns
/// (older versions never did that; pictures and squares made smaller in proportion are the same).
package struct Resizer: Sendable {
  package let input: Size
  package let output: Size
  private let across: ResampleAxis
  private let down: ResampleAxis
  private let channels: Int
  private let verticalFirst: Bool

  package init(from input: Size, to output: Size) {
    self.init(from: input, to: output, channels: 3)
  }

  init(from input: Size, to output: Size, channels: Int) {
    precondition(
      min(input.width, input.height, output.width, output.height) > 0,
      "cannot resize \(input.width) x \(input.height) to \(output.width) x \(output.height)")
    self.input = input
    self.output = output
    self.channels = channels
    let lostRows = input.height - output.height
    verticalFirst = lostRows > 0 && lostRows > (input.width - output.width) * 2
    across = ResampleAxis(from: input.width, to: output.width, spread: channels)
    down = ResampleAxis(from: input.height, to: output.height, spread: 1)
  }

  /// The whole picture, resized.
  package func resized(_ picture: Picture) -> Picture {
    precondition(picture.size == input, "the picture is not of the resizer's input size")
    let pixels = resized(
      picture.pixels.span, stride: input.width * 3, region: .whole(output))
    return Picture(size: output, pixels: pixels)
  }

  /// Brings `view`, a resized picture, up to date after `picture` changed inside `changed`.
  ///
  /// `changed` is in pixels of the input. Only output pixels whose support touches it are computed;
  /// the result has the bytes of `resized(picture)`.
  package func update(_ view: inout Picture, from picture: Picture, changed: Box) {
    precondition(picture.size == input && view.size == output, "pictures of other sizes")
    let source = PixelRect(changed, in: input)
    if source.isEmpty { return }
    let columns = across.outputs(touching: source.columns)
    let rows = down.outputs(touching: source.rows)
    let region = PixelRect(
      x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    if region.isEmpty { return }
    let patch = resized(
      picture.pixels.span, stride: input.width * 3, region: region)
    view.replace(region, with: Picture(size: region.size, pixels: patch))
  }

  /// The bytes of `region` of the output, of an input whose first pixel is byte `first` of `pixels`
  /// and whose rows lie `stride` bytes apart.
  func resized(
    _ pixels: Span<UInt8>, from first: Int = 0, stride: Int, region: PixelRect
  ) -> [UInt8] {
    let rows = down.inputs(of: region.rows)
    let columns = across.inputs(of: region.columns)
    precondition(
      first + (input.height - 1) * stride + input.width * channels <= pixels.count,
      "the input of a resize has \(pixels.count) bytes, too few")
    if verticalFirst {
      let between = shrunkDown(
        pixels, at: first + columns.lowerBound * channels, stride: stride, origin: 0,
        bytes: columns.count * channels, region.rows)
      return shrunkAcross(
        between.span, at: 0, stride: columns.count * channels, bytes: columns.count * channels,
        origin: columns.lowerBound, rows: region.height, region.columns)
    }
    let between = shrunkAcross(
      pixels, at: first + rows.lowerBound * stride, stride: stride, bytes: input.width * channels,
      origin: 0, rows: rows.count, region.columns)
    return shrunkDown(
      between.span, at: 0, stride: region.width * channels, origin: rows.lowerBound,
      bytes: region.width * channels, region.rows)
  }

  private func shrunkAcross(
    _ pixels: Span<UInt8>, at start: Int, stride: Int, bytes inputBytes: Int, origin: Int,
    rows: Int, _ columns: Range<Int>
  ) -> [UInt8] {
    let rowBytes = columns.count * channels
    return unsafe bytes(rows * rowBytes) { target in
      unsafe pixels.withUnsafeBufferPointer { source in
        unsafe across.withAxis { axis in
          unsafe pk_resample_rows(
            source.baseAddress.map { unsafe $0 + start }, Int64(stride), Int64(inputBytes),
            Int64(origin), Int64(rows), Int32(channels), axis, Int64(columns.lowerBound),
            Int64(columns.count), target, Int64(rowBytes))
        }
      }
    }
  }

  private func shrunkDown(
    _ pixels: Span<UInt8>, at start: Int, stride: Int, origin: Int, bytes rowBytes: Int,
    _ rows: Range<Int>
  ) -> [UInt8] {
    unsafe bytes(rows.count * rowBytes) { target in
      unsafe pixels.withUnsafeBufferPointer { source in
        unsafe down.withAxis { axis in
          unsafe pk_resample_columns(
            source.baseAddress.map { unsafe $0 + start }, Int64(stride), Int64(origin),
            Int64(rowBytes), axis, Int64(rows.lowerBound), Int64(rows.count), target,
            Int64(rowBytes))
        }
      }
    }
  }
}

extension Resizer {
  private struct Sizes: Hashable {
    let input: Size
    let output: Size
  }

  /// The last resizers: pictures of one archive often have few sizes.
  private static let recent = Mutex([Sizes: Resizer]())
  private static let limit = 8

  static func between(_ input: Size, _ output: Size) -> Resizer {
    let sizes = Sizes(input: input, output: output)
    if let resizer = recent.withLock({ $0[sizes] }) { return resizer }
    let resizer = Resizer(from: input, to: output)
    recent.withLock { recent in
      if recent.count >= limit { recent.removeAll() }
      recent[sizes] = resizer
    }
    return resizer
  }
}

extension Picture {
  /// The picture in another size.
  package func resized(to output: Size, filter: ResizeFilter = .bicubic) -> Picture {
    output == size ? self : Resizer.between(size, output).resized(self)
  }

  /// The pixels inside `box` (edges rounded), as a picture.
  ///
  /// - Precondition: some of the box lies in the picture; what lies outside is left out.
  package func cropped(to box: Box) -> Picture {
    let rect = PixelRect(box, in: size)
    precondition(!rect.isEmpty, "the crop box lies outside the picture")
    let rowBytes = rect.width * 3
    var result: [UInt8] = []
    result.reserveCapacity(rect.height * rowBytes)
    for y in rect.rows {
      let start = offset(rect.x, y)
      result.append(contentsOf: pixels[start..<start + rowBytes])
    }
    return Picture(size: rect.size, pixels: result)
  }

  /// Crops, then resizes; what lies outside the box does not shine in at its edges.
  package func cropped(to box: Box, resizedTo output: Size) -> Picture {
    let rect = PixelRect(box, in: size)
    precondition(!rect.isEmpty, "the crop box lies outside the picture")
    if rect.size == output { return cropped(to: box) }
    let resizer = Resizer(from: rect.size, to: output)
    let first = offset(rect.x, rect.y)
    let result = resizer.resized(
      pixels.span, from: first, stride: size.width * 3, region: .whole(output))
    return Picture(size: output, pixels: result)
  }

  /// The pixels that a model sees of a crop.
  package func cropped(_ crop: Crop) -> Picture { cropped(to: crop.box, resizedTo: crop.output) }

  /// Copies `patch` over the pixels of `rect`, which has its size.
  mutating func replace(_ rect: PixelRect, with patch: Picture) {
    precondition(patch.size == rect.size, "the patch is not of the rectangle's size")
    let rowBytes = rect.width * 3
    for row in 0..<rect.height {
      let start = offset(rect.x, rect.y + row)
      pixels.replaceSubrange(
        start..<start + rowBytes, with: patch.pixels[row * rowBytes..<(row + 1) * rowBytes])
    }
  }
}

extension PictureRGBA {
  /// The picture in another size; colours are weighed by alpha, as Pillow does.
  package func resized(to output: Size) -> PictureRGBA {
    if output == size { return self }
    var source = pixels
    unsafe source.withUnsafeMutableBufferPointer {
      unsafe pk_premultiply($0.baseAddress, Int64($0.count / 4))
    }
    let resizer = Resizer(from: size, to: output, channels: 4)
    var result = resizer.resized(
      source.span, stride: size.width * 4, region: .whole(output))
    unsafe result.withUnsafeMutableBufferPointer {
      unsafe pk_unpremultiply($0.baseAddress, Int64($0.count / 4))
    }
    return PictureRGBA(size: output, pixels: result)
  }
}
