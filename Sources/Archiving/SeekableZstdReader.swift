internal import CZstd
package import Foundations

/// Reads the frames of a zstd file in any order, if it ends in a seek table.
///
/// A value without open file: every read opens the file anew, which costs microseconds beside the
/// millisecond of a frame, and any number of threads may read.
package struct SeekableZstdReader: Sendable {
  package let path: String
  /// `nil` for a zstd file without a seek table, which only `stream()` reads.
  package let table: SeekTable?

  /// - Throws: `zstd.seek-table` for a table that contradicts itself; faults of reading.
  package init(_ path: String) throws(Fault) {
    self.path = path
    table = try SeekTable(endOf: try InputFile(path))
  }

  /// What a frame may become, in bytes; the longest record of a dataset fits.
  private static let mostContent = 256 << 20

  package var isSeekable: Bool { table != nil }
  package var frameCount: Int { table?.frames.count ?? 0 }

  /// The content of frame `index`, checked against its checksum and the table.
  ///
  /// - Throws: `zstd.damaged` or `zstd.frame-size` at the byte where the frame begins.
  package func frame(_ index: Int) throws(Fault) -> [UInt8] {
    guard let table else { preconditionFailure("\(path) has no seek table") }
    let frame = table.frames[index]
    guard frame.content.count <= Self.mostContent else {
      throw Fault(
        "zstd.frame-size",
        "frame \(index) has \(frame.content.count) bytes, the limit is \(Self.mostContent)",
        at: Place(file: path, byte: frame.compressed.lowerBound))
    }
    let bytes = try InputFile(path).read(frame.compressed)
    func damaged(_ cause: String) -> Fault {
      let message =
        "frame \(index) (bytes \(frame.compressed.lowerBound)..<\(frame.compressed.upperBound), "
        + "content \(frame.content.lowerBound)..<\(frame.content.upperBound)) is damaged"
      let place = Place(file: path, byte: frame.compressed.lowerBound)
      return Fault("zstd.damaged", message, at: place, cause: cause)
    }
    guard bytes.count == frame.compressed.count else { throw damaged("the file ends before it") }
    let (content, failure) = Self.expand(bytes, count: frame.content.count)
    if let failure { throw damaged(failure) }
    guard content.count == frame.content.count else {
      throw damaged("it has \(content.count) bytes, not as many as the seek table says")
    }
    if let checksum = frame.checksum, let own = Self.checksum(of: bytes), own != checksum {
      throw damaged("its checksum is not that of the seek table")
    }
    return content
  }

  /// The whole content from the start, also of a file without a seek table.
  package func stream() throws(Fault) -> ZstdStream { try ZstdStream(path) }

  private static func expand(_ bytes: [UInt8], count: Int) -> ([UInt8], failure: String?) {
    var failure: String?
    let content = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let status = unsafe bytes.withUnsafeBytes { bytes in
        unsafe ZSTD_decompress(buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count)
      }
      if ZSTD_isError(status) != 0 {
        failure = unsafe String(cString: ZSTD_getErrorName(status))
      } else {
        filled = status
      }
    }
    return (content, failure)
  }

  /// The trailer of a frame whose descriptor says that it has one.
  private static func checksum(of frame: [UInt8]) -> UInt32? {
    guard frame.count > 8, frame[4] & 0x04 != 0 else { return nil }
    return SeekTable.word(frame, frame.count - 4)
  }
}
