internal import Foundations
internal import Geometry
internal import JSONText
internal import Prompting
internal import Reports
internal import Schemas
internal import TraceSearch

/// What a model made of one question, for people and for programs.
struct AnsweredQuestion {
  let segments: [Segment]
  let trace: TraceView

  /// - Throws: a Fault if a picture of size `original` has no view in the walk's domain.
  init(_ walk: Walk, model: String, original: Size) throws(Fault) {
    segments = walk.dialogue.segments(to: walk.node)
    var reason = ""
    if case .failed(let why) = walk.end { reason = why }
    // Nobody knows the truth here: the answer counts as right where it is drawn.
    trace = try TraceView(
      segments, domain: walk.domain, original: original, model: model, answer: walk.answer,
      isCorrect: walk.answer != nil, reason: reason)
  }

  /// A numbered line for every turn, where it looked under it, and the answer last.
  var text: String {
    var lines: [String] = []
    for (index, step) in trace.steps.enumerated() {
      lines.append("\(index + 1)  \(step.thought.replacing("\n", with: "\n   "))")
      if let crop = step.crop, let point = step.point {
        lines.append("   looks at \(Self.words(point)), sees \(Self.words(crop.box))")
      }
    }
    lines.append(trace.answer.map { "answer: \($0)" } ?? "no answer: \(trace.reason)")
    if let point = trace.answerPoint { lines.append("in the picture: \(Self.words(point))") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Places are in pixels of the picture as it was given; segments are as in rollout records.
  var json: JSON {
    [
      "answer": trace.answer.map { .string($0) } ?? .null,
      "answer_point": trace.answerPoint?.json ?? .null,
      "reason": .string(trace.reason),
      "turns": .array(
        trace.steps.map { step in
          [
            "thought": .string(step.thought), "point": step.point?.json ?? .null,
            "crop": step.crop?.json ?? .null,
          ]
        }),
      "segments": .array(segments.map(\.json)),
    ]
  }

  private static func words(_ point: Point) -> String {
    "(\(Int(point.x.rounded())), \(Int(point.y.rounded())))"
  }

  private static func words(_ box: Box) -> String {
    "\(Int(box.x0)), \(Int(box.y0)) to \(Int(box.x1)), \(Int(box.y1))"
  }
}
