internal import Foundations
internal import JSONText
internal import Schemas

/// EasyR1: `problem`, `answer` and `images`; always the question, as it trains by RL alone.
///
/// It makes one user message of it and knows no system message; `format_prompt.jinja` puts the
/// domain's in front.
extension ExportRows {
  mutating func addEasyR1(_ sample: ExportSample) throws(Fault) {
    let chat = try sample.prompt()
    let user = chat.messages.last { $0.role == "user" }
    add(
      sample.question.id, sample,
      [
        ("problem", .string(user?.content ?? "")), ("answer", .string(sample.truth)),
        ("images", images(chat, sample)), ("answer_kind", .string(sample.answerKind)),
      ])
  }
}
