package import Foundations
package import Schemas

/// The parts of a question that are compared as its text.
package struct QuestionText: Sendable {
  private enum Part: String, CaseIterable {
    case question
    case options
    case answer
  }

  private let parts: [Part]

  /// The question without its options.
  package static let question = QuestionText(parts: [.question])

  private init(parts: [Part]) { self.parts = parts }

  /// - Throws: `pipeline.range` for no part at all, and for one that questions do not have.
  package init(_ names: [String], _ place: Place) throws(Fault) {
    var parts: [Part] = []
    let known = Part.allCases.map(\.rawValue)
    // Without words all questions would be alike.
    guard !names.isEmpty else {
      throw Fault(
        "pipeline.range", "\"of\" must name at least one of \(known.joined(separator: ", "))",
        at: place)
    }
    for name in names {
      guard let part = Part(rawValue: name) else {
        let nearest = Spelling.nearest(to: name, in: known)
        throw Fault(
          "pipeline.range",
          "a question has no \"\(name)\" to compare; "
            + (nearest.map { "did you mean \"\($0)\"?" }
              ?? "known are \(known.joined(separator: ", "))"),
          at: place)
      }
      parts.append(part)
    }
    self.parts = parts
  }

  /// - Parameter withPlaces: whether a box that answers is compared by its numbers.
  package func text(of question: Question, withPlaces: Bool = true) -> String {
    let answer =
      switch question.answer {
      case .option(let text), .text(let text): text
      case .pointInBox(let box): withPlaces ? "\(box)" : ""
      }
    return text(question.question, options: question.options, answer: answer)
  }

  /// - Parameter answer: asked for only if it is compared.
  func text(_ question: String, options: [String], answer: @autoclosure () -> String) -> String {
    parts.map { part in
      switch part {
      case .question: question
      case .options: options.joined(separator: "\n")
      case .answer: answer()
      }
    }.joined(separator: "\n")
  }
}
