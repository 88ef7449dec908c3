package import Archiving
package import Imaging

/// What is read of archives of strangers.
package struct IngestLimits: Sendable {
  package var archive: ArchiveLimits
  package var picture: DecodeLimits
  /// How deep archives in archives are read.
  package var nesting: Int

  package init(archive: ArchiveLimits, picture: DecodeLimits, nesting: Int) {
    self.archive = archive
    self.picture = picture
    self.nesting = nesting
  }
}
