internal import Archiving
package import Foundations
internal import Imaging
internal import JSONText
package import Pipelines
internal import Schemas
internal import Shards

/// What some archives hold for us: their pictures, checked and kept in the run, and their texts.
///
/// Only names of archives are in memory. Texts lie in the stage's work folder, one file for each
/// unit; what became of every member lies there too and is found through a `MemberIndex`.
package final class ArchiveContents: Sendable {
  package let archives: [ArchiveSource]
  private let context: StageContext
  private let limits: IngestLimits
  private let intake: PictureIntake
  private let index: MemberIndex
  /// Of every archive, where its texts begin in `texts`.
  private let textStarts: [Int]
  /// Of archives, what may be why they hold no annotations.
  private let refusals: [Int: RefusedTexts]

  private static let phase = "members"
  private static let spool = "spool"

  /// Reads all members of all archives, or what an earlier attempt has not read, on all workers.
  ///
  /// A refused member is set aside with its reason and counted. What was read of an archive that
  /// breaks off is kept, and the stage has missed something.
  ///
  /// - Parameter resize: what pictures are brought to, their places in annotations being those of
  ///   before; nil: their bytes are kept.
  /// - Parameter sameness: what later stages compare of pictures, to be left for them.
  /// - Throws: `archive.empty`, `archive.unknown-format` for a file that is none; `file.disk-full`.
  package init(
    of archives: [ArchiveSource], limits: IngestLimits, resize: PictureResize? = nil,
    sameness: PictureSameness = .bytes, _ context: StageContext
  ) throws {
    let intake = PictureIntake(limits: limits.picture, resize: resize, sameness: sameness)
    self.archives = archives
    self.context = context
    self.limits = limits
    self.intake = intake
    let work = context.folder.work(context.stage)
    for archive in archives {
      try context.stop.check()
      try Self.checkFormat(of: archive, limits, work)
    }
    let data = RunData(context)
    let pieces = MemberPieces(archives, limits, scratch: work) { archive, unit in
      Self.finishedEnd(of: archive, from: unit, context)
    }
    var index = try MemberIndexWriter(in: work)
    var texts = try OutputFile(work + "/texts.spool")
    var signatures = sameness == .bytes ? nil : try SignatureLine.file(of: context)
    var starts: [Int] = []
    var refusals: [Int: RefusedTexts] = [:]
    try context.stream(phase: Self.phase) {
      try pieces.next()
    } size: { piece in
      piece.members
    } _: { unit, piece in
      try Self.judge(piece, archives, intake, data, &unit)
    } deliver: { _, value in
      let archive = try value.int("archive")
      while starts.count <= archive { starts.append(texts.count) }
      for json in try value.required("members").asArray {
        let entry = try MemberEntry(json: json)
        let line = json.bytes()
        try index.append(entry, line: line)
        if case .text = entry.content { try texts.write(line + [0x0A]) }
        if case .refused(let fault) = entry.content {
          refusals[archive, default: RefusedTexts()].add(entry.path, fault)
        }
      }
      for json in try value.required("signatures").asArray {
        try signatures?.write(json.bytes() + [0x0A])
      }
      if let message = try value.optionalString("lost") { context.miss(message) }
      if let cut = value["cut"] {
        refusals[archive, default: RefusedTexts()].cut = try Quarantined(json: cut).fault
      }
    }
    while starts.count <= archives.count { starts.append(texts.count) }
    _ = try texts.commit()
    if let written = try signatures?.commit() {
      context.adopt(SignatureLine.path(context.stage), written)
    }
    textStarts = starts
    self.refusals = refusals
    self.index = try index.finish()
  }

  /// Finds a wrong file before hours of work on the others.
  private static func checkFormat(
    of archive: ArchiveSource, _ limits: IngestLimits, _ work: String
  ) throws(Fault) {
    do throws(Fault) { _ = try archive.open(limits, scratch: work).next() } catch {
      if ["archive.empty", "archive.unknown-format", "file.read"].contains(error.code) {
        throw error
      }
    }
  }

  /// The unit that ended an archive in an earlier attempt, if all up to it are done.
  private static func finishedEnd(
    of archive: Int, from unit: Int, _ context: StageContext
  ) -> Int? {
    var unit = unit
    while let value = context.finishedValue(ofUnit: unit, phase: phase),
      (try? value.int("archive")) == archive
    {
      if value["ends"] == .bool(true) { return unit }
      unit += 1
    }
    return nil
  }

  // MARK: One piece

  private static func judge(
    _ piece: MemberPiece, _ archives: [ArchiveSource], _ intake: PictureIntake, _ data: RunData,
    _ unit: inout Unit
  ) throws -> JSON {
    let name = archives[piece.archive].name
    var members: [JSON] = []
    var signatures: [JSON] = []
    for item in piece.items {
      try unit.stop.check()
      let (path, position, content) = try judge(item, intake, data, &signatures, &unit)
      guard let content else { continue }
      var entry = MemberEntry(
        archive: piece.archive, path: path, position: position, content: content)
      if case .refused(let fault) = content {
        let placed = fault.placed(in: Place(file: name, member: path))
        unit.refuse(placed)
        // The first of several members of one path is the one that is used.
        if fault.code == "archive.duplicate" { continue }
        entry = MemberEntry(
          archive: piece.archive, path: path, position: position, content: .refused(placed))
      }
      members.append(entry.json)
    }
    if !piece.text.isEmpty {
      var file = try OutputFile(unit.path(spool))
      try file.write(piece.text)
      unit.adopt(spool, try file.commit())
    }
    var value: JSONObject = [
      "archive": .integer(piece.archive), "ends": .bool(piece.endsArchive),
      "members": .array(members), "signatures": .array(signatures),
    ]
    if let lost = piece.lost {
      let fault = lost.placed(in: Place(file: name))
      unit.refuse(fault)
      value["lost"] = .string("all of \(name) was read: \(fault.message)")
      value["cut"] = Quarantined(fault).json
    }
    return .object(value)
  }

  private static func judge(
    _ item: MemberPiece.Item, _ intake: PictureIntake, _ data: RunData,
    _ signatures: inout [JSON], _ unit: inout Unit
  ) throws -> (String, Int, MemberEntry.Content?) {
    switch item {
    case .other:
      unit.counts.make("other members")
      return ("", 0, nil)
    case .refused(let path, let position, let fault): return (path, position, .refused(fault))
    case .text(let path, let position, let extents): return (path, position, .text(extents))
    case .picture(let path, let position, let bytes):
      let taken: PictureIntake.Taken
      do throws(Fault) { taken = try intake.take(bytes) } catch {
        // Something that is neither called a picture nor one.
        guard PictureName.isOne(path) || error.code != "image.unknown-format" else {
          unit.counts.make("other members")
          return (path, position, nil)
        }
        return (path, position, .refused(error))
      }
      let sha256 = taken.picture.medium.sha256
      try data.keep(picture: taken.file, sha256: sha256)
      if intake.sameness != .bytes {
        signatures.append(SignatureLine(sha256: sha256, signature: taken.signature).json)
      }
      unit.leavesUnsyncedFiles()
      unit.counts.make("pictures")
      if taken.picture.isResized { unit.counts.make("resized pictures") }
      if taken.hasColorProfile { unit.counts.make("pictures with a color profile") }
      return (path, position, .picture(taken.picture))
    }
  }

  // MARK: Texts

  /// The texts of an archive, in their order; some 200 bytes of memory for each.
  package func texts(of archive: Int) throws(Fault) -> [SpooledMember] {
    let file = try InputFile(context.folder.work(context.stage) + "/texts.spool")
    var members: [SpooledMember] = []
    var (start, length) = (textStarts[archive], Self.pieceBytes)
    let end = textStarts[archive + 1]
    while start < end {
      let bytes = try file.read(start..<min(start + length, end))
      // Lines end with the texts of an archive; one that is longer than a piece is read again.
      guard let newline = bytes.lastIndex(of: 0x0A) else {
        length *= 2
        continue
      }
      for json in try JSONLines.parse(Array(bytes[...newline])) {
        members.append(SpooledMember(try MemberEntry(json: json), self))
      }
      start += newline + 1
    }
    return members
  }

  /// Why annotations of an archive may be missing; nil if nothing was refused that can hold any.
  func refusal(in archive: Int) -> String? { refusals[archive]?.reason }

  /// Hands the bytes of a text to `body`, as they lie in the archive.
  func spooled(_ extents: [SpoolExtent]) -> () throws -> [UInt8] {
    var rest = extents[...]
    return {
      while let extent = rest.first {
        rest.removeFirst()
        guard !extent.bytes.isEmpty else { continue }
        let end = min(extent.bytes.lowerBound + Self.pieceBytes, extent.bytes.upperBound)
        rest.insert(
          SpoolExtent(unit: extent.unit, bytes: end..<extent.bytes.upperBound),
          at: rest.startIndex)
        let path = self.context.path(ofUnit: extent.unit, phase: Self.phase, Self.spool)
        return try InputFile(path).read(extent.bytes.lowerBound..<end)
      }
      return []
    }
  }

  private static let pieceBytes = 1 << 18

  /// For tables on the disk of the run.
  var scratch: String { context.folder.work(context.stage) }

  var textLimits: ArchiveLimits { limits.archive }

  func entries(
    _ kind: MemberIndex.Name, _ name: String, in archive: Int?, most: Int = .max,
    where isMeant: (MemberEntry) -> Bool = { _ in true }
  ) throws(Fault) -> [MemberEntry] {
    try index.entries(kind, name, in: archive, most: most, where: isMeant)
  }

  // MARK: Pictures of annotations

  /// Checks and keeps a picture that is in the annotations themselves.
  package func keep(picture bytes: [UInt8]) throws(Fault) -> TakenPicture {
    guard bytes.count <= limits.picture.maxBytes else {
      let limit = limits.picture.maxBytes
      throw Fault(
        "image.too-large", "the picture has \(bytes.count) bytes, allowed are \(limit)")
    }
    let taken = try intake.take(bytes)
    try RunData(context).keep(picture: taken.file, sha256: taken.picture.medium.sha256)
    return taken.picture
  }
}
