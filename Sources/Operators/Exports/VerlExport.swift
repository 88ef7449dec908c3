internal import Foundations
internal import JSONText
internal import Prompting
internal import Schemas

/// verl: `messages` and `images` for multi-turn SFT; `prompt`, `images`, `reward_model` for RL.
///
/// Pictures are what `qwen_vl_utils.fetch_image` takes, with the pixel limits in every row, so that
/// they need not be set elsewhere.
extension ExportRows {
  mutating func addVerl(_ sample: ExportSample) throws(Fault) {
    if try addChains(sample, images: { $0.limited($1, sample) }) { return }
    let question = sample.question
    let chat = try sample.prompt()
    add(
      question.id, sample,
      [
        ("data_source", .string(question.source)), ("prompt", chat.json),
        ("images", limited(chat, sample)), ("ability", .string(question.domain)),
        ("reward_model", ["style": "rule", "ground_truth": .string(sample.truth)]),
        (
          "extra_info",
          [
            "index": .string(question.id), "split": .string(question.split ?? ""),
            "question": .string(question.question), "answer": .string(sample.truth),
            "answer_kind": .string(sample.answerKind), "bbox": sample.box,
          ]
        ),
      ])
  }

  private mutating func limited(_ chat: ExportChat, _ sample: ExportSample) -> JSON {
    let pixels = sample.domain.pixels
    return .array(
      paths(chat.pictures, sample).map { path in
        [
          "image": .string(path), "min_pixels": .integer(pixels.lowerBound),
          "max_pixels": .integer(pixels.upperBound),
        ]
      })
  }
}
