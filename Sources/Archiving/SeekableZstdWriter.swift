internal import CZstd
package import Foundations

/// Writes a file in zstd's seekable format: independent frames, then a seek table that every other
/// decoder skips.
///
/// Frames state their content's length and carry its XXH64. The same pieces give the same bytes.
package struct SeekableZstdWriter: ~Copyable {
  private var file: OutputFile
  private let compressor: ZstdCompressor
  private let frameBytes: Int
  private var waiting: [UInt8] = []
  private var table = SeekTable()

  /// - Parameters:
  ///   - level: zstd's, 1 to 19; 3 is 130 MB/s.
  ///   - frameBytes: a frame ends with the first piece that brings it to this length. At 512 KiB
  ///     the ratio is 90 to 95 % of that of one frame.
  package init(_ path: String, level: Int = 3, frameBytes: Int = 512 << 10) throws(Fault) {
    file = try OutputFile(path)
    compressor = ZstdCompressor(level: level)
    self.frameBytes = frameBytes
  }

  /// Bytes of the file so far: all frames that are cut.
  package var bytes: Int { file.count }
  /// Frames cut so far.
  package var frameCount: Int { table.frames.count }

  /// Adds a piece, which is never split between frames.
  ///
  /// - Throws: `zstd.piece-too-large` beyond 512 MiB; faults of writing.
  package mutating func append(_ piece: [UInt8]) throws(Fault) {
    guard piece.count <= SeekTable.largestFrame / 2 else {
      throw Fault("zstd.piece-too-large", "\(piece.count) bytes are too many for one frame")
    }
    if waiting.count + piece.count > SeekTable.largestFrame { try cutFrame() }
    waiting.append(contentsOf: piece)
    if waiting.count >= frameBytes { try cutFrame() }
  }

  /// Ends the frame; without pieces since the last cut nothing happens.
  package mutating func cutFrame() throws(Fault) {
    guard !waiting.isEmpty else { return }
    let frame = compressor.frame(of: waiting)
    // The trailer of a frame is the checksum that the table wants.
    table.append(
      compressed: frame.count, content: waiting.count,
      checksum: SeekTable.word(frame, frame.count - 4))
    try file.write(frame)
    waiting.removeAll(keepingCapacity: true)
  }

  /// Adds all frames of another file as they are, without expanding them.
  package mutating func append(framesOf other: SeekableZstdReader) throws(Fault) {
    guard let frames = other.table?.frames else {
      preconditionFailure("\(other.path) has no seek table")
    }
    try cutFrame()
    let source = try InputFile(other.path)
    for frame in frames {
      let bytes = try source.read(frame.compressed)
      guard bytes.count == frame.compressed.count else {
        let place = Place(file: other.path, byte: frame.compressed.lowerBound)
        throw Fault("zstd.damaged", "the file ends inside of a frame", at: place)
      }
      table.append(
        compressed: bytes.count, content: frame.content.count, checksum: frame.checksum)
      try file.write(bytes)
    }
  }

  /// Ends the last frame, writes the table and gives the file its name.
  package consuming func commit() throws(Fault) -> OutputFile.Written {
    try cutFrame()
    try file.write(table.bytes())
    return try file.commit()
  }
}

/// A compression context, used again for every frame.
@safe package final class ZstdCompressor {
  private let context: OpaquePointer

  package init(level: Int) {
    guard let context = unsafe ZSTD_createCCtx() else { fatalError("libzstd gave no context") }
    unsafe self.context = context
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// A frame that states its content's length and ends in its checksum.
  package func frame(of content: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) {
      buffer, filled in
      filled = unsafe content.withUnsafeBytes { content in
        unsafe ZSTD_compress2(
          context, buffer.baseAddress, buffer.count, content.baseAddress, content.count)
      }
      precondition(ZSTD_isError(filled) == 0, "libzstd cannot compress into a buffer of its bound")
    }
  }
}
