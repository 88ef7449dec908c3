internal import CImageCodecs
internal import Foundations
internal import Geometry
internal import Synchronization

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

/// Pictures whose decoding takes much memory wait for each other here.
enum HeavyDecoding {
  private static let turn = Mutex(())
  /// Several scans keep every coefficient, up to six bytes a pixel.
  private static let heavyPixels = 4_000_000

  static func run<T>(_ header: PictureHeader, _ body: () -> T) -> T {
    let pixels = header.size.width * header.size.height
    guard header.isProgressive, header.format == .jpeg, pixels > heavyPixels else { return body() }
    return turn.withLock { _ in body() }
  }
}
