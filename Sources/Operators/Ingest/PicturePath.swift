internal import Archiving
internal import Foundations

/// Paths as annotations write them.
enum PicturePath {
  /// The path in the archive of a picture that is named from a folder on, with `.` and `..`
  /// resolved; nil for an absolute one, and for one that leaves the archive, or the archive in the
  /// archive, that the folder is in.
  ///
  /// - Parameter folder: empty for the top.
  static func resolved(_ image: String, in folder: String) -> String? {
    guard !image.hasPrefix("/") else { return nil }
    var parts = folder.split(separator: "/")
    for part in image.split(separator: "/") where part != "." {
      guard part == ".." else {
        parts.append(part)
        continue
      }
      guard let last = parts.popLast(), !isTop(last) else { return nil }
    }
    return parts.joined(separator: "/")
  }

  /// Whether a part of a path is an archive in the archive: `inner.tar!`.
  private static func isTop(_ part: Substring) -> Bool {
    part.hasSuffix("!") && ArchiveName.isArchive(String(part.dropLast()))
  }
}
