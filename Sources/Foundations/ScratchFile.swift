internal import Glibc

/// A file without a name, for what does not fit in memory; gone with its last reader, or with the
/// process.
package final class ScratchFile: Sendable {
  private let descriptor: Int32
  private let folder: String

  /// - Parameter folder: on the disk that should hold it; made if it is not there.
  package init(in folder: String) throws(Fault) {
    try Files.makeFolder(folder)
    self.folder = folder
    let nameless = unsafe open(folder, Self.temporary | O_RDWR | O_CLOEXEC, 0o600)
    if nameless >= 0 {
      descriptor = nameless
      return
    }
    // Some file systems want a name first; a crash before it is gone leaves an empty file.
    var name = Array((folder + "/scratch-XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw Files.fault("write", folder) }
    unsafe unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// O_TMPFILE, a macro that Swift does not see.
  private static let temporary = 0o20_000_000 | O_DIRECTORY

  deinit { close(descriptor) }

  /// Writes values as they lie in memory, beginning at a byte of the file.
  package func write<T: BitwiseCopyable>(_ values: [T], at byte: Int) throws(Fault) {
    var done = 0
    while done < values.count * MemoryLayout<T>.stride {
      let step = unsafe values.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe pwrite(descriptor, rest.baseAddress, rest.count, byte + done)
      }
      if step < 0 && errno == EINTR { continue }
      guard step > 0 else { throw Files.fault("write", folder) }
      done += step
    }
  }

  /// Makes the file so many bytes long; the new ones are zeros and take no room.
  package func extend(to bytes: Int) throws(Fault) {
    guard ftruncate(descriptor, bytes) == 0 else { throw Files.fault("write", folder) }
  }

  /// Reads `count` values that were written at a byte of the file.
  package func read<T: BitwiseCopyable>(_ count: Int, at byte: Int) throws(Fault) -> [T] {
    let stride = MemoryLayout<T>.stride
    var missing = count * stride
    let values = unsafe [T](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = unsafe UnsafeMutableRawBufferPointer(
        start: buffer.baseAddress, count: count * stride)
      while missing > 0 {
        let done = count * stride - missing
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let step = unsafe pread(descriptor, rest.baseAddress, rest.count, byte + done)
        if step < 0 && errno == EINTR { continue }
        if step <= 0 { return }
        missing -= step
      }
      filled = count
    }
    guard missing == 0 else { throw Files.fault("read", folder) }
    return values
  }
}
