internal import Geometry

/// The EXIF orientation tag: how the stored rows must be turned to stand upright.
package enum Orientation: Int, Sendable {
  case upright = 1
  case mirrored
  case turned180
  case flipped
  case transposed
  case turnedRight
  case transversed
  case turnedLeft

  var swapsSides: Bool { rawValue >= 5 }

  /// The size of the upright picture of stored size `stored`.
  func upright(_ stored: Size) -> Size {
    swapsSides ? Size(width: stored.height, height: stored.width) : stored
  }

  /// The tag of a file; `.upright` where there is none or it makes no sense, as every viewer does.
  static func find(in bytes: [UInt8], format: PictureFormat) -> Orientation {
    let block = format == .jpeg ? exifInJPEG(bytes) : exifInPNG(bytes)
    return block.flatMap { tag(in: bytes[$0]) }.flatMap(Orientation.init) ?? .upright
  }

  /// The TIFF part of the first APP1 segment with the EXIF mark.
  private static func exifInJPEG(_ bytes: [UInt8]) -> Range<Int>? {
    var at = 2
    while at + 4 <= bytes.count, bytes[at] == 0xFF {
      let marker = bytes[at + 1]
      if marker == 0xFF {
        at += 1
        continue
      }
      // Start of scan: what follows is coded data.
      if marker == 0xDA { return nil }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      let body = at + 4
      let end = at + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      if marker == 0xE1, end - body > 6, bytes[body..<body + 6].elementsEqual("Exif\0\0".utf8) {
        return body + 6..<end
      }
      at = end
    }
    return nil
  }

  /// The body of the eXIf chunk.
  private static func exifInPNG(_ bytes: [UInt8]) -> Range<Int>? {
    var at = 8
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      let body = at + 8
      guard length <= bytes.count - body - 4 else { return nil }
      let name = bytes[at + 4..<at + 8]
      if name.elementsEqual("eXIf".utf8) { return body..<body + length }
      if name.elementsEqual("IEND".utf8) { return nil }
      at = body + length + 4
    }
    return nil
  }

  /// Tag 0x0112 of the first directory of a TIFF block.
  private static func tag(in tiff: ArraySlice<UInt8>) -> Int? {
    let start = tiff.startIndex
    let littleEndian = tiff.starts(with: "II".utf8)
    guard littleEndian || tiff.starts(with: "MM".utf8) else { return nil }
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset + count <= tiff.count else { return nil }
      let field = tiff[start + offset..<start + offset + count]
      return littleEndian
        ? field.reversed().reduce(0) { $0 << 8 | Int($1) } : field.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else {
      return nil
    }
    for entry in 0..<count {
      let at = directory + 2 + 12 * entry
      guard let name = number(at, 2) else { return nil }
      if name == 0x0112 { return number(at + 8, 2) }
    }
    return nil
  }
}
