package import Foundations
package import Geometry
package import JSONText

/// The chains of one question, for supervised fine-tuning.
package struct SFTRecord: Record {
  package var question: Question
  package var chains: [Chain]
  package var provenance: Provenance

  package var id: String { question.id }

  package init(question: Question, chains: [Chain], provenance: Provenance) {
    self.question = question
    self.chains = chains
    self.provenance = provenance
  }

  package static let kind = RecordKind.sft
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    self.init(
      question: try json.question(), chains: try json.array("chains", Chain.init(json:)),
      provenance: try json.required("provenance", Provenance.init(json:)))
  }

  package var json: JSON {
    .form(
      Self.opening(id) + [
        ("question", question.json), ("chains", .forms(chains)), ("provenance", provenance.json),
      ])
  }
}

/// One linear trace cut from a tree, from the prompt to the answer.
package struct Chain: JSONForm {
  package enum Kind: String, Sendable, CaseIterable {
    /// One path to a right answer.
    case direct
    /// A wrong turn, the turning back, and a path to a right answer.
    case corrected
  }

  package var kind: Kind
  package var segments: [Segment]
  /// Where the steps look, in order, in pixels of the original picture.
  package var points: [Point]
  package var answer: String

  package init(kind: Kind, segments: [Segment], points: [Point], answer: String) {
    self.kind = kind
    self.segments = segments
    self.points = points
    self.answer = answer
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      kind: try json.choice("kind"), segments: try json.array("segments", Segment.init(json:)),
      points: try json.array("points", Point.init(json:)), answer: try json.string("answer"))
  }

  package var json: JSON {
    .form([
      ("kind", .string(kind.rawValue)), ("segments", .forms(segments)),
      ("points", .array(points.map(\.json))), ("answer", .string(answer)),
    ])
  }
}
