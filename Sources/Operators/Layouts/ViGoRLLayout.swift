package import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// ViGoRL's: JSON Lines of `{"id", "image", "conversations": [{question}, {answer}]}`.
///
/// Ours adds `options`, `answer_kind`, `targets` and `split`. Places are pixels of the picture.
package struct ViGoRLLayout: AnnotationLayout {
  package let name = "vigorl"

  package init() {}

  package func claims(_ member: String) -> Bool { AnnotationPath.has([".jsonl"], member) }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    Self.fits(try member.jsonHead())
  }

  static func fits(_ head: AnnotationHead) -> Bool {
    head.form == .lines && head.has("conversations", .list) && head.has("id")
      && head.has("image", .text)
  }

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    try member.lines { line in
      try emit(
        AnnotationEntry { () throws(Fault) in
          let json = try line.json()
          let place = line.place(of: json)
          do throws(Fault) { return try Self.draft(json, place) } catch {
            throw error.placed(in: place)
          }
        })
    }
  }

  private static func draft(_ line: JSON, _ place: Place) throws(Fault) -> QuestionDraft {
    let turns = try line.required("conversations").asArray
    guard turns.count == 2 else {
      throw Fault(
        "ingest.conversation",
        "expected a question and an answer, found \(turns.count) turns; "
          + "longer ones are read with layout: \(LlamaFactoryLayout().name)")
    }
    let names = ChatNames()
    for (index, roles) in [names.user, names.assistant].enumerated() {
      guard let role = try turns[index].optionalString("from"), !roles.contains(role) else {
        continue
      }
      throw Fault(
        "ingest.conversation",
        "expected a turn from \(roles.joined(separator: " or ")), found one from \(role)",
        at: Place(key: "conversations[\(index)].from"))
    }
    var text = PicturePlaceholder.removed(from: try turns[0].string("value")).trimmed
    guard !text.isEmpty else { throw FieldReader.missing(.question, of: line) }
    let answer = try turns[1].string("value")
    let options = line["options"] == nil ? [] : try line.strings("options")
    if !options.isEmpty, let cut = text.firstRange(of: "\nOptions: ") {
      text = text[..<cut.lowerBound].trimmed
    }
    var draft = QuestionDraft(
      id: try line.string("id"), images: [.member(try line.string("image"))], question: text,
      place: place
    ) { size throws(Fault) in
      (try self.answer(line, answer, options, size), try targets(line, size))
    }
    draft.options = options
    draft.split = try line.optionalString("split")
    return draft
  }

  /// `answer_kind` says how the answer is checked; without it, a text with options is one of them,
  /// and four numbers, with nothing else beside them, are a box.
  private static func answer(
    _ line: JSON, _ text: String, _ options: [String], _ size: Size
  ) throws(Fault) -> Answer {
    let kind = try line.optionalString("answer_kind")
    let parts = text.split { "(), ".contains($0) }
    let numbers = parts.compactMap { Double($0) }
    let isBox = parts.count == 4 && numbers.count == 4
    if kind == "point-in-box" || kind == nil && options.isEmpty && isBox {
      guard isBox else {
        throw Fault("ingest.answer", "expected (x0, y0, x1, y1), found \(text)")
      }
      return .pointInBox(try box(numbers, size))
    }
    return options.isEmpty ? .text(text) : .option(text)
  }

  private static func targets(_ line: JSON, _ size: Size) throws(Fault) -> [Target] {
    guard line["targets"] != nil else { return [] }
    return try line.array("targets") { target throws(Fault) in
      let numbers = try target.doubles("box")
      guard numbers.count == 4 else {
        throw Fault("ingest.target", "a box has four numbers, found \(numbers.count)")
      }
      return Target(label: try target.string("label"), box: try box(numbers, size))
    }
  }

  private static func box(_ numbers: [Double], _ size: Size) throws(Fault) -> Box {
    let box = BoxConvention(.corners, .pixels)
      .box(numbers[0], numbers[1], numbers[2], numbers[3], in: size)
    try box.check(in: size)
    return box
  }
}
