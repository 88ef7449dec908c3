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
  /// Whether later parts of the file change earlier rows: a progressive JPEG, an interlaced PNG.
  package let isProgressive: Bool
  /// Whether the file brings an ICC profile; its colours are read as sRGB all the same.
  package let hasColorProfile: Bool
}

extension Picture {
  /// Reads the header by content, whatever the file is called.
  ///
  /// - Throws: `image.empty`, `image.unknown-format`, `image.truncated`, `image.corrupt`,
  ///   `image.unsupported`.
  package static func header(of bytes: [UInt8]) throws(Fault) -> PictureHeader {
    if bytes.isEmpty { throw Fault("image.empty", "expected a picture, found 0 bytes") }
    let result = unsafe bytes.withUnsafeBufferPointer {
      unsafe ic_header($0.baseAddress, Int64($0.count))
    }
    try result.check(bytes)
    let format: PictureFormat = result.format == ic_jpeg ? .jpeg : .png
    let orientation = Orientation.find(in: bytes, format: format)
    let profile = Segment.first(of: format, in: bytes) { name, body in
      format == .png
        ? name == Segment.iCCP : name == 0xE2 && body.starts(with: "ICC_PROFILE\0".utf8)
    }
    let stored = Size(width: Int(result.width), height: Int(result.height))
    return PictureHeader(
      format: format, size: orientation.upright(stored), channels: Int(result.channels),
      bitDepth: Int(result.bit_depth), orientation: orientation,
      isProgressive: result.progressive != 0, hasColorProfile: profile != nil)
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
    case ic_unsupported:
      throw Fault("image.unsupported", "the picture is of a kind that is not read", cause: said)
    case ic_too_large:
      throw Fault("image.too-large", "decoding takes more than is allowed", cause: said)
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
