package import Foundations
package import Geometry
package import JSONText

/// A question about pictures, with its ground truth.
package struct Question: Record {
  package var id: String
  /// At least one; coordinates without a picture of their own mean the first.
  package var images: [Medium]
  package var question: String
  /// What the answer is chosen from; empty for open questions.
  package var options: [String]
  package var answer: Answer
  /// The name of the domain, which fixes prompts, frames and the answer checker.
  package var domain: String
  /// The name of the collection the question comes from.
  package var source: String
  package var split: String?
  /// What is known about where the truth lies; may be empty.
  package var targets: [Target]
  package var provenance: Provenance

  package init(
    id: String, images: [Medium], question: String, options: [String] = [], answer: Answer,
    domain: String, source: String, split: String? = nil, targets: [Target] = [],
    provenance: Provenance
  ) {
    self.id = id
    self.images = images
    self.question = question
    self.options = options
    self.answer = answer
    self.domain = domain
    self.source = source
    self.split = split
    self.targets = targets
    self.provenance = provenance
  }

  package static let kind = RecordKind.question
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    try self.init(members: json)
  }

  package var json: JSON { .form(Self.opening(id) + members) }
}

/// A question as reinforcement learning reads it: the same members under the kind `rl`.
package struct RLRecord: Record {
  package var question: Question
  package var id: String { question.id }

  package init(question: Question) { self.question = question }

  package static let kind = RecordKind.rl
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    self.init(question: try Question(members: json))
  }

  package var json: JSON { .form(Self.opening(id) + question.members) }
}

extension Question {
  fileprivate init(members json: JSON) throws(Fault) {
    self.init(
      id: try json.name("id"),
      images: try json.required("images") { value throws(Fault) in
        let images = try value.elements(Medium.init(json:))
        guard !images.isEmpty else { throw Fault("record.value", "expected at least one picture") }
        return images
      },
      question: try json.string("question"), options: try json.strings("options"),
      answer: try json.required("answer", Answer.init(json:)), domain: try json.name("domain"),
      source: try json.name("source"), split: try json.optionalName("split"),
      targets: try json.array("targets", Target.init(json:)),
      provenance: try json.required("provenance", Provenance.init(json:)))
  }

  fileprivate var members: [(String, JSON?)] {
    [
      ("images", .forms(images)), ("question", .string(question)), ("options", .strings(options)),
      ("answer", answer.json), ("domain", .string(domain)), ("source", .string(source)),
      ("split", split.map(JSON.string)), ("targets", .forms(targets)),
      ("provenance", provenance.json),
    ]
  }
}

/// A picture as it lies in the dataset's media shards, under its digest.
package struct Medium: JSONForm {
  package enum Format: String, Sendable, CaseIterable {
    case jpeg
    case png
  }

  package var sha256: String
  package var format: Format
  /// Pixels, as decoded.
  package var size: Size
  /// The length of the file.
  package var bytes: Int

  package init(sha256: String, format: Format, size: Size, bytes: Int) {
    self.sha256 = sha256
    self.format = format
    self.size = size
    self.bytes = bytes
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      sha256: try json.digest("sha256"), format: try json.choice("format"),
      size: Size(
        width: try json.count("width", atLeast: 1), height: try json.count("height", atLeast: 1)),
      bytes: try json.count("bytes", atLeast: 1))
  }

  package var json: JSON {
    .form([
      ("sha256", .string(sha256)), ("format", .string(format.rawValue)),
      ("width", .integer(size.width)), ("height", .integer(size.height)),
      ("bytes", .integer(bytes)),
    ])
  }
}

/// A labelled place in the first picture of a question.
package struct Target: JSONForm {
  package var label: String
  /// In pixels of the original picture.
  package var box: Box

  package init(label: String, box: Box) {
    self.label = label
    self.box = box
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(label: try json.string("label"), box: try json.required("box", Box.init(json:)))
  }

  package var json: JSON { .form([("label", .string(label)), ("box", box.json)]) }
}
