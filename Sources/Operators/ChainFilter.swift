package import Foundations
internal import Geometry
package import Prompting
internal import Rewards
package import Schemas

/// What a chain must be to be learned from.
package struct ChainFilter: Sendable, Equatable {
  /// Its answer is right.
  package var correct = true
  /// Every look lies inside the picture.
  package var grounded = true
  /// Looks it must have at least.
  package var minSteps = 0
  /// Two looks this near to each other, in pixels of the view, are one too many; 0: any.
  package var nearDuplicate = 0.0
  /// Tokens it may have, pictures not counted; 0: any number.
  package var maxTokens = 0

  package init() {}

  /// The chains of a record that stay, and why others do not.
  package func filtered(
    _ record: SFTRecord, _ domain: Domain
  ) throws(Fault) -> (chains: [Chain], dropped: [String: Int]) {
    let checker = try AnswerChecker(record.question, domain)
    let frame = try domain.frame(of: record.question.images[0].size)
    var chains: [Chain] = []
    var dropped: [String: Int] = [:]
    for chain in record.chains {
      if let reason = reason(chain, record.question, checker, frame) {
        dropped[reason, default: 0] += 1
      } else {
        chains.append(chain)
      }
    }
    return (chains, dropped)
  }

  private func reason(
    _ chain: Chain, _ question: Question, _ checker: AnswerChecker, _ frame: Frame
  ) -> String? {
    if correct && !checker.verdict(chain.answer).isCorrect { return "a wrong answer" }
    let size = question.images[0].size
    let picture = Box(x0: 0, y0: 0, x1: Double(size.width), y1: Double(size.height))
    if grounded && !chain.points.allSatisfy(picture.contains) {
      return "a look outside of the picture"
    }
    if chain.points.count < minSteps { return "too few steps" }
    let points = chain.points.map(frame.fromOriginal)
    for (index, point) in points.enumerated() where nearDuplicate > 0 {
      if points[..<index].contains(where: { $0.distance(to: point) < nearDuplicate }) {
        return "two looks at nearly the same place"
      }
    }
    let tokens = chain.segments.reduce(0) { $0 + $1.ids.count }
    return maxTokens > 0 && tokens > maxTokens ? "too many tokens" : nil
  }
}
