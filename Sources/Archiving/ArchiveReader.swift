package import Foundations

/// Reads the members of an archive one after the other, in the order they lie in it.
///
/// Reads tar (plain or compressed by gzip, bzip2, xz, lzma, zstd or lz4), zip, 7z, cpio, iso and
/// rar by content, whatever the name; a folder is an archive too, its files sorted by bytes, level
/// by level, and so is a single file of text, as a folder of one file. Memory holds what `read`
/// or `data` return; the names seen are on disk.
package final class ArchiveReader {
  package let path: String
  package let limits: ArchiveLimits
  /// What the archive is called in faults.
  private let name: String
  /// How deep archives in archives are read; nil: they are files as others.
  private let nesting: Int?
  private let scratch: String
  /// The archive, and those that are open in it, the innermost last.
  private var levels: [Level]
  private var position = 0
  private let seen: SeenTexts
  private var current: (place: Place, isReadable: Bool)?

  private struct Level {
    let source: any MemberSource
    /// What stands before the paths of its members: `outer.tar!/`.
    let prefix: [UInt8]
  }

  /// - Parameters:
  ///   - name: what the archive is called in faults; nil: its path.
  ///   - nesting: how deep archives in archives are read, by the endings of their names; deeper
  ///     ones are refused. nil: an archive in the archive is a file as others.
  ///   - scratch: a folder for files without a name that hold archives out of archives.
  /// - Throws: `archive.empty` for a file of no bytes; `archive.unknown-format` if the file is no
  ///   archive, which may also show with the first `next()`; faults of reading.
  package init(
    path: String, name: String? = nil, limits: ArchiveLimits = ArchiveLimits(),
    nesting: Int? = nil, scratch: String = Files.scratch
  ) throws(Fault) {
    self.path = path
    self.name = name ?? path
    self.limits = limits
    self.nesting = nesting
    self.scratch = scratch
    seen = SeenTexts(in: scratch)
    let source: any MemberSource
    do throws(Fault) {
      if Files.isFolder(path) {
        source = try FolderSource(path, limits)
      } else if ArchiveName.isText(path) {
        source = FolderSource(ofFile: path, limits)
      } else {
        source = try LibarchiveSource(path, limits)
      }
    } catch {
      throw error.placed(in: Place(file: self.name))
    }
    levels = [Level(source: source, prefix: [])]
  }

  /// The next member that is no folder, or `nil` at the end.
  ///
  /// Data that was not asked for is skipped. After a fault the archive is at its end; a fault of
  /// an archive in the archive comes as the refusal of that archive.
  ///
  /// - Throws: `archive.damaged`, also when a fault of `data()` left the rest out of reach;
  ///   `archive.ratio` if the skipped data expands beyond the limits; `file.disk-full` and
  ///   `file.write` if an archive in the archive cannot be written into the scratch folder.
  package func next() throws(Fault) -> ArchiveMember? {
    current = nil
    while let level = levels.last {
      let found: FoundMember?
      do throws(Fault) { found = try level.source.next() } catch {
        levels.removeLast()
        if levels.isEmpty { throw error.placed(in: Place(file: name)) }
        return refused(level, error)
      }
      guard let found else {
        levels.removeLast()
        continue
      }
      position += 1
      guard found.kind != .folder else { continue }
      let member = try member(found, level.prefix)
      current = (Place(file: name, member: member.path), member.refusal == nil)
      guard let nesting, member.refusal == nil, ArchiveName.isArchive(member.path) else {
        return member
      }
      if let refusal = try open(member, at: level, nesting) { return refusal }
    }
    return nil
  }

  /// The next bytes of the member that `next()` gave last, at most `most`; none at its end.
  ///
  /// Not of a refused member.
  ///
  /// - Throws: `archive.member-too-large`, `archive.ratio`, `archive.damaged`; each with the member
  ///   named. The member is at its end then, and `next()` goes on to the following one where the
  ///   archive allows it.
  package func read(_ most: Int) throws(Fault) -> [UInt8] {
    guard let (place, isReadable) = current else { return [] }
    precondition(isReadable, "read() of the refused \(place)")
    guard let level = levels.last else { return [] }
    do throws(Fault) {
      let bytes = try level.source.read(most)
      if bytes.isEmpty { current = nil }
      return bytes
    } catch {
      current = nil
      throw error.placed(in: place)
    }
  }

  /// The whole data of the member that `next()` gave last; once, and not of a refused one.
  ///
  /// - Throws: as `read`.
  package func data() throws(Fault) -> [UInt8] {
    precondition(current != nil, "no member to read")
    var all: [UInt8] = []
    while true {
      let piece = try read(max(1 << 16, min(all.count, 1 << 22)))
      if piece.isEmpty { return all }
      all = all.isEmpty ? piece : all + piece
    }
  }

  // MARK: Members

  private func member(
    _ found: FoundMember, _ prefix: [UInt8]
  ) throws(Fault) -> ArchiveMember {
    let own = MemberPath(found.path)
    let whole = prefix + own.bytes
    let text = MemberPath.text(of: whole)
    let refusal = try refusal(of: found, own, whole)?.placed(in: Place(file: name, member: text))
    return ArchiveMember(
      path: text, pathBytes: prefix + found.path, kind: found.kind, size: found.size,
      position: position - 1, refusal: refusal)
  }

  /// Goes into an archive in the archive; returns it refused where that cannot be done.
  private func open(
    _ member: ArchiveMember, at level: Level, _ nesting: Int
  ) throws(Fault) -> ArchiveMember? {
    do throws(Fault) {
      guard levels.count <= nesting else {
        let depth = nesting == 0 ? "not" : "to depth \(nesting)"
        throw Fault(
          "archive.nesting", "archives in archives are \(depth) read, see the setting nesting")
      }
      let prefix = Array("\(member.path)!/".utf8)
      levels.append(Level(source: try level.source.inner(scratch: scratch), prefix: prefix))
      return nil
    } catch {
      // What is wrong with this machine is not the member's fault.
      if ["file.disk-full", "file.write"].contains(error.code) { throw error }
      return member.refused(error.placed(in: Place(file: name, member: member.path)))
    }
  }

  /// The archive in the archive that could not be read to its end.
  private func refused(_ level: Level, _ fault: Fault) -> ArchiveMember {
    let inner = String(decoding: level.prefix.dropLast(2), as: UTF8.self)
    return ArchiveMember(
      path: inner, pathBytes: Array(inner.utf8), kind: .file, size: nil, position: position,
      refusal: fault.placed(in: Place(file: name, member: inner)))
  }

  private func refusal(
    of found: FoundMember, _ name: MemberPath, _ whole: [UInt8]
  ) throws(Fault) -> Fault? {
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
    if try !seen.insert(TextKey(whole)) {
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
  /// The next bytes of the member given last, within the limits, at most `most`; none at its end.
  func read(_ most: Int) throws(Fault) -> [UInt8]
  /// The member given last as an archive of its own; it must not have been read.
  ///
  /// - Parameter scratch: a folder for a file without a name.
  func inner(scratch: String) throws(Fault) -> LibarchiveSource
}
