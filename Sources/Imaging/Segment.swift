/// The named parts of a picture file that lie before its end: segments of a JPEG, chunks of a PNG.
enum Segment {
  static let eXIf = 0x6558_4966
  static let iCCP = 0x6943_4350
  private static let iEND = 0x4945_4E44

  /// The body of the first part that is wanted; nil if there is none before the pixels of a JPEG or
  /// the end of a PNG, or if the parts before it are damaged.
  ///
  /// A JPEG's segment is named by its marker byte, a PNG's chunk by its four letters, big-endian.
  static func first(
    of format: PictureFormat, in bytes: [UInt8], where isWanted: (Int, ArraySlice<UInt8>) -> Bool
  ) -> Range<Int>? {
    var at = format == .jpeg ? 2 : 8
    while let part = format == .jpeg ? segment(bytes, at) : chunk(bytes, at) {
      if isWanted(part.name, bytes[part.body]) { return part.body }
      at = part.next
    }
    return nil
  }

  private typealias Part = (name: Int, body: Range<Int>, next: Int)

  private static func segment(_ bytes: [UInt8], _ start: Int) -> Part? {
    var at = start
    // Any marker may have more than one 0xFF before it.
    while at + 4 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] == 0xFF { at += 1 }
    // After the start of a scan there is coded data.
    guard at + 4 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] != 0xDA else { return nil }
    let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
    let end = at + 2 + length
    guard length >= 2, end <= bytes.count else { return nil }
    return (Int(bytes[at + 1]), at + 4..<end, end)
  }

  private static func chunk(_ bytes: [UInt8], _ at: Int) -> Part? {
    guard at + 12 <= bytes.count else { return nil }
    let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    let name = bytes[at + 4..<at + 8].reduce(0) { $0 << 8 | Int($1) }
    let body = at + 8
    guard length <= bytes.count - body - 4, name != iEND else { return nil }
    return (name, body..<body + length, body + length + 4)
  }
}
