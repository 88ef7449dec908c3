package import Geometry
internal import Prompting
internal import Schemas

/// Why a trace has not the form that its dialect and its question ask for, or nil.
///
/// The automaton of the dialect, and for a place an answer of exactly two whole numbers (ViGoRL,
/// `point_in_bbox_multicrop.py` and `string_match_multiturn.py`).
func flaw(of trace: ParsedTrace, _ task: RewardTask) -> String? {
  if let malformed = trace.malformed { return malformed }
  if case .pointInBox = task.question.answer, PointText.exactly(trace.answer ?? "") == nil {
    return "the answer is not a point of two whole numbers"
  }
  return nil
}

/// 1 for a trace in the form of its dialect, else 0.
package struct FormatReward: Reward {
  package let name = "format"

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> { 0...1 }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    group.map {
      let flaw = flaw(of: $0.trace, task)
      return Score(flaw == nil ? 1 : 0, flaw ?? "well formed")
    }
  }
}

/// 0.2 for every look after the first at a new place: at least 10 of the model's pixels from every
/// place that counted before; 0 for a malformed trace.
///
/// Added to `format` this is the format reward of ViGoRL's multi-turn code, 1 + 0.2·max(0, k − 1).
/// (The paper gives 0.2 for the first look too, and at most four.)
package struct DistinctLooksReward: Reward {
  package let name = "distinct-looks"
  package static let bonus = 0.2
  package static let distance = 10.0

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> {
    0...Self.bonus * Double(max(0, task.domain.looks - 1))
  }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    group.map {
      if let flaw = flaw(of: $0.trace, task) { return Score(0, flaw) }
      let places = Self.distinct($0.trace.looks).count
      // A trace of another policy may look more often than the domain allows.
      let counted = min(places, task.domain.looks)
      return Score(Self.bonus * Double(max(0, counted - 1)), "\(places) places")
    }
  }

  /// The looks that keep their distance from all that were kept before.
  package static func distinct(_ looks: [Point]) -> [Point] {
    var kept: [Point] = []
    for look in looks where kept.allSatisfy({ $0.distance(to: look) >= distance }) {
      kept.append(look)
    }
    return kept
  }
}

/// 1 for a well-formed trace whose thoughts name at least one point, all of them in the picture.
///
/// As the paper has it (section 4.3). The released code asks for one pair of numbers only, which a
/// throw-away point outside of the picture meets.
package struct GroundedFormatReward: Reward {
  package let name = "grounded-format"

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> { 0...1 }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    let seen = task.checker.frame.seen
    return group.map {
      if let flaw = flaw(of: $0.trace, task) { return Score(0, flaw) }
      if $0.trace.points.isEmpty { return Score(0, "no point in the thought") }
      let outside = $0.trace.points.first {
        $0.x < 0 || $0.y < 0 || $0.x >= Double(seen.width) || $0.y >= Double(seen.height)
      }
      if let outside { return Score(0, "\(PointText.text(of: outside)) is outside of the picture") }
      return Score(1, "\($0.trace.points.count) points")
    }
  }
}
