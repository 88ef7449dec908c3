package import Foundations
internal import JSONText
internal import Schemas

/// The easy-VQA package's: `PART/questions.json`, a list of `[question, answer, picture]`, beside
/// `PART/images/PICTURE.png`.
///
/// A part called train, val, validation or test names the split.
package struct EasyVQALayout: AnnotationLayout {
  package let name = "easy-vqa"

  package init() {}

  package func claims(_ member: String) -> Bool {
    member == "questions.json" || member.hasSuffix("/questions.json")
  }

  package func recognises(_ bytes: [UInt8]) -> Bool { bytes.begins(with: "[[") }

  package func drafts(
    of bytes: [UInt8], member: String
  ) throws(Fault) -> [Result<QuestionDraft, Fault>] {
    let parent = Files.parent(of: member)
    let part = parent == "." ? "" : String(parent.split(separator: "/").last ?? "")
    let splits = [
      "train": "train", "val": "validation", "validation": "validation", "test": "test",
    ]
    var counts: [Int: Int] = [:]
    var drafts: [Result<QuestionDraft, Fault>] = []
    for (index, entry) in try JSON.parse(bytes).asArray.enumerated() {
      drafts.append(
        Result { () throws(Fault) in
          do throws(Fault) {
            var draft = try Self.draft(entry, part, &counts)
            draft.split = splits[part]
            return draft
          } catch { throw error.inside("[\(index)]") }
        })
    }
    return drafts
  }

  /// - Parameter counts: questions so far, by picture.
  private static func draft(
    _ entry: JSON, _ part: String, _ counts: inout [Int: Int]
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
      id: id, image: "images/\(picture).png", question: question, place: Place(record: id)
    ) { _ in (.text(answer), []) }
  }
}
