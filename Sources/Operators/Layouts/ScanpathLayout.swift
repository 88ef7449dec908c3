package import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// What `scanpath export` writes, whatever the trainer: objects whose member `scanpath` is the
/// question's record as a text.
///
/// Pictures are those that `images` names, or the ones beside with the same WebDataset key. Rows of
/// one question that follow each other, one for every chain, are one question.
package struct ScanpathLayout: AnnotationLayout {
  package let name = "scanpath"

  /// The member of an object that holds the record.
  static let key = "scanpath"

  package init() {}

  package func claims(_ member: String) -> Bool {
    AnnotationPath.has([".jsonl", ".json"], member)
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.jsonHead().form == .export
  }

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    var last: String?
    try member.lines { line in
      var place = Place(line: line.number)
      let entry = AnnotationEntry { () throws(Fault) in
        let json = try line.json()
        place = line.place(of: json)
        do throws(Fault) { return try Self.draft(json, place, member) } catch {
          throw error.placed(in: place)
        }
      }
      if case .draft(let draft) = entry {
        if draft.id == last { return try emit(.dropped("a further chain of the question")) }
        last = draft.id
      }
      try emit(entry)
    }
  }

  private static func draft(
    _ row: JSON, _ place: Place, _ member: any AnnotationMember
  ) throws(Fault) -> QuestionDraft {
    let record = try row.string(key)
    let question = try row.required(key) { _ throws(Fault) in
      try Question(json: try JSON.parse(record))
    }
    var draft = QuestionDraft(
      id: question.id, images: try images(row, question, member), question: question.question,
      place: place
    ) { size throws(Fault) in
      let recorded = question.images[0].size
      guard size != recorded else { return (question.answer, question.targets) }
      // The export holds the picture at another size.
      let frame = Frame(original: recorded, seen: size)
      var answer = question.answer
      if case .pointInBox(let box) = answer { answer = .pointInBox(frame.fromOriginal(box)) }
      return (
        answer,
        question.targets.map { Target(label: $0.label, box: frame.fromOriginal($0.box)) }
      )
    }
    draft.options = question.options
    draft.split = question.split
    draft.content = TextKey(Array(record.utf8))
    return draft
  }

  private static func images(
    _ row: JSON, _ question: Question, _ member: any AnnotationMember
  ) throws(Fault) -> [DraftImage] {
    var paths: [String] = []
    if row["images"] != nil {
      paths = try row.array("images") { image throws(Fault) in
        let path = try (image["image"] ?? image).asString
        // A root that was put before paths is none of the export's.
        return path.split(separator: "/").suffix(2).joined(separator: "/")
      }
    } else if let (key, _) = AnnotationPath.key(of: member.path) {
      let pictures = member.siblings(key).filter(\.isPicture).map(\.path)
      paths = pictures.sorted { Self.number($0) < Self.number($1) }
    }
    guard paths.count >= question.images.count else {
      throw Fault(
        "ingest.picture",
        "the question has \(question.images.count) pictures, \(paths.count) are here")
    }
    return paths.prefix(question.images.count).map { .member($0) }
  }

  /// Of `KEY.2.jpg` 2, of `KEY.jpg` 0.
  private static func number(_ path: String) -> Int {
    let field = AnnotationPath.key(of: path)?.field ?? ""
    return field.split(separator: ".").first.flatMap { Int($0) } ?? 0
  }
}
