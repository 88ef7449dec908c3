internal import Foundations

/// The frames of a file in zstd's seekable format (contrib/seekable_format, version 0.1.0).
package struct SeekTable: Sendable, Equatable {
  package struct Frame: Sendable, Equatable {
    /// Where the frame lies in the file.
    package let compressed: Range<Int>
    /// Where its content lies in the whole content.
    package let content: Range<Int>
    /// The low 32 bits of the XXH64 of the content; not every file has them.
    package let checksum: UInt32?
  }

  package private(set) var frames: [Frame] = []

  package init() {}

  /// The length of the content in bytes.
  package var contentBytes: Int { frames.last?.content.upperBound ?? 0 }
  /// The length of all frames in the file, without the table.
  package var compressedBytes: Int { frames.last?.compressed.upperBound ?? 0 }

  /// Adds the frame that follows the last one.
  mutating func append(compressed: Int, content: Int, checksum: UInt32?) {
    frames.append(
      Frame(
        compressed: compressedBytes..<compressedBytes + compressed,
        content: contentBytes..<contentBytes + content, checksum: checksum))
  }

  // MARK: Bytes

  private static let skippableMagic: UInt32 = 0x184D_2A5E
  private static let seekableMagic: UInt32 = 0x8F92_EAB1
  private static let footerBytes = 9
  private static let checksumFlag: UInt8 = 0x80
  /// The most content of one frame that the format allows.
  static let largestFrame = 1 << 30

  /// The closing skippable frame; every frame must have a checksum.
  func bytes() -> [UInt8] {
    var output: [UInt8] = []
    Self.put(Self.skippableMagic, to: &output)
    Self.put(UInt32(frames.count * 12 + Self.footerBytes), to: &output)
    for frame in frames {
      Self.put(UInt32(frame.compressed.count), to: &output)
      Self.put(UInt32(frame.content.count), to: &output)
      Self.put(frame.checksum ?? 0, to: &output)
    }
    Self.put(UInt32(frames.count), to: &output)
    output.append(Self.checksumFlag)
    Self.put(Self.seekableMagic, to: &output)
    return output
  }

  /// Reads the table at the end of a file; `nil` if the file does not end in one.
  ///
  /// - Throws: `zstd.seek-table` if the table contradicts itself or the file's length.
  init?(endOf file: borrowing InputFile) throws(Fault) {
    let footerStart = file.count - Self.footerBytes
    guard footerStart >= 8 else { return nil }
    let footer = try file.read(footerStart..<file.count)
    guard footer.count == Self.footerBytes, Self.word(footer, 5) == Self.seekableMagic else {
      return nil
    }
    let count = Int(Self.word(footer, 0))
    let flags = footer[4]
    let entryBytes = flags & Self.checksumFlag != 0 ? 12 : 8
    let start = footerStart - count * entryBytes - 8
    let path = file.path
    func damaged(_ message: String, _ byte: Int) -> Fault {
      Fault("zstd.seek-table", message, at: Place(file: path, byte: byte))
    }
    guard flags & 0x7C == 0, start >= 0 else {
      throw damaged("the seek table's footer is damaged", footerStart)
    }
    let table = try file.read(start..<footerStart)
    guard table.count == footerStart - start, Self.word(table, 0) == Self.skippableMagic,
      Int(Self.word(table, 4)) == count * entryBytes + Self.footerBytes
    else { throw damaged("the seek table's frame does not begin here", start) }
    for entry in stride(from: 8, to: table.count, by: entryBytes) {
      let content = Int(Self.word(table, entry + 4))
      guard content <= Self.largestFrame else {
        throw damaged("a frame of \(content) bytes is beyond the format's limit", start + entry)
      }
      append(
        compressed: Int(Self.word(table, entry)), content: content,
        checksum: entryBytes == 12 ? Self.word(table, entry + 8) : nil)
    }
    guard compressedBytes == start else {
      throw damaged("the seek table tells of \(compressedBytes) bytes before it", start)
    }
  }

  private static func put(_ word: UInt32, to output: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      output.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// Four bytes as a little-endian number.
  static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }
}
