internal import Foundations

/// The most memory that this process held, from the kernel's own account.
///
/// It is never reset: what tools outside tell of the process, such as `time`, would be too little.
enum PeakMemory {
  /// The largest resident set so far, in bytes; nil where it is not told.
  static var bytes: Int? {
    guard let status = try? Files.read("/proc/self/status") else { return nil }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("VmHWM:")
    }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}
