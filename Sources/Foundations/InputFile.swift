internal import Glibc

/// A file open for reading at any place.
package struct InputFile: ~Copyable, Sendable {
  package let path: String
  /// The length in bytes when the file was opened.
  package let count: Int
  private let descriptor: Int32

  package init(_ path: String) throws(Fault) { try self.init(RawPath(path)) }

  package init(_ location: RawPath) throws(Fault) {
    let path = location.text
    // Does not wait for somebody to write into a pipe.
    let descriptor = unsafe open(location.location, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Files.fault("read", path) }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    let failure = Files.fault("read", path)
    let kind = Files.Kind(mode: status.st_mode)
    guard isKnown, kind == .file else {
      close(descriptor)
      throw isKnown ? Files.notAFile(path, kind) : failure
    }
    self.path = path
    self.count = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The bytes in `range`, which the end of the file may cut short.
  package func read(_ range: Range<Int>) throws(Fault) -> [UInt8] {
    // Whoever asks may have the range from a damaged file; no memory is taken for what is not there.
    let range = range.clamped(to: 0..<count)
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let step = unsafe pread(
          descriptor, rest.baseAddress, rest.count, range.lowerBound + filled)
        if step < 0 && errno == EINTR { continue }
        failed = step < 0
        if step <= 0 { return }
        filled += step
      }
    }
    if failed { throw Files.fault("read", path) }
    return bytes
  }

  /// The digest of the whole file as 64 lower-case hexadecimal digits.
  package func sha256() throws(Fault) -> String {
    var hash = SHA256()
    for start in stride(from: 0, to: count, by: 1 << 20) {
      let bytes = try read(start..<min(start + 1 << 20, count))
      hash.update(bytes.span)
    }
    return hash.hexadecimal()
  }
}
