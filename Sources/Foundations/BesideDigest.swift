internal import Dispatch

/// The SHA-256 of a stream of bytes, computed beside the thread that gives them.
@safe final class BesideDigest: @unchecked Sendable {
  private let queue = DispatchQueue(label: "digest")
  private let room = DispatchSemaphore(value: 8)
  /// Touched on `queue` alone.
  private var hash = SHA256()

  /// More than this at once is waited for, so that what waits in memory is bounded.
  private static let mostBytes = 1 << 20

  /// Takes the next bytes; waits while too many are on their way.
  func update(_ bytes: [UInt8]) {
    if bytes.count > Self.mostBytes { return queue.sync { hash.update(bytes.span) } }
    room.wait()
    queue.async {
      self.hash.update(bytes.span)
      self.room.signal()
    }
  }

  /// Of all bytes that were taken, in 64 lower-case hexadecimal digits; called once.
  func hexadecimal() -> String {
    queue.sync {
      var whole = SHA256()
      swap(&whole, &hash)
      return whole.hexadecimal()
    }
  }
}
