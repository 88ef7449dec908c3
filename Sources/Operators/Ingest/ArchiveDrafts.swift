package import Foundations
internal import Synchronization

/// One entry of the annotations of some archive.
package struct ArchiveDraft: Sendable {
  /// Counted from 0 in the list of archives.
  package let archive: Int
  /// The text that the entry is in.
  package let member: String
  package let content: Content

  package enum Content: Sendable {
    case entry(AnnotationEntry)
    /// A text that cannot be read, or not to its end; no entry.
    case refused(Fault)
  }
}

/// Reads the annotations of all archives, in their order, as drafts of questions.
package final class ArchiveDrafts: Sendable {
  private let contents: ArchiveContents
  private let layout: String?
  private let annotations: String?
  private let mapping: FieldMapping?
  private let state = Mutex(State())

  private struct State {
    /// Archives without annotations of their own.
    var bare = 0
    var firstFault: Fault?
    /// Texts that are no annotations, by their reason.
    var skipped: [String: Int] = [:]
    var qualified = 0
  }

  /// Entries handed over together; fewer where they bring pictures with them.
  private static let pieceEntries = 512
  private static let pieceBytes = 4 << 20

  /// - Parameters:
  ///   - layout: the name of one; nil: found for each archive by the names and first bytes.
  ///   - annotations: the member that holds them; nil: all that fit the layout.
  ///   - mapping: where records have what they say; nil: under standard names.
  package init(
    _ contents: ArchiveContents, layout: String?, annotations: String?, mapping: FieldMapping?
  ) {
    self.contents = contents
    self.layout = layout
    self.annotations = annotations
    self.mapping = mapping
  }

  /// Archives that hold no annotations, while others do.
  package var bareArchives: Int { state.withLock { $0.bare } }
  /// How many texts were not read and need not be, by their reason.
  package var skippedTexts: [String: Int] { state.withLock { $0.skipped } }
  /// How many ids came in an earlier file too and name their own file now.
  package var qualifiedIds: Int { state.withLock { $0.qualified } }
  /// What was wrong with the first text that could not be read.
  package var firstFault: Fault? { state.withLock { $0.firstFault } }

  /// Hands over all entries in their order, in pieces that depend on the archives alone.
  ///
  /// The first of several entries with one id in a file is the one that counts; ids that several
  /// files have are told apart by `DraftIds`.
  ///
  /// - Parameter note: told the layout of every archive.
  /// - Throws: `ingest.annotations` if no archive has any; what `emit` throws.
  package func read(
    note: (String) -> Void, emit: ([ArchiveDraft]) throws -> Void
  ) throws {
    var piece: [ArchiveDraft] = []
    var bytes = 0
    let ids = DraftIds(in: contents.scratch)
    var missing: Fault?
    for archive in contents.archives.indices {
      let name = contents.archives[archive].name
      func add(_ content: ArchiveDraft.Content, _ member: SpooledMember) throws {
        piece.append(ArchiveDraft(archive: archive, member: member.path, content: content))
        if piece.count >= Self.pieceEntries || bytes >= Self.pieceBytes {
          try emit(piece)
          piece = []
          bytes = 0
        }
      }
      let texts = try contents.texts(of: archive)
      var found: (layout: any AnnotationLayout, members: [SpooledMember])?
      do throws(Fault) { found = try find(in: archive, texts) } catch {
        guard error.code == "ingest.annotations" else { throw error }
        missing = missing ?? error
        state.withLock { $0.bare += 1 }
      }
      if let found { note("\(name): \(found.layout.name)") }
      for member in found?.members ?? [] {
        ids.begin(member.path, in: archive, called: name)
        do {
          try found?.layout.drafts(of: member) { entry in
            bytes += entry.pictureBytes
            try add(.entry(checked(entry, ids)), member)
          }
        } catch let fault as Fault where !fault.isOfSystem {
          let placed = fault.placed(in: Place(file: name, member: member.path))
          state.withLock { $0.firstFault = $0.firstFault ?? placed }
          try add(.refused(placed), member)
        }
      }
      var skipped = SkippedNames()
      try LayoutCatalog.unread(
        texts, but: found?.members ?? [], as: found?.layout,
        isChosen: layout != nil || annotations != nil
      ) { member, unread in
        switch unread {
        case .lost(let fault): try add(.entry(.bad(fault)), member)
        case .skipped(let reason):
          skipped.add(member.path, reason)
          state.withLock { $0.skipped[reason, default: 0] += 1 }
        }
      }
      if let names = skipped.description { note("\(name): skipped \(names)") }
    }
    if !piece.isEmpty { try emit(piece) }
    if let missing, bareArchives == contents.archives.count { throw missing }
  }

  /// The entry under an id of its own; a fault or dropped if there is none for it.
  private func checked(_ entry: AnnotationEntry, _ ids: DraftIds) throws(Fault) -> AnnotationEntry {
    guard case .draft(var draft) = entry else { return entry }
    switch try ids.judge(draft) {
    case .id(draft.id): return entry
    case .id(let id):
      draft.id = id
      state.withLock { $0.qualified += 1 }
      return .draft(draft)
    case .known: return .dropped("questions that an earlier file holds too")
    case .repeated:
      let fault = Fault(
        "ingest.duplicate-id", "an earlier entry has the same id", at: Place(record: draft.id))
      return .bad(fault.placed(in: draft.place))
    }
  }

  private func find(
    in archive: Int, _ texts: [SpooledMember]
  ) throws(Fault) -> (any AnnotationLayout, [SpooledMember]) {
    try LayoutCatalog.find(
      in: texts, of: contents.archives[archive].name, layout: layout, annotations: annotations,
      mapping: mapping, refusal: contents.refusal(in: archive))
  }
}

/// The first texts of an archive that are skipped, for who watches.
private struct SkippedNames {
  private var names: [String] = []
  private var count = 0

  mutating func add(_ path: String, _ reason: String) {
    count += 1
    if names.count < 3 { names.append("\(path) (\(reason))") }
  }

  /// nil if there are none.
  var description: String? {
    guard count > 0 else { return nil }
    let more = count > names.count ? " and \(count - names.count) more" : ""
    return names.joined(separator: ", ") + more
  }
}

extension AnnotationEntry {
  /// Bytes of pictures that the entry brings with it.
  fileprivate var pictureBytes: Int {
    guard case .draft(let draft) = self else { return 0 }
    return draft.images.reduce(0) { sum, image in
      if case .bytes(let bytes, _) = image { sum + bytes.count } else { sum }
    }
  }
}
