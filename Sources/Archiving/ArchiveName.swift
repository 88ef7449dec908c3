/// What the ending of a file's name says about it.
package enum ArchiveName {
  private static let archives = [
    ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".zip", ".7z", ".cpio", ".iso", ".rar",
  ]
  private static let compressions = [".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4"]
  private static let texts = [".jsonl", ".ndjson", ".json", ".csv", ".tsv"]

  /// Whether a member is taken for an archive in the archive.
  ///
  /// By name, because many files that are no archives to people are zips: `.npz`, `.docx`, `.pt`.
  package static func isArchive(_ path: String) -> Bool {
    let plain = path.lowercased()
    let compression = compressions.first(where: plain.hasSuffix)
    if let compression {
      let bare = plain.dropLast(compression.count)
      return bare.hasSuffix(".tar") || bare.hasSuffix(".cpio")
    }
    return archives.contains(where: plain.hasSuffix)
  }

  /// Whether a file is a tar, plain or compressed.
  package static func isTar(_ path: String) -> Bool {
    let plain = path.lowercased()
    let compression = compressions.first(where: plain.hasSuffix)
    if let compression { return plain.dropLast(compression.count).hasSuffix(".tar") }
    return [".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].contains(where: plain.hasSuffix)
  }

  /// Whether a file is annotations and not an archive: plain, or compressed by gzip or zstd.
  package static func isText(_ path: String) -> Bool {
    var plain = path.lowercased()
    for ending in [".gz", ".zst"] where plain.hasSuffix(ending) {
      plain.removeLast(ending.count)
      break
    }
    return texts.contains(where: plain.hasSuffix)
  }
}
