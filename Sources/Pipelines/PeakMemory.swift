internal import Foundations

/// The most memory that this process held, from the kernel's own account.
enum PeakMemory {
  /// Begins anew with what is held now; where the kernel does not allow it, nothing happens.
  static func reset() {
    // Writing 5 clears the peak (proc(5), clear_refs).
    try? Files.appendLine(Array("5".utf8), to: "/proc/self/clear_refs")
  }

  /// The largest resident set since the last `reset`, in bytes; nil where it is not told.
  static var bytes: Int? {
    guard let status = try? Files.read("/proc/self/status") else { return nil }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("VmHWM:")
    }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}
