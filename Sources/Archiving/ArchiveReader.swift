package import Foundations

/// Reads the members of an archive one after the other, in the order they lie in it.
///
/// Reads tar (plain or compressed by gzip, bzip2, xz, lzma, zstd or lz4), zip, 7z, cpio, iso and
/// rar by content, whatever the name; a folder is an archive too, its files sorted by bytes, level
/// by level. Memory holds one member and 16 bytes for every name seen.
package final class ArchiveReader {
  package let path: String
  package let limits: ArchiveLimits
  private let source: any MemberSource
  private var position = 0
  private var isAtEnd = false
  private var seen = SeenNames()
  private var current: (place: Place, isReadable: Bool)?

  /// - Throws: `archive.empty` for a file of no bytes; `archive.unknown-format` if the file is no
  ///   archive, which may also show with the first `next()`; faults of reading.
  package init(path: String, limits: ArchiveLimits = ArchiveLimits()) throws(Fault) {
    self.path = path
    self.limits = limits
    if Files.isFolder(path) {
      source = try FolderSource(path, limits)
    } else {
      source = try LibarchiveSource(path, limits)
    }
  }

  /// The next member that is no folder, or `nil` at the end.
  ///
  /// Data that was not asked for is skipped. After a fault the archive is at its end.
  ///
  /// - Throws: `archive.damaged`, also when a fault of `data()` left the rest out of reach;
  ///   `archive.ratio` if the skipped data expands beyond the limits.
  package func next() throws(Fault) -> ArchiveMember? {
    guard !isAtEnd else { return nil }
    current = nil
    do throws(Fault) {
      while let found = try source.next() {
        position += 1
        guard found.kind != .folder else { continue }
        let member = member(found)
        current = (Place(file: path, member: member.path), member.refusal == nil)
        return member
      }
    } catch {
      isAtEnd = true
      throw error.placed(in: Place(file: path))
    }
    isAtEnd = true
    return nil
  }

  /// The data of the member that `next()` gave last; once, and not of a refused one.
  ///
  /// - Throws: `archive.member-too-large`, `archive.ratio`, `archive.damaged`; each with the member
  ///   named. `next()` goes on to the following member where the archive allows it.
  package func data() throws(Fault) -> [UInt8] {
    guard let (place, isReadable) = current else { preconditionFailure("no member to read") }
    precondition(isReadable, "data() of the refused \(place)")
    current = nil
    do { return try source.data() } catch { throw error.placed(in: place) }
  }

  private func member(_ found: FoundMember) -> ArchiveMember {
    let name = MemberPath(found.path)
    let refusal = refusal(of: found, name)?.placed(in: Place(file: path, member: name.text))
    return ArchiveMember(
      path: name.text, pathBytes: found.path, kind: found.kind, size: found.size,
      position: position - 1, refusal: refusal)
  }

  private func refusal(of found: FoundMember, _ name: MemberPath) -> Fault? {
    if name.bytes.isEmpty { return Fault("archive.no-name", "the member has no name") }
    if name.isAbsolute {
      return Fault("archive.absolute-path", "the member has an absolute path")
    }
    if name.isOutside {
      return Fault("archive.path-outside", "the path leaves the archive through '..'")
    }
    switch found.kind {
    case .symbolicLink, .hardLink:
      let target = found.linkTarget.map(MemberPath.text(of:)) ?? "nothing"
      return Fault(
        "archive.link", "the member is a \(found.kind.rawValue) to \(target); only files are read")
    case .special:
      return Fault("archive.special", "the member is a \(found.kind.rawValue); only files are read")
    case .file, .folder: break
    }
    if !seen.insert(name.bytes) {
      return Fault("archive.duplicate", "a member of this path came before; the first one is used")
    }
    if found.isEncrypted { return Fault("archive.encrypted", "the member is encrypted") }
    return nil
  }
}

/// What a source knows of a member before any judgement.
struct FoundMember {
  var path: [UInt8]
  var kind: ArchiveMember.Kind
  var size: Int?
  var linkTarget: [UInt8]?
  var isEncrypted = false
}

/// Where members come from; faults need not name the archive.
protocol MemberSource: AnyObject {
  func next() throws(Fault) -> FoundMember?
  /// The data of the member given last, within the limits; called at most once for each.
  func data() throws(Fault) -> [UInt8]
}

/// The names seen so far, 16 bytes for each.
private struct SeenNames {
  private struct Digest: Hashable {
    let first: Int
    let second: Int
  }
  private var digests: Set<Digest> = []

  /// Whether the name is new; wrong once in 2^128 pairs.
  ///
  /// Swift's hash is keyed anew in every process, so no archive can be made to collide.
  mutating func insert(_ name: [UInt8]) -> Bool {
    func digest(_ salt: UInt8) -> Int {
      var hasher = Hasher()
      hasher.combine(salt)
      unsafe name.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
    return digests.insert(Digest(first: digest(1), second: digest(2))).inserted
  }
}
