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
  /// A member of which nothing is known.
  case other
}

/// Reads an archive in pieces of some items, of about a quarter of a megabyte or one larger member.
struct ArchiveItems {
  private let reader: ArchiveReader
  private var keys = SampleKeys()
  private var lines: OpenLines?

  private static let pieceBytes = 1 << 18

  /// A member of lines that is not read to its end.
  private struct OpenLines {
    let member: String
    /// Of compressed lines.
    var text: ExpandedText?
    var rest: [UInt8] = []
    var start = 0
  }

  init(_ path: String, limits: ArchiveLimits) throws(Fault) {
    reader = try ArchiveReader(path: path, limits: limits, nesting: Self.nesting)
  }

  private static let nesting = 2

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
        // The end of lines alone is no piece.
        if !items.isEmpty { bytes += Self.pieceBytes }
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
      // Other archives are read by name.
      if member.refusal == nil, ArchiveName.isTar(Self.archive(of: member.path) ?? reader.path),
        let fault = try keys.add(member.path, in: reader.path)
      {
        items.append(.fault(fault))
      }
      guard let item else { continue }
      items.append(item)
      bytes += item.bytes
    }
    return items.isEmpty ? nil : items
  }

  /// The archive in the archive that a member is of, if any.
  private static func archive(of member: String) -> String? {
    member.split(separator: "!/").dropLast().last.map(String.init)
  }

  private static func isNoArchive(_ fault: Fault) -> Bool {
    fault.isOfSystem || ["archive.unknown-format", "archive.empty"].contains(fault.code)
  }

  /// `nil` for lines, which come next.
  private mutating func item(of member: ArchiveMember) -> ArchiveItem? {
    if let refusal = member.refusal { return .fault(refusal) }
    var name = member.path.lowercased()
    let isCompressed = [".gz", ".zst"].contains(where: name.hasSuffix)
    if isCompressed { name.removeSubrange((name.lastIndex(of: ".") ?? name.endIndex)...) }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
      lines = OpenLines(member: member.path, text: isCompressed ? expanded() : nil)
      return nil
    }
    do throws(Fault) {
      if name.hasSuffix(".json") {
        return .value(member.path, isCompressed ? try expandedData() : try reader.data())
      }
      if isCompressed { return .other }
      if [".jpg", ".jpeg", ".png"].contains(where: name.hasSuffix) {
        return .picture(member.path, try reader.data())
      }
    } catch {
      return .fault(error.placed(in: Place(file: reader.path, member: member.path)))
    }
    return .other
  }

  /// What the compressed member holds.
  private func expanded() -> ExpandedText {
    ExpandedText(limits: reader.limits) { [reader] in try reader.read(Self.pieceBytes) }
  }

  private func expandedData() throws(Fault) -> [UInt8] {
    let text = expanded()
    var all: [UInt8] = []
    while let piece = try Self.piece(of: text) {
      all += piece
      if all.count > reader.limits.memberBytes {
        throw Fault(
          "archive.member-too-large", "the text has more than \(reader.limits.memberBytes) bytes")
      }
    }
    return all
  }

  private static func piece(of text: ExpandedText) throws(Fault) -> [UInt8]? {
    do { return try text.next() } catch {
      throw error as? Fault ?? Fault("archive.damaged", "cannot expand the text: \(error)")
    }
  }

  /// The next whole lines of the open member; none, and it is no longer open, at its end.
  private mutating func moreLines() throws(Fault) -> [ArchiveItem] {
    guard var open = lines else { return [] }
    while true {
      let piece: [UInt8]
      do throws(Fault) {
        if let text = open.text {
          piece = try Self.piece(of: text) ?? []
        } else {
          piece = try reader.read(Self.pieceBytes)
        }
      } catch { throw error.placed(in: Place(file: reader.path, member: open.member)) }
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
    case .fault, .other: 0
    case .value(_, let bytes), .picture(_, let bytes): bytes.count
    case .lines(_, let piece, _): piece.bytes.count
    }
  }
}
