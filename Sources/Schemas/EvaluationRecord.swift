package import Foundations
package import Geometry
package import JSONText

/// One judged answer of a model.
package struct EvaluationRecord: Record {
  package var id: String
  /// The id of the question.
  package var question: String
  /// The name of the model in the comparison.
  package var model: String
  package var segments: [Segment]
  package var answer: String?
  package var isCorrect: Bool
  /// Why the checker judged so, in one sentence.
  package var reason: String
  /// How many crops the model asked for and got.
  package var zooms: Int
  /// Where the steps look, in order, in pixels of the original picture.
  package var points: [Point]
  package var provenance: Provenance

  package init(
    id: String, question: String, model: String, segments: [Segment], answer: String?,
    isCorrect: Bool, reason: String, zooms: Int, points: [Point], provenance: Provenance
  ) {
    self.id = id
    self.question = question
    self.model = model
    self.segments = segments
    self.answer = answer
    self.isCorrect = isCorrect
    self.reason = reason
    self.zooms = zooms
    self.points = points
    self.provenance = provenance
  }

  package static let kind = RecordKind.evaluation
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    self.init(
      id: try json.name("id"), question: try json.name("question"), model: try json.name("model"),
      segments: try json.array("segments", Segment.init(json:)),
      answer: try json.has("answer") ? json.string("answer") : nil,
      isCorrect: try json.bool("correct"), reason: try json.string("reason"),
      zooms: try json.count("zooms"), points: try json.array("points", Point.init(json:)),
      provenance: try json.required("provenance", Provenance.init(json:)))
  }

  package var json: JSON {
    .form(
      Self.opening(id) + [
        ("question", .string(question)), ("model", .string(model)), ("segments", .forms(segments)),
        ("answer", answer.map(JSON.string)), ("correct", .bool(isCorrect)),
        ("reason", .string(reason)), ("zooms", .integer(zooms)),
        ("points", .array(points.map(\.json))), ("provenance", provenance.json),
      ])
  }
}
