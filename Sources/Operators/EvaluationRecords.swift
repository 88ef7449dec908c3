internal import Archiving
internal import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// The records in the texts of an evaluation set.
extension EvaluationIndex {
  /// Takes all records of a text, by the layout that knows it, or else by their usual names.
  mutating func take(_ member: EvaluationTexts.Member, _ set: inout EvaluationSet) throws {
    guard let layout = try member.layout() else {
      guard ArchiveName.isText(member.path) else { return }
      return try member.records { try take($0, FieldReader(), member.path, &set) }
    }
    var refused: Set<Int> = []
    if let layout = layout as? any RecordLayout {
      let reader = try layout.reader(for: member)
      try layout.records(of: member) { found in
        if case .failure(let fault) = found, let line = member.line(of: fault) {
          refused.insert(line)
        } else {
          try take(found, reader, member.path, &set)
        }
      }
    } else {
      try layout.drafts(of: member) { entry in
        try set.stop.check()
        switch entry {
        case .draft(let draft):
          start("\(set.label(member.path)) \(draft.id)")
          set.count(isCompared: take(draft, &set))
        case .bad(let fault):
          if let line = member.line(of: fault) {
            refused.insert(line)
          } else {
            set.miss(fault, in: member.path)
          }
        case .dropped: break
        }
      }
    }
    if refused.isEmpty { return }
    // What a layout refuses may ask something all the same.
    try member.records { found in
      let line: Int?
      do throws(Fault) { line = try found.get().line } catch { line = error.place.line }
      guard let line, refused.contains(line) else { return }
      try take(found, FieldReader(), member.path, &set)
    }
  }

  /// Takes a record as one item: what its layout makes of it, and what it says under usual names.
  private mutating func take(
    _ found: Result<AnnotationRecord, Fault>, _ reader: any RecordReader, _ member: String,
    _ set: inout EvaluationSet
  ) throws {
    try set.stop.check()
    let record: AnnotationRecord
    do throws(Fault) { record = try found.get() } catch { return set.miss(error, in: member) }
    let place = record.path ?? record.line.map { "line \($0)" }
    start(place.map { "\(set.label(member)) \($0)" } ?? set.label(member))
    var drafts = Self.drafts(of: record, reader)
    if drafts.isEmpty {
      // A question is one without its picture too.
      var other = record
      other.images = [.member("")]
      drafts = Self.drafts(of: other, reader)
    }
    var isCompared = add(UsualTexts(record.json), set)
    for draft in drafts where take(draft, &set) { isCompared = true }
    // The picture with the key of a sidecar is an item of its own.
    if isCompared || record.images == nil { set.count(isCompared: isCompared) }
  }

  private static func drafts(
    of record: AnnotationRecord, _ reader: any RecordReader
  ) -> [QuestionDraft] {
    let entries = (try? reader.entries(of: record)) ?? []
    return entries.compactMap { if case .draft(let draft) = $0 { draft } else { nil } }
  }

  /// Adds text and pictures of a draft to the item; returns whether there are any.
  private mutating func take(_ draft: QuestionDraft, _ set: inout EvaluationSet) -> Bool {
    var isCompared = add(
      text: set.parts.text(draft.question, options: draft.options, answer: draft.answerText))
    for case .bytes(let bytes, _) in draft.images where take(picture: bytes, &set) {
      isCompared = true
    }
    return isCompared
  }

  /// Adds texts to the item; returns whether one has words.
  mutating func add(_ texts: UsualTexts, _ set: EvaluationSet) -> Bool {
    var isCompared = false
    for question in texts.questions {
      let text = set.parts.text(question, options: texts.options, answer: texts.answer)
      if add(text: text) { isCompared = true }
    }
    return isCompared
  }
}

extension QuestionDraft {
  /// The answer in words; empty for a place, which needs the picture.
  fileprivate var answerText: String {
    let answer = try? truth(size ?? Size(width: 1 << 14, height: 1 << 14)).answer
    return switch answer {
    case .option(let text), .text(let text): text
    case .pointInBox, nil: ""
    }
  }
}

extension EvaluationTexts.Member {
  /// The layout that knows the text.
  fileprivate func layout() throws(Fault) -> (any AnnotationLayout)? {
    do throws(Fault) {
      return try LayoutCatalog.find(in: [self], of: path, layout: nil, annotations: nil).layout
    } catch {
      if error.isOfSystem { throw error }
      return nil
    }
  }

  /// The line of a bad record, where that is all of the line.
  fileprivate func line(of fault: Fault) -> Int? {
    isLines || isTable ? fault.place.line : nil
  }

  /// Hands everything that may be a record to `body`: rows, lines, elements of lists, the lists of
  /// an object, those of its members that ask something, and an object that asks something itself.
  fileprivate func records(
    _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    if isTable { return try tableRecords(body) }
    let head = try jsonHead()
    guard head.form == .object || head.form == .other && !isLines else {
      return try jsonRecords(body)
    }
    let own = Set(AnnotationField.allCases.flatMap(\.names) + ["conversations", "messages"])
    var isList = false
    try elements { part in
      let isRecord = part.bytes.first == UInt8(ascii: "{") && !own.contains(part.key ?? "")
      guard isRecord || part.index != nil && head.form == .other else { return }
      let json = Result { () throws(Fault) in try part.json() }
      // Of what stands in no list, only what asks something.
      if part.index == nil {
        guard let json = try? json.get(), !UsualTexts(json).questions.isEmpty else { return }
      }
      isList = true
      try body(
        json.map { AnnotationRecord($0, line: part.line, path: part.path, id: part.path) })
    }
    guard head.form == .object, head.isWhole || !isList else { return }
    let whole = try JSON.parse(wholeBytes())
    if isList, UsualTexts(whole).questions.isEmpty { return }
    try body(.success(AnnotationRecord(whole, id: path)))
  }
}
