package import Foundations

/// What keeps an archive from filling memory or disk, or running without end.
package struct ArchiveLimits: Sendable, Equatable {
  /// The largest member, in bytes.
  package var memberBytes: Int
  /// How many bytes one compressed byte may become.
  ///
  /// It holds for a member beyond `freeBytes`, and for all members together beyond 64 times as
  /// much. Through archives in archives it counts the bytes of the
  /// outermost one.
  package var ratio: Int
  /// What a member may have at any ratio, in bytes.
  package var freeBytes: Int

  /// JSON lines rarely compress beyond 1:40; zeros reach 1:1000 in zip and more in xz.
  package init(memberBytes: Int = 512 << 20, ratio: Int = 200, freeBytes: Int = 16 << 20) {
    self.memberBytes = memberBytes
    self.ratio = ratio
    self.freeBytes = freeBytes
  }

  func tooLarge(_ size: Int) -> Fault {
    let message = "the member has \(size) bytes or more, the limit is \(memberBytes)"
    return Fault("archive.member-too-large", message)
  }

  /// - Throws: `archive.ratio` if `expanded` bytes are too many for `used` compressed ones.
  package func checkRatio(_ expanded: Int, of used: Int, free: Int) throws(Fault) {
    guard expanded > free, expanded / ratio > used else { return }
    let message =
      "more than \(ratio) bytes came of every compressed one (\(expanded) of at most \(used))"
    throw Fault("archive.ratio", message)
  }
}

/// What came of one file so far, over all its members and the archives in it.
final class Expansion {
  private let limits: ArchiveLimits
  private let fileBytes: Int
  private var expanded = 0

  /// - Parameter fileBytes: the length of the outermost archive.
  init(of fileBytes: Int, _ limits: ArchiveLimits) {
    self.limits = limits
    self.fileBytes = fileBytes
  }

  /// - Throws: `archive.ratio`: a zip may name the same compressed bytes for thousands of members.
  func add(_ bytes: Int) throws(Fault) {
    expanded += bytes
    try limits.checkRatio(expanded, of: fileBytes, free: 64 * limits.freeBytes)
  }
}
