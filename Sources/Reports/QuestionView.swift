package import Foundations
package import Geometry
package import Imaging
package import Prompting
package import Schemas

/// A question with its picture and what models answered.
package struct QuestionView: Sendable {
  package let question: String
  package let options: [String]
  /// The true answer as people read it.
  package let truth: String
  /// Where the truth lies, in pixels of the picture; may be empty.
  package let truthBoxes: [Box]
  package let picture: Picture
  package let traces: [TraceView]

  package init(
    question: String, options: [String] = [], truth: String, truthBoxes: [Box] = [],
    picture: Picture, traces: [TraceView]
  ) {
    self.question = question
    self.options = options
    self.truth = truth
    self.truthBoxes = truthBoxes
    self.picture = picture
    self.traces = traces
  }

  /// A question of a dataset, with the first of its pictures decoded.
  package init(_ question: Question, picture: Picture, traces: [TraceView]) {
    var boxes = question.targets.map(\.box)
    let truth: String
    switch question.answer {
    case .option(let text), .text(let text): truth = text
    case .pointInBox(let box):
      truth = "a point in the box"
      if !boxes.contains(box) { boxes.append(box) }
    }
    self.init(
      question: question.question, options: question.options, truth: truth, truthBoxes: boxes,
      picture: picture, traces: traces)
  }
}

/// What one model thought, where it looked and what it answered.
package struct TraceView: Sendable {
  package struct Step: Sendable {
    package let thought: String
    /// In pixels of the original picture; nil for a step that is tied to no place.
    package let point: Point?
    /// What the model got to see after the step.
    package let crop: Crop?

    package init(thought: String, point: Point? = nil, crop: Crop? = nil) {
      self.thought = thought
      self.point = point
      self.crop = crop
    }
  }

  package let model: String
  package let steps: [Step]
  /// As the model wrote it; nil if it gave none.
  package let answer: String?
  /// The place that the answer names, in pixels of the original picture.
  package let answerPoint: Point?
  package let isCorrect: Bool
  /// Why the checker judged so.
  package let reason: String

  package init(
    model: String, steps: [Step], answer: String?, answerPoint: Point? = nil, isCorrect: Bool,
    reason: String = ""
  ) {
    self.model = model
    self.steps = steps
    self.answer = answer
    self.answerPoint = answerPoint
    self.isCorrect = isCorrect
    self.reason = reason
  }

  /// The trace of an evaluated answer.
  ///
  /// Throws a Fault if `original`, the size of the picture in pixels, has no view in the domain.
  package init(
    _ record: EvaluationRecord, domain: Domain, original: Size
  ) throws(Fault) {
    try self.init(
      record.segments, domain: domain, original: original, model: record.model,
      answer: record.answer, isCorrect: record.isCorrect, reason: record.reason)
  }

  /// The trace of a trajectory: a step per model segment, read in the dialect of `domain`.
  ///
  /// A step takes the crop of the observation that follows it. Points outside the view of the
  /// picture are left out. Throws a Fault if `original`, the size of the picture in pixels, has no
  /// view in the domain.
  package init(
    _ segments: [Segment], domain: Domain, original: Size, model: String, answer: String?,
    isCorrect: Bool, reason: String = ""
  ) throws(Fault) {
    let frame = try domain.frame(of: original)
    func place(_ point: Point?) -> Point? {
      point.flatMap { frame.seen.box.contains($0) ? frame.toOriginal($0) : nil }
    }
    var steps: [Step] = []
    for (index, segment) in segments.enumerated() where segment.role == .model {
      let turn = domain.dialect.parse(segment.text)
      let next = index + 1 < segments.count ? segments[index + 1] : nil
      let crop = next?.role == .observation ? next?.media.first?.crop : nil
      var look: Point?
      if case .zoom(let point) = turn.action { look = point }
      steps.append(
        Step(
          thought: turn.thought.isEmpty ? segment.text : turn.thought,
          point: place(look ?? turn.points.first), crop: crop))
    }
    self.init(
      model: model, steps: steps, answer: answer,
      answerPoint: place(answer.flatMap { PointText.exactly($0) }), isCorrect: isCorrect,
      reason: reason)
  }
}
