internal import Archiving
internal import Foundations
internal import Shards

/// What there is to check in an archive, in the order it lies there.
enum ArchiveItem: Sendable {
  /// What the archive itself tells.
  case fault(Fault)
  /// A member that is one JSON value.
  case value(String, [UInt8])
  /// Lines of a member; the first ones, or more of the same.
  case lines(String, LinePieces.Piece, isFirst: Bool)
  case picture(String, [UInt8])
}

/// Reads an archive in pieces of some items, of about a quarter of a megabyte or one larger member.
struct ArchiveItems {
  private let reader: ArchiveReader
  /// Of tars alone: other archives are read by name.
  private var keys: SampleKeys?
  private var lines: OpenLines?

  private static let pieceBytes = 1 << 18

  /// A member of lines that is not read to its end.
  private struct OpenLines {
    let member: String
    var rest: [UInt8] = []
    var start = 0
  }

  init(_ path: String, limits: ArchiveLimits) throws(Fault) {
    reader = try ArchiveReader(path: path, limits: limits)
    keys = ArchiveName.isTar(path) ? SampleKeys() : nil
  }

  /// The next items, or `nil` at the end; of an archive that cannot be read on, its fault is last.
  mutating func next() throws(Fault) -> [ArchiveItem]? {
    var items: [ArchiveItem] = []
    var bytes = 0
    while bytes < Self.pieceBytes {
      if lines != nil {
        do throws(Fault) { items += try moreLines() } catch {
          lines = nil
          items.append(.fault(error))
        }
        bytes += Self.pieceBytes
        continue
      }
      let member: ArchiveMember?
      do throws(Fault) { member = try reader.next() } catch {
        if Self.isNoArchive(error) { throw error }
        items.append(.fault(error))
        return items
      }
      guard let member else { break }
      let item = self.item(of: member)
      if member.refusal == nil, let fault = try keys?.add(member.path, in: reader.path) {
        items.append(.fault(fault))
      }
      guard let item else { continue }
      items.append(item)
      bytes += item.bytes
    }
    return items.isEmpty ? nil : items
  }

  private static func isNoArchive(_ fault: Fault) -> Bool {
    fault.code.hasPrefix("file.")
      || ["archive.unknown-format", "archive.empty"].contains(fault.code)
  }

  /// `nil` for a member that nothing is known of.
  private mutating func item(of member: ArchiveMember) -> ArchiveItem? {
    if let refusal = member.refusal { return .fault(refusal) }
    let name = member.path.lowercased()
    do throws(Fault) {
      if name.hasSuffix(".json") { return .value(member.path, try reader.data()) }
      if [".jpg", ".jpeg", ".png"].contains(where: name.hasSuffix) {
        return .picture(member.path, try reader.data())
      }
    } catch {
      return .fault(error)
    }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
      lines = OpenLines(member: member.path)
    }
    return nil
  }

  /// The next whole lines of the open member; none, and it is no longer open, at its end.
  private mutating func moreLines() throws(Fault) -> [ArchiveItem] {
    guard var open = lines else { return [] }
    while true {
      let piece = try reader.read(Self.pieceBytes)
      let newline = piece.lastIndex(of: 0x0A)
      if newline == nil && !piece.isEmpty {
        open.rest += piece
        if open.rest.count <= reader.limits.memberBytes { continue }
        let message = "a line has more than \(reader.limits.memberBytes) bytes"
        let place = Place(file: reader.path, member: open.member)
        throw Fault("archive.member-too-large", message, at: place)
      }
      let whole = newline.map { open.rest + piece[...$0] } ?? open.rest
      let item = ArchiveItem.lines(
        open.member, LinePieces.Piece(bytes: whole, start: open.start), isFirst: open.start == 0)
      open.rest = newline.map { Array(piece[($0 + 1)...]) } ?? []
      open.start += whole.count
      lines = piece.isEmpty ? nil : open
      return whole.isEmpty ? [] : [item]
    }
  }
}

extension ArchiveItem {
  fileprivate var bytes: Int {
    switch self {
    case .fault: 0
    case .value(_, let bytes), .picture(_, let bytes): bytes.count
    case .lines(_, let piece, _): piece.bytes.count
    }
  }
}
