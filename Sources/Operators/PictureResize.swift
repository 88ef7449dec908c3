package import Foundations
package import Geometry
package import Imaging
package import Schemas

/// The size that pictures are brought to; places in them follow exactly.
package struct PictureResize: Sendable, Equatable {
  package enum Goal: Sendable, Equatable {
    /// Pixels of the shorter side.
    case shortest(Int)
    /// Pixels of the longer side.
    case longest(Int)
    /// At most so many pixels in all.
    case pixels(Int)
    /// Exactly this, whatever the shape was.
    case exact(Size)
  }

  /// What provenance says of resized pictures.
  package static let (name, version) = ("resize", "1")

  /// Pixels that a picture may have after it was made larger: those that are decoded again.
  package static let mostPixels = DecodeLimits.default.maxPixels

  /// The longest side of a file: JPEG_MAX_DIMENSION of libjpeg, PNG_USER_WIDTH_MAX of libpng.
  package static func longestSide(of format: Medium.Format) -> Int {
    format == .jpeg ? 65_500 : 1_000_000
  }

  package var goal: Goal
  /// Whether smaller pictures become larger.
  package var enlarges = false
  /// The format that changed pictures are stored in; nil: the one they have.
  package var format: Medium.Format?
  /// Of JPEG, 1...100.
  package var quality = 90

  package init(_ goal: Goal) { self.goal = goal }

  /// The size of a picture of `size` afterwards, at least 1 × 1.
  ///
  /// Both sides are rounded to the nearest pixel, for `pixels` down.
  package func size(of size: Size) -> Size {
    let (width, height) = (Double(size.width), Double(size.height))
    let scale: Double
    switch goal {
    case .exact(let exact):
      let isLarger = exact.width > size.width || exact.height > size.height
      return isLarger && !enlarges ? size : exact
    case .shortest(let side): scale = Double(side) / min(width, height)
    case .longest(let side): scale = Double(side) / max(width, height)
    case .pixels(let count): scale = (Double(count) / (width * height)).squareRoot()
    }
    guard scale < 1 || enlarges else { return size }
    let rule: FloatingPointRoundingRule =
      if case .pixels = goal { .down } else { .toNearestOrAwayFromZero }
    // A hair more, so that a side that comes out whole is not cut by the last bit of the product.
    func side(_ length: Double) -> Int { max(1, Int((length * scale * (1 + 1e-12)).rounded(rule))) }
    return Size(width: side(width), height: side(height))
  }

  /// Throws `resize.too-large` if a picture of size `input` would become larger than allowed.
  func check(_ input: Size, as target: Medium.Format) throws(Fault) {
    let output = size(of: input)
    let side = Self.longestSide(of: target)
    let pixels = output.width.multipliedReportingOverflow(by: output.height)
    let isLarger = pixels.overflow || pixels.partialValue > input.width * input.height
    let isTooMany = pixels.overflow || pixels.partialValue > Self.mostPixels
    guard (isLarger && isTooMany) || max(output.width, output.height) > side else { return }
    throw Fault(
      "resize.too-large",
      "\(input.width) x \(input.height) pixels would become \(output.width) x \(output.height), "
        + "allowed are \(Self.mostPixels) in all and \(side) a side of a \(target.rawValue)")
  }

  /// The file of a picture afterwards; nil if nothing changes, so that its bytes stay.
  ///
  /// A JPEG at least four times as large is decoded at a half, a quarter or an eighth.
  ///
  /// - Throws: the faults of decoding; `resize.too-large`, before the picture is decoded.
  package func file(
    of bytes: [UInt8], limits: DecodeLimits = .default
  ) throws(Fault) -> (bytes: [UInt8], format: Medium.Format, size: Size)? {
    try file(of: bytes, Picture.header(of: bytes, within: limits), limits: limits)
  }

  /// The same for a picture whose header was read, within the same limits, before.
  ///
  /// - Parameter look: sees the pixels that are stored.
  func file(
    of bytes: [UInt8], _ header: PictureHeader, limits: DecodeLimits,
    look: (Picture) -> Void = { _ in }
  ) throws(Fault) -> (bytes: [UInt8], format: Medium.Format, size: Size)? {
    let output = size(of: header.size)
    let target = format ?? header.mediumFormat
    if output == header.size && target == header.mediumFormat { return nil }
    try check(header.size, as: target)
    // A picture made larger takes its pixels twice, once resized along one side only.
    let pixels = output.width * output.height
    let larger = pixels > header.size.width * header.size.height ? 6 * pixels : 0
    // Twice the output, as Pillow's `thumbnail` decodes (reducing_gap).
    let needed = Size(width: output.width * 2, height: output.height * 2)
    let file = try Picture.decoding(
      bytes, header, limits: limits, covering: needed, beside: larger
    ) { picture in
      let resized = picture.size == output ? picture : picture.resized(to: output)
      look(resized)
      return target == .jpeg
        ? resized.encodedJPEG(quality: quality, optimized: false) : resized.encodedPNG()
    }
    return (file, target, output)
  }
}

extension PictureHeader {
  var mediumFormat: Medium.Format { format == .jpeg ? .jpeg : .png }
}

extension Question {
  /// The same question about resized pictures; boxes of targets and of the answer follow the first.
  package func resized(to images: [Medium]) -> Question {
    precondition(
      images.count == self.images.count, "\(images.count) pictures for \(self.images.count)")
    var question = self
    question.images = images
    let (before, after) = (self.images[0].size, images[0].size)
    if before == after { return question }
    let fraction = BoxConvention(.corners, .fractions)
    func scaled(_ box: Box) -> Box {
      let numbers = fraction.numbers(of: box, in: before)
      // Rounding may lead past an edge by the last bit.
      return fraction.box(numbers[0], numbers[1], numbers[2], numbers[3], in: after)
        .clipped(to: after)
    }
    for index in targets.indices { question.targets[index].box = scaled(targets[index].box) }
    if case .pointInBox(let box) = answer { question.answer = .pointInBox(scaled(box)) }
    return question
  }
}
