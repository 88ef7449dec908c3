internal import Foundations
internal import JSONText
internal import Schemas

/// TRL: `messages` and `images` for SFT; `prompt`, `images` and the truth for GRPO.
///
/// Content is a list of parts, as TRL puts all pictures before the first message of plain texts.
extension ExportRows {
  mutating func addTRL(_ sample: ExportSample) throws(Fault) {
    if try addChains(sample, messages: \.parts, images: { $0.images($1, sample) }) { return }
    let chat = try sample.prompt()
    add(
      sample.question.id, sample,
      [
        ("prompt", chat.parts), ("images", images(chat, sample)),
        ("answer", .string(sample.truth)), ("answer_kind", .string(sample.answerKind)),
        ("bbox", sample.box),
      ])
  }
}
