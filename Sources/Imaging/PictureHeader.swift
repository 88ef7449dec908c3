internal import CImageCodecs
package import Foundations
package import Geometry

/// The file formats that are read and written.
package enum PictureFormat: String, Sendable, CaseIterable {
  case jpeg
  case png
}

/// What a file says about its picture before any pixel is decoded.
package struct PictureHeader: Sendable, Equatable {
  package let format: PictureFormat
  /// Pixels of the decoded picture, after the orientation tag.
  package let size: Size
  /// As stored: 1 grey, 2 grey and alpha, 3 colour or palette, 4 colour and alpha, or CMYK.
  package let channels: Int
  /// Bits of a channel as stored.
  package let bitDepth: Int
  package let orientation: Orientation
}

/// How large a picture may be; checked on the header, before memory is taken for the pixels.
package struct DecodeLimits: Sendable, Equatable {
  package var maxPixels: Int
  package var maxBytes: Int

  package init(maxPixels: Int, maxBytes: Int) {
    self.maxPixels = maxPixels
    self.maxBytes = maxBytes
  }

  /// 64 megapixels (192 MB decoded) in a file of at most 256 MiB.
  package static let `default` = DecodeLimits(maxPixels: 64_000_000, maxBytes: 256 << 20)
}

extension Picture {
  /// Reads the header by content, whatever the file is called.
  ///
  /// - Throws: `image.empty`, `image.unknown-format`, `image.truncated`, `image.corrupt`.
  package static func header(of bytes: [UInt8]) throws(Fault) -> PictureHeader {
    if bytes.isEmpty { throw Fault("image.empty", "expected a picture, found 0 bytes") }
    let result = unsafe bytes.withUnsafeBufferPointer {
      unsafe ic_header($0.baseAddress, Int64($0.count))
    }
    try result.check(bytes)
    let format: PictureFormat = result.format == ic_jpeg ? .jpeg : .png
    let orientation = Orientation.find(in: bytes, format: format)
    let stored = Size(width: Int(result.width), height: Int(result.height))
    return PictureHeader(
      format: format, size: orientation.upright(stored), channels: Int(result.channels),
      bitDepth: Int(result.bit_depth), orientation: orientation)
  }

  /// The header, if what it announces is within `limits`.
  static func header(of bytes: [UInt8], within limits: DecodeLimits) throws(Fault) -> PictureHeader
  {
    if bytes.count > limits.maxBytes {
      throw Fault(
        "image.too-large", "the file has \(bytes.count) bytes, allowed are \(limits.maxBytes)")
    }
    let header = try header(of: bytes)
    let pixels = header.size.width.multipliedReportingOverflow(by: header.size.height)
    if pixels.overflow || pixels.partialValue > limits.maxPixels {
      throw Fault(
        "image.too-large",
        "the header announces \(header.size.width) x \(header.size.height) pixels, "
          + "allowed are \(limits.maxPixels) in all")
    }
    return header
  }
}

extension ic_result {
  /// Throws the fault that this result stands for; damage that the library went on after counts.
  func check(_ bytes: [UInt8]) throws(Fault) {
    switch Int(status) {
    case ic_ok where warnings == 0: return
    case ic_unknown_format:
      let head = Hexadecimal.text(of: Array(bytes.prefix(8)))
      throw Fault(
        "image.unknown-format", "expected JPEG or PNG, found \(bytes.count) bytes starting \(head)")
    case ic_no_memory:
      throw Fault("image.no-memory", "no memory to decode the picture", cause: said)
    case ic_bad_argument:
      preconditionFailure("the codec was called wrongly: \(said ?? "")")
    default:
      if truncated != 0 {
        throw Fault("image.truncated", "the picture ends before its last row", cause: said)
      }
      throw Fault("image.corrupt", "the picture is damaged", cause: said)
    }
  }

  private var said: String? {
    let text = unsafe withUnsafeBytes(of: message) { raw in
      unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    return text.isEmpty ? nil : text
  }
}
