package import JSONText
package import Schemas

/// What one model did on a set of questions.
package struct ModelScore: Sendable, Equatable {
  package let model: String
  package let accuracy: Proportion
  /// Crops asked for and got, per question; 0 where there are no questions.
  package let meanLooks: Double
  /// Grounded steps per question.
  package let meanPoints: Double
  /// Questions answered after at least one look.
  package let looked: Proportion
  /// Questions that ended with an answer, right or wrong.
  package let answered: Proportion

  package init(model: String, _ records: [EvaluationRecord]) {
    self.model = model
    accuracy = Proportion(records.lazy.map(\.isCorrect))
    meanLooks = Self.mean(records.lazy.map(\.zooms))
    meanPoints = Self.mean(records.lazy.map(\.points.count))
    looked = Proportion(records.lazy.map { $0.zooms > 0 })
    answered = Proportion(records.lazy.map { $0.answer != nil })
  }

  private static func mean(_ counts: some Collection<Int>) -> Double {
    counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count)
  }

  package var json: JSON {
    [
      "model": .string(model), "accuracy": accuracy.json, "mean_looks": .measure(meanLooks),
      "mean_points": .measure(meanPoints), "looked": looked.json, "answered": answered.json,
    ]
  }
}
