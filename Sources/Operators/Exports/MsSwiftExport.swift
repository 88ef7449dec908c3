internal import Foundations
internal import JSONText
internal import Schemas

/// ms-swift: `messages` and `images`; for GRPO without the answer, which is in `solution`.
extension ExportRows {
  mutating func addMsSwift(_ sample: ExportSample) throws(Fault) {
    if try addChains(sample, images: { $0.images($1, sample) }) { return }
    let chat = try sample.prompt()
    add(
      sample.question.id, sample,
      [
        ("messages", chat.json), ("images", images(chat, sample)),
        ("solution", .string(sample.truth)), ("answer_kind", .string(sample.answerKind)),
      ])
  }
}
