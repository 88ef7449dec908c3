package import Foundations
internal import JSONText
internal import Schemas

/// The easy-VQA package's: `PART/questions.json`, a list of `[question, answer, picture]`, beside
/// `PART/images/PICTURE.png` and below `answers.txt`, which lists all answers that there are.
///
/// The answers are the options of every question. A part called train, val, validation or test names the split.
package struct EasyVQALayout: AnnotationLayout {
  package let name = "easy-vqa"

  package init() {}

  package func claims(_ member: String) -> Bool {
    Files.name(of: member).lowercased() == "questions.json"
  }

  package func heeds(_ name: String) -> Bool { name == "answers.txt" }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.jsonHead().form == .arrays
  }

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    let parent = Files.parent(of: member.path)
    let folder = parent == "." ? "" : String(parent.split(separator: "/").last ?? "")
    let splits = [
      "train": "train", "val": "validation", "validation": "validation", "test": "test",
    ]
    let options = Self.answers(try member.beside(Self.path("answers.txt", above: parent)))
    var counts: [Int: Int] = [:]
    try member.elements { part in
      try emit(
        AnnotationEntry { () throws(Fault) in
          let entry = try part.json()
          do throws(Fault) {
            var draft = try Self.draft(entry, folder, !options.isEmpty, &counts)
            draft.split = splits[folder]
            draft.options = options
            return draft
          } catch { throw error.inside(part.path).placed(in: Place(line: part.line)) }
        })
    }
  }

  /// - Parameter counts: questions so far, by picture.
  private static func draft(
    _ entry: JSON, _ part: String, _ isChoice: Bool, _ counts: inout [Int: Int]
  ) throws(Fault) -> QuestionDraft {
    let parts = try entry.asArray
    guard parts.count == 3 else {
      throw Fault(
        "ingest.question", "expected [question, answer, picture], found \(parts.count) values")
    }
    let (question, answer) = (try parts[0].asString, try parts[1].asString)
    let picture = try parts[2].asInt
    let number = counts[picture, default: 0]
    counts[picture] = number + 1
    let id = (part.isEmpty ? "" : part + "-") + "\(picture)-\(number)"
    return QuestionDraft(
      id: id, images: [.member("images/\(picture).png")], question: question,
      place: Place(record: id)
    ) { _ in (isChoice ? .option(answer) : .text(answer), []) }
  }

  /// The path of a member in the folder above another.
  private static func path(_ name: String, above folder: String) -> String {
    let parent = Files.parent(of: folder)
    return parent == "." ? name : "\(parent)/\(name)"
  }

  /// The lines of the list, if there is one.
  private static func answers(_ list: [UInt8]?) -> [String] {
    String(decoding: list ?? [], as: UTF8.self).split { $0.isNewline }
      .map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }
}
