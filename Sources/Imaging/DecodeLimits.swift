internal import CImageCodecs
internal import Foundations
internal import Geometry

/// What a picture may ask for; checked on the header, before memory is taken for the pixels.
package struct DecodeLimits: Sendable, Equatable {
  /// Width times height.
  package var maxPixels: Int
  /// Bytes of the file.
  package var maxBytes: Int
  /// Decoded bytes (three a pixel) for every byte of the file, once they are more than `freeBytes`.
  ///
  /// White paper of 8 bits reaches 3,000 in a PNG, photographs 100.
  package var maxRatio: Int
  /// Bytes that a decoder may take beside the pixels; only JPEGs of several scans need many.
  package var maxMemory: Int
  /// Scans of a JPEG.
  package var maxScans: Int
  /// Pixels times scans of a JPEG of more than 20 scans, whose decoding visits every block in each.
  package var maxScanPixels: Int

  /// What a picture may have at any ratio, in decoded bytes.
  package static let freeBytes = 48_000_000

  package init(
    maxPixels: Int = 64_000_000, maxBytes: Int = 64 << 20, maxRatio: Int = 4000,
    maxMemory: Int = 200 << 20, maxScans: Int = 500, maxScanPixels: Int = 2_000_000_000
  ) {
    self.maxPixels = maxPixels
    self.maxBytes = maxBytes
    self.maxRatio = maxRatio
    self.maxMemory = maxMemory
    self.maxScans = maxScans
    self.maxScanPixels = maxScanPixels
  }

  /// 64 megapixels (192 MB decoded) in a file of at most 64 MiB.
  package static let `default` = DecodeLimits()

  /// - Throws: `image.too-large`.
  func check(fileBytes: Int) throws(Fault) {
    guard fileBytes > maxBytes else { return }
    throw Fault("image.too-large", "the file has \(fileBytes) bytes, allowed are \(maxBytes)")
  }

  /// - Throws: `image.too-large`, `image.ratio`.
  func check(_ header: PictureHeader, fileBytes: Int) throws(Fault) {
    let (width, height) = (header.size.width, header.size.height)
    let pixels = width.multipliedReportingOverflow(by: height)
    if pixels.overflow || pixels.partialValue > maxPixels {
      throw Fault(
        "image.too-large",
        "the header announces \(width) x \(height) pixels, allowed are \(maxPixels) in all")
    }
    let decoded = 3 * pixels.partialValue
    guard decoded > Self.freeBytes, decoded / maxRatio > fileBytes else { return }
    throw Fault(
      "image.ratio",
      "\(fileBytes) bytes announce \(width) x \(height) pixels, more than \(maxRatio) bytes for one"
    )
  }

  var codecLimits: ic_limits {
    ic_limits(
      memory: Int64(maxMemory), scans: Int64(maxScans), scan_pixels: Int64(maxScanPixels))
  }
}

/// The memory of decoders and of large pictures in use, for which threads wait.
enum DecodingMemory {
  private static let budget = Budget(200_000_000)
  /// Pictures that take less do not count.
  private static let free = 12_000_000

  static func holding<R, E: Error>(_ bytes: Int, _ body: () throws(E) -> R) throws(E) -> R {
    bytes < free ? try body() : try budget.holding(bytes, body)
  }
}

extension PictureHeader {
  private var pixels: Int { size.width * size.height }

  /// What a decoder takes beside the pixels: every coefficient of a JPEG of several scans.
  var decoderBytes: Int { format == .jpeg && isProgressive ? 6 * pixels : 0 }

  /// The pixels of the picture at `size`, twice if they are turned.
  func pictureBytes(of size: Size) -> Int {
    (orientation == .upright ? 3 : 6) * size.width * size.height
  }

  /// The largest of 1, 2, 4 and 8 that leaves no side of a JPEG smaller than needed.
  func divisor(covering needed: Size?) -> Int32 {
    guard let needed, format == .jpeg else { return 1 }
    return [8, 4, 2].first {
      size.width / Int($0) >= needed.width && size.height / Int($0) >= needed.height
    } ?? 1
  }
}
