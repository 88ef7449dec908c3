internal import JSONText

extension Question {
  package static let definition = Definition(
    "question", "A question about pictures, with its ground truth.",
    members(of: .question))

  fileprivate static func members(of kind: RecordKind) -> [Definition.Member] {
    Definition.opening(kind, id: "The key of the question, unique in its dataset.") + [
      .required(
        "images", ["type": "array", "items": Shape.form(Medium.self), "minItems": 1],
        "The pictures; coordinates without a picture of their own mean the first."),
      .required("question", Shape.text, "The text of the question."),
      .required(
        "options", Shape.list(of: Shape.text),
        "What the answer is chosen from; empty for open questions."),
      .required("answer", Shape.form(Answer.self), "The ground truth."),
      .required(
        "domain", Shape.name, "The domain, which fixes prompts, frames and the answer checker."),
      .required("source", Shape.name, "The collection the question comes from."),
      .optional("split", Shape.name, "The split: train, validation, test."),
      .required(
        "targets", Shape.forms(Target.self), "What is known about where the truth lies."),
      Definition.provenance,
    ]
  }
}

extension RLRecord {
  package static let definition = Definition(
    "rl", "A question as reinforcement learning reads it.", Question.members(of: .rl))
}

extension Medium {
  package static let definition = Definition(
    "medium", "A picture as it lies in the dataset's media shards, under its digest.",
    [
      .required("sha256", Shape.digest, "SHA-256 of the file."),
      .required("format", Shape.choice(Format.self), "The format of the file."),
      .required("width", Shape.count(atLeast: 1), "Pixels, as decoded."),
      .required("height", Shape.count(atLeast: 1), "Pixels, as decoded."),
      .required("bytes", Shape.count(atLeast: 1), "The length of the file."),
    ])
}

extension Target {
  package static let definition = Definition(
    "target", "A labelled place in the first picture.",
    [
      .required("label", Shape.text, "What is there."),
      .required("box", Shape.box, "Where it is, in pixels of the original picture."),
    ])
}

extension Answer {
  package static let definition = Definition(
    "answer", "The ground truth of a question.",
    [
      .required(
        "kind", ["enum": ["option", "text", "point-in-box"]],
        "The text of an option, any text, or any point in a box."),
      .optional("text", Shape.text, "The text, unless a point is asked for."),
      .optional("box", Shape.box, "The box that the point must lie in, edges included."),
      .optional("frame", ["const": "original"], "The frame of reference of the box."),
    ],
    rules: [
      "if": ["properties": ["kind": ["const": "point-in-box"]], "required": ["kind"]],
      "then": ["properties": ["text": false], "required": ["box", "frame"]],
      "else": ["properties": ["box": false, "frame": false], "required": ["text"]],
    ])
}

extension Provenance {
  package static let definition = Definition(
    "provenance", "Where a record comes from and what made it.",
    [
      .required("archive", Shape.text, "The archive's name, without folders."),
      .required("member", Shape.text, "The path inside the archive."),
      .required("sha256", Shape.digest, "SHA-256 of the member."),
      .required(
        "operators", Shape.map(to: Shape.text),
        "The operators that worked on the record, with their versions."),
      .required("seed", Shape.integer, "The seed of the run."),
    ])
}
