internal import Geometry
internal import Glibc
internal import Prompting
internal import Schemas

/// 1 for a right answer, else 0; the form of the trace does not matter.
package struct AccuracyReward: Reward {
  package let name = "accuracy"

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> { 0...1 }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    group.map {
      let verdict = task.checker.verdict($0.trace.answer)
      return Score(verdict.isCorrect ? 1 : 0, verdict.reason)
    }
  }
}

/// exp(−0.01·d), with d the distance of the answered point from the middle of the box in the model's
/// pixels (ViGoRL, ablation A9); as `accuracy` for other questions.
package struct NearnessReward: Reward {
  package let name = "nearness"

  package init() {}

  package func range(_ task: RewardTask) -> ClosedRange<Double> { 0...1 }

  package func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score] {
    guard case .pointInBox(let box) = task.question.answer else {
      return AccuracyReward().scores(group, task)
    }
    let goal = task.checker.frame.fromOriginal(box.center)
    return group.map {
      guard let point = $0.trace.answer.flatMap({ PointText.exactly($0, fractions: true) }) else {
        return Score(0, "no point")
      }
      let distance = point.distance(to: goal)
      return Score(exp(-0.01 * distance), "\(Int(distance.rounded())) px from the middle")
    }
  }
}
