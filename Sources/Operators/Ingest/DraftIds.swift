internal import Foundations

/// Gives every question of a run an id of its own; ids are compared on disk.
///
/// An id of annotations stays as it is unless another file had it before. Then the member goes in
/// front of it, or the archive where that other file is in another one: `MEMBER#id`, `ARCHIVE#id`,
/// and if these are taken too `ARCHIVE/MEMBER#id`, with a number behind it at last. What an id
/// becomes depends on the archives and their order alone.
final class DraftIds {
  enum Judgement {
    case id(String)
    /// The same file has the id already.
    case repeated
    /// An earlier file has the same question, which an export cut into parts.
    case known
  }

  /// Who was first to have an id.
  private struct Holder: BitwiseCopyable {
    /// The annotation file, counted from 1.
    let file: UInt32
    let archive: UInt32
    /// Whether it stands in the file.
    let isOwn: Bool
    /// Of the question; 0: unknown.
    let fingerprint: UInt64
  }

  private let holders: KeyTable<Holder>
  /// Ids of one file that other files have too.
  private let shared: SeenTexts
  private var file: UInt32 = 0
  private var archive: (index: Int, name: String) = (0, "")
  private var member = ""

  init(in folder: String) {
    holders = KeyTable(in: folder)
    shared = SeenTexts(in: folder)
  }

  /// Begins with the next annotation file; drafts are those of this one from now on.
  func begin(_ member: String, in archive: Int, called name: String) {
    file += 1
    self.archive = (archive, Files.name(of: name))
    self.member = member
  }

  func judge(_ draft: QuestionDraft) throws(Fault) -> Judgement {
    guard let holder = try take(draft.id, draft, isOwn: true) else { return .id(draft.id) }
    if holder.file == file, holder.isOwn { return .repeated }
    guard try shared.insert(TextKey("\(file)#\(draft.id)")) else { return .repeated }
    if holder.file != file, holder.fingerprint != 0, holder.fingerprint == draft.print {
      return .known
    }
    let whole = "\(archive.name)/\(member)#\(draft.id)"
    let short = holder.archive == archive.index ? member : archive.name
    for id in ["\(short)#\(draft.id)", whole] {
      if try take(id, draft, isOwn: false) == nil { return .id(id) }
    }
    var number = 2
    while try take("\(whole)#\(number)", draft, isOwn: false) != nil { number += 1 }
    return .id("\(whole)#\(number)")
  }

  /// Takes an id; returns who has it already.
  private func take(_ id: String, _ draft: QuestionDraft, isOwn: Bool) throws(Fault) -> Holder? {
    let holder = Holder(
      file: file, archive: UInt32(archive.index), isOwn: isOwn, fingerprint: draft.print)
    return try holders.insert(holder, for: TextKey(Array(id.utf8)).key)
  }
}

extension QuestionDraft {
  fileprivate var print: UInt64 {
    content.map { UInt64(truncatingIfNeeded: $0.key) } ?? 0
  }
}
