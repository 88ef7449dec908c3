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
  private let places: TraceText.Places

  /// - Throws: a Fault if a picture of size `original` has no view in the walk's domain.
  init(_ walk: Walk, model: String, original: Size) throws(Fault) {
    segments = walk.dialogue.segments(to: walk.node)
    places = .frame(try walk.domain.frame(of: original))
    var reason = ""
    if case .failed(let why) = walk.end { reason = why }
    // Nobody knows the truth here: the answer counts as right where it is drawn.
    trace = try TraceView(
      segments, domain: walk.domain, original: original, model: model, answer: walk.answer,
      isCorrect: walk.answer != nil, reason: reason)
  }

  /// A numbered line for every turn, where it looked under it, and the answer last.
  var text: String {
    let lines =
      TraceText(segments, places).lines
      + TraceText.ending(trace.answer, places, otherwise: trace.reason)
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
}
