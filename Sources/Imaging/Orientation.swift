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
    let mark = "Exif\0\0".utf8
    let block = Segment.first(of: format, in: bytes) { name, body in
      format == .png ? name == Segment.eXIf : name == 0xE1 && body.starts(with: mark)
    }
    let tiff = block.map { format == .png ? bytes[$0] : bytes[$0].dropFirst(mark.count) }
    return tiff.flatMap(tag).flatMap(Orientation.init) ?? .upright
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
