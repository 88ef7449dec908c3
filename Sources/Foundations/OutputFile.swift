internal import CSystem
internal import Glibc

/// A file in the making, which shows under its name only when it is whole.
///
/// Bytes go to `path` + `.partial`; `commit` syncs and renames. Without a commit the partial file
/// stays, as after a crash, and the next attempt overwrites it.
package struct OutputFile: ~Copyable {
  /// What a finished file consists of.
  package struct Written: Sendable, Equatable {
    package let bytes: Int
    /// In 64 lower-case hexadecimal digits.
    package let sha256: String
  }

  /// The final name.
  package let path: String
  /// Bytes written so far.
  package private(set) var count = 0
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  private var descriptor: Int32
  /// Bytes that the system has and was not told to write yet.
  private var pending = 0

  package static let temporarySuffix = ".partial"

  /// Larger than a tar header, smaller than what a cache holds.
  private static let bufferBytes = 1 << 18
  /// From here on a copy into the buffer costs more than a call of the system.
  private static let directBytes = 1 << 15
  /// The disk begins to write after as many bytes, so that `commit` need not wait for all of them.
  private static let earlyBytes = 8 << 20

  package init(_ path: String) throws(Fault) {
    self.path = path
    let temporary = path + Self.temporarySuffix
    descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.fault("write", temporary) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package mutating func write(_ bytes: [UInt8]) throws(Fault) {
    count += bytes.count
    hash.update(bytes.span)
    if bytes.count >= Self.directBytes {
      try flush()
      return try put(bytes)
    }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Syncs the file and gives it its name.
  package consuming func commit() throws(Fault) -> Written {
    try flush()
    let temporary = path + Self.temporarySuffix
    guard fsync(descriptor) == 0 else { throw Files.fault("write", temporary) }
    let status = close(descriptor)
    descriptor = -1
    guard status == 0 else { throw Files.fault("write", temporary) }
    try Files.publish(temporary, as: path)
    var whole = SHA256()
    swap(&whole, &hash)
    return Written(bytes: count, sha256: whole.hexadecimal())
  }

  private mutating func flush() throws(Fault) {
    try put(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func put(_ bytes: [UInt8]) throws(Fault) {
    try Files.put(bytes, descriptor, path + Self.temporarySuffix)
    pending += bytes.count
    guard pending >= Self.earlyBytes else { return }
    cs_begin_writing(descriptor)
    pending = 0
  }
}
