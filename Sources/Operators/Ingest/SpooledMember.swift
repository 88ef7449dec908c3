package import Archiving
package import Foundations

/// A text of an archive, read back from the spool.
package struct SpooledMember: StoredMember {
  package let path: String
  package let archive: Int
  private let extents: [SpoolExtent]
  private let contents: ArchiveContents

  init(_ entry: MemberEntry, _ contents: ArchiveContents) {
    path = entry.path
    archive = entry.archive
    self.contents = contents
    if case .text(let extents) = entry.content { self.extents = extents } else { extents = [] }
  }

  package func beside(_ path: String) throws(Fault) -> [UInt8]? {
    for entry in try contents.entries(.path, path, in: archive) {
      guard case .text = entry.content else { continue }
      return try SpooledMember(entry, contents).content()
    }
    return nil
  }

  /// Members that the index cannot read are as if they were not there.
  package func siblings(_ key: String) -> [AnnotationSibling] {
    let entries = (try? contents.entries(.key, key, in: archive)) ?? []
    return entries.map {
      AnnotationSibling(path: $0.path, position: $0.position, isPicture: $0.isPicture)
    }
  }

  package var limits: ArchiveLimits { contents.textLimits }

  package func stored() -> () throws -> [UInt8] { contents.spooled(extents) }
}
