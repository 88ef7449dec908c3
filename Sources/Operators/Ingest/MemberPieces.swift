internal import Archiving
internal import Foundations
internal import Imaging

/// Members of archives that are judged together, as one unit of work.
struct MemberPiece: Sendable {
  enum Item: Sendable {
    /// The bytes of what may be a picture.
    case picture(path: String, position: Int, bytes: [UInt8])
    /// A text, whose bytes are in this piece and those before it.
    case text(path: String, position: Int, extents: [SpoolExtent])
    case refused(path: String, position: Int, fault: Fault)
    /// Neither picture nor text.
    case other
  }

  let archive: Int
  var items: [Item] = []
  /// Bytes of texts, one behind the other.
  var text: [UInt8] = []
  /// Why the rest of the archive cannot be read.
  var lost: Fault?
  var endsArchive = false
  var members = 0
}

/// Cuts the members of archives into pieces, which depend on the archives alone.
final class MemberPieces {
  private let archives: [ArchiveSource]
  private let limits: IngestLimits
  private let scratch: String
  /// The last unit of an archive of which all are done, given its first one.
  private let finishedEnd: (_ archive: Int, _ unit: Int) -> Int?
  private var archive = -1
  private var unit = 0
  private var reader: ArchiveReader?
  /// Pieces of an archive that is passed over.
  private var passed = 0
  /// The text that is read, over several pieces if it is long.
  private var text: (member: ArchiveMember, extents: [SpoolExtent])?

  /// A piece ends with the member, or part of a text, that brings it to one of these.
  private static let pieceBytes = 8 << 20
  private static let pieceTextBytes = 1 << 20
  private static let pieceMembers = 1024

  init(
    _ archives: [ArchiveSource], _ limits: IngestLimits, scratch: String,
    finishedEnd: @escaping (Int, Int) -> Int?
  ) {
    self.archives = archives
    self.limits = limits
    self.scratch = scratch
    self.finishedEnd = finishedEnd
  }

  /// The next piece; one without members for each unit of an archive that was done before.
  func next() throws -> MemberPiece? {
    defer { unit += 1 }
    if passed == 0, reader == nil {
      guard archive + 1 < archives.count else { return nil }
      archive += 1
      if let end = finishedEnd(archive, unit) { passed = end - unit + 1 }
    }
    if passed > 0 {
      passed -= 1
      return MemberPiece(archive: archive)
    }
    var piece = MemberPiece(archive: archive)
    var bytes = 0
    do throws(Fault) {
      let reader = try open()
      while piece.items.count < Self.pieceMembers, bytes < Self.pieceBytes,
        piece.text.count < Self.pieceTextBytes
      {
        if text == nil {
          guard let member = try reader.next() else {
            close(&piece)
            break
          }
          piece.members += 1
          if take(member) { continue }
          bytes += try read(member, reader, &piece)
        } else {
          bytes += try readText(reader, &piece)
        }
      }
    } catch {
      // What is wrong with this machine is not the archive's fault.
      if ["file.disk-full", "file.write"].contains(error.code) { throw error }
      piece.lost = error
      text = nil
      close(&piece)
    }
    return piece
  }

  private func open() throws(Fault) -> ArchiveReader {
    if let reader { return reader }
    let opened = try archives[archive].open(limits, scratch: scratch)
    reader = opened
    return opened
  }

  private func close(_ piece: inout MemberPiece) {
    reader = nil
    piece.endsArchive = true
  }

  /// Begins a text.
  private func take(_ member: ArchiveMember) -> Bool {
    guard member.refusal == nil, LayoutCatalog.claims(member.path) else { return false }
    text = (member, [])
    return true
  }

  /// Returns how many bytes are in memory.
  private func read(
    _ member: ArchiveMember, _ reader: ArchiveReader, _ piece: inout MemberPiece
  ) throws(Fault) -> Int {
    let (path, position) = (member.path, member.position)
    do throws(Fault) {
      if let refusal = member.refusal { throw refusal }
      var bytes = try reader.read(Self.headBytes)
      guard PictureName.begins(bytes) || PictureName.isOne(path) else {
        piece.items.append(.other)
        return 0
      }
      while true {
        let known = member.size.map { $0 - bytes.count + 1 } ?? bytes.count
        let more = try reader.read(min(max(known, 1 << 12), 1 << 22))
        if more.isEmpty { break }
        bytes += more
        if bytes.count > limits.picture.maxBytes { throw tooLarge(member, bytes.count) }
      }
      piece.items.append(.picture(path: path, position: position, bytes: bytes))
      return bytes.count
    } catch {
      piece.items.append(.refused(path: path, position: position, fault: error))
      return 0
    }
  }

  private static let headBytes = 512

  private func tooLarge(_ member: ArchiveMember, _ count: Int) -> Fault {
    let limit = limits.picture.maxBytes
    return Fault(
      "image.too-large", "the file has \(count) bytes or more, allowed are \(limit)",
      at: Place(file: archives[archive].name, member: member.path))
  }

  private func readText(
    _ reader: ArchiveReader, _ piece: inout MemberPiece
  ) throws(Fault) -> Int {
    guard let (member, before) = text else { return 0 }
    var extents = before
    do throws(Fault) {
      let bytes = try reader.read(Self.textBytes)
      if bytes.isEmpty {
        piece.items.append(
          .text(path: member.path, position: member.position, extents: extents))
        text = nil
        return 0
      }
      let start = piece.text.count
      piece.text += bytes
      if let last = extents.last, last.unit == unit, last.bytes.upperBound == start {
        extents.removeLast()
        extents.append(
          SpoolExtent(unit: unit, bytes: last.bytes.lowerBound..<piece.text.count))
      } else {
        extents.append(SpoolExtent(unit: unit, bytes: start..<piece.text.count))
      }
      text = (member, extents)
      return bytes.count
    } catch {
      piece.items.append(
        .refused(path: member.path, position: member.position, fault: error))
      text = nil
      return 0
    }
  }

  private static let textBytes = 1 << 18
}

/// An archive that was named.
package struct ArchiveSource: Sendable {
  /// Where its bytes are.
  package let path: String
  /// What it is called in messages.
  package let name: String

  package init(path: String, name: String) {
    self.path = path
    self.name = name
  }

  func open(_ limits: IngestLimits, scratch: String) throws(Fault) -> ArchiveReader {
    try ArchiveReader(
      path: path, name: name, limits: limits.archive, nesting: limits.nesting, scratch: scratch)
  }
}
