package import Geometry
package import Schemas

/// A whole trajectory, read: what rewards and behaviour counts are computed from.
package struct ParsedTrace: Sendable, Equatable {
  package let turns: [ParsedTurn]
  /// Why the trajectory does not follow the dialect, or nil.
  ///
  /// It follows it when every turn does, all but the last zoom, and the last answers: the automaton
  /// think → (tool call → observation → think)* → answer of ViGoRL's multi-turn format reward.
  package let malformed: String?

  package init(turns: [ParsedTurn]) {
    self.turns = turns
    malformed = Self.firstFlaw(of: turns)
  }

  /// Reads the model's segments of a trajectory, each a turn.
  package init(_ segments: [Segment], _ dialect: any Dialect) {
    self.init(turns: segments.filter { $0.role == .model }.map { dialect.parse($0.text) })
  }

  /// The answer of the last turn, also of a malformed one.
  package var answer: String? {
    guard case .answer(let text)? = turns.last?.action else { return nil }
    return text
  }

  /// The points that were looked at, in the model's pixels, in order.
  package var looks: [Point] {
    turns.compactMap {
      guard case .zoom(let point) = $0.action else { return nil }
      return point
    }
  }

  /// The points in the thoughts, in the model's pixels, in order, repeats included.
  package var points: [Point] { turns.flatMap(\.points) }

  private static func firstFlaw(of turns: [ParsedTurn]) -> String? {
    for (index, turn) in turns.enumerated() {
      if let malformed = turn.malformed { return malformed }
      if case .answer = turn.action, index + 1 < turns.count { return "a turn follows the answer" }
    }
    guard case .answer? = turns.last?.action else { return "the last turn gives no answer" }
    return nil
  }
}
