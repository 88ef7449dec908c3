internal import CZstd
package import Foundations

/// The content of a zstd file, piece by piece; skippable frames, such as a seek table, are skipped.
@safe package struct ZstdStream: ~Copyable {
  private let context: OpaquePointer
  private let file: InputFile
  /// Read from the file and not yet consumed from `used` on.
  private var input: [UInt8] = []
  private var used = 0
  /// Where `input` lies in the file.
  private var inputStart = 0
  /// Where the frame at hand begins in the file.
  private var frameStart = 0
  private var isInFrame = false

  private static let pieceBytes = 1 << 18

  init(_ path: String) throws(Fault) {
    file = try InputFile(path)
    guard let context = unsafe ZSTD_createDCtx() else { fatalError("libzstd gave no context") }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// The next bytes of the content, never none, or `nil` at the end.
  ///
  /// - Throws: `zstd.damaged` or `zstd.truncated` at the byte where the frame begins;
  ///   `zstd.unknown-format` if the file is not in zstd's format.
  package mutating func next() throws(Fault) -> [UInt8]? {
    while true {
      if used == input.count {
        try refill()
        if input.isEmpty && !isInFrame { return nil }
      }
      let isStarved = input.isEmpty
      let content = try expand()
      if !content.isEmpty { return content }
      if isStarved {
        throw fault("zstd.truncated", "the file ends within the frame that begins here", nil)
      }
    }
  }

  private mutating func refill() throws(Fault) {
    inputStart += input.count
    input = try file.read(inputStart..<min(inputStart + Self.pieceBytes, file.count))
    used = 0
    if file.count == 0 { throw fault("zstd.truncated", "the file is empty", nil) }
  }

  private mutating func expand() throws(Fault) -> [UInt8] {
    var status = 0
    let content = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, filled in
      unsafe input.withUnsafeBytes { bytes in
        var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: used)
        var to = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        status = unsafe ZSTD_decompressStream(context, &to, &from)
        unsafe (used, filled) = (from.pos, to.pos)
      }
    }
    if ZSTD_isError(status) != 0 {
      let cause = unsafe String(cString: ZSTD_getErrorName(status))
      if inputStart + used <= 4 && frameStart == 0 {
        throw fault("zstd.unknown-format", "the file is not in zstd's format", cause)
      }
      throw fault("zstd.damaged", "the frame that begins here is damaged", cause)
    }
    isInFrame = status != 0
    if !isInFrame { frameStart = inputStart + used }
    return content
  }

  private func fault(_ code: String, _ message: String, _ cause: String?) -> Fault {
    Fault(code, message, at: Place(file: file.path, byte: frameStart), cause: cause)
  }
}
