package import Foundations
package import Geometry
package import Prompting
package import Schemas

/// Whether an answer is right, and why.
package struct Verdict: Sendable, Equatable {
  package let isCorrect: Bool
  package let reason: String

  package init(isCorrect: Bool, reason: String) {
    self.isCorrect = isCorrect
    self.reason = reason
  }
}

/// Judges the answers of one question, the same for search, RL and evaluation.
///
/// Never by substring: ViGoRL's search judge counts "not left" as "left".
package struct AnswerChecker: Sendable {
  package let question: Question
  /// The frame of coordinates in answers.
  package let frame: Frame

  /// - Throws: `answer.option` when the truth is not exactly one of the options, and the faults of
  ///   the frame.
  package init(_ question: Question, _ domain: Domain) throws(Fault) {
    guard let picture = question.images.first else {
      throw Fault("prompt.picture", "the question has no picture", at: Place(record: question.id))
    }
    self.question = question
    frame = try domain.frame(of: picture.size)
    if case .option(let truth) = question.answer {
      guard question.options.count(where: { $0 == truth }) == 1 else {
        throw Fault(
          "answer.option", "the truth \"\(truth)\" is not one of the options",
          at: Place(record: question.id))
      }
    }
  }

  /// Judges the text of an answer; `nil` where none was given.
  package func verdict(_ answer: String?) -> Verdict {
    guard let answer else { return Verdict(isCorrect: false, reason: "no answer") }
    return switch question.answer {
    case .option(let truth): optionVerdict(answer, truth)
    case .text(let truth): textVerdict(answer, truth)
    case .pointInBox(let box): pointVerdict(answer, box)
    }
  }

  private func optionVerdict(_ answer: String, _ truth: String) -> Verdict {
    guard let option = Self.option(answer, of: question.options) else {
      return Verdict(isCorrect: false, reason: "\"\(answer)\" is not one of the options")
    }
    return Verdict(
      isCorrect: option == truth,
      reason: option == truth ? "chose \(option)" : "chose \(option), not \(truth)")
  }

  private func textVerdict(_ answer: String, _ truth: String) -> Verdict {
    let isCorrect = Self.isSame(answer, truth)
    return Verdict(
      isCorrect: isCorrect, reason: isCorrect ? "said \(truth)" : "said \"\(answer)\", not \(truth)"
    )
  }

  private func pointVerdict(_ answer: String, _ box: Box) -> Verdict {
    // A fraction is no format, but it is a place: ViGoRL scores 0 for every one.
    guard let point = PointText.exactly(answer, fractions: true) else {
      return Verdict(isCorrect: false, reason: "\"\(answer)\" is not a point")
    }
    let original = frame.toOriginal(point)
    let isCorrect = box.contains(original)
    return Verdict(
      isCorrect: isCorrect,
      reason: "\(PointText.text(of: point)) is \(isCorrect ? "inside" : "outside of") the box")
  }

  /// The one of `options` that `answer` names, with or without a letter such as `B.` before it.
  ///
  /// Case, space and punctuation do not matter unless two options differ in them only.
  package static func option(_ answer: String, of options: [String]) -> String? {
    named(answer, options) ?? withoutLetter(answer).flatMap { named($0, options) }
  }

  private static func named(_ answer: String, _ options: [String]) -> String? {
    if let exact = options.first(where: { $0 == answer }) { return exact }
    let same = options.filter { isSame(answer, $0) }
    return same.count == 1 ? same[0] : nil
  }

  private static func isSame(_ answer: String, _ truth: String) -> Bool {
    let (a, b) = (PlainForm.of(answer), PlainForm.of(truth))
    return a == b && !(a.isEmpty && answer != truth)
  }

  /// The rest after `A.`, `A)`, `A:` or `(A)`.
  private static func withoutLetter(_ answer: String) -> String? {
    var rest = answer.drop(while: \.isWhitespace)
    let isBracketed = rest.first == "("
    if isBracketed { rest.removeFirst() }
    guard let letter = rest.popFirst(), letter.isLetter, letter.isASCII else { return nil }
    guard let mark = rest.popFirst(), isBracketed ? mark == ")" : ".):".contains(mark) else {
      return nil
    }
    return String(rest)
  }
}
