package import Foundations
package import JSONText
package import Schemas

/// Two models on the same questions, question by question.
package struct PairedComparison: Sendable, Equatable {
  package let first: String
  package let second: String
  package let bothRight: Int
  package let onlyFirst: Int
  package let onlySecond: Int
  package let bothWrong: Int
  /// Of `difference`, by drawing pictures again with all their questions.
  package let interval: Interval

  package var count: Int { bothRight + onlyFirst + onlySecond + bothWrong }
  /// Accuracy of the second model less that of the first, -1 to 1.
  package var difference: Double { Double(onlySecond - onlyFirst) / Double(count) }
  /// McNemar's exact p, the chance of so uneven a disagreement between equally good models.
  package var pValue: Double { McNemar.exactP(onlyFirst: onlyFirst, onlySecond: onlySecond) }

  /// Pairs records by question; their order does not matter.
  ///
  /// Throws a Fault if a model answered no question, a question twice, or one that the other did
  /// not answer: comparing what happens to be there would favour the model that skips.
  package init(
    first: [EvaluationRecord], second: [EvaluationRecord], seed: UInt64, resamples: Int = 10_000
  ) throws(Fault) {
    guard let one = first.first?.model, let two = second.first?.model else {
      throw Fault("evaluation.empty", "a model without answers cannot be compared")
    }
    let other = try Self.byQuestion(second)
    let ordered = try Self.byQuestion(first).values.sorted { $0.question < $1.question }
    if ordered.count < other.count {
      let known = Set(ordered.map(\.question))
      if let extra = other.keys.filter({ !known.contains($0) }).min() {
        throw Self.unpaired(extra, two, one)
      }
    }
    var table = [0, 0, 0, 0]
    var clusters: [String: [Double]] = [:]
    for record in ordered {
      guard let twin = other[record.question] else {
        throw Self.unpaired(record.question, one, two)
      }
      table[(record.isCorrect ? 0 : 2) + (twin.isCorrect ? 0 : 1)] += 1
      let gain = (twin.isCorrect ? 1.0 : 0) - (record.isCorrect ? 1.0 : 0)
      clusters[record.picture ?? record.question, default: []].append(gain)
    }
    (self.first, self.second) = (one, two)
    (bothRight, onlyFirst, onlySecond, bothWrong) = (table[0], table[1], table[2], table[3])
    interval = Bootstrap.meanInterval(
      clusters: clusters.sorted { $0.key < $1.key }.map(\.value), resamples: resamples, seed: seed)
  }

  package var json: JSON {
    [
      "first": .string(first), "second": .string(second), "count": .integer(count),
      "both_right": .integer(bothRight), "only_first": .integer(onlyFirst),
      "only_second": .integer(onlySecond), "both_wrong": .integer(bothWrong),
      "difference": .measure(difference), "interval": interval.json, "p_value": .measure(pValue),
    ]
  }

  private static func byQuestion(
    _ records: [EvaluationRecord]
  ) throws(Fault) -> [String: EvaluationRecord] {
    var found: [String: EvaluationRecord] = [:]
    for record in records {
      if found.updateValue(record, forKey: record.question) != nil {
        throw Fault(
          "evaluation.repeated",
          "model '\(record.model)' answered question '\(record.question)' more than once",
          at: Place(record: record.id))
      }
    }
    return found
  }

  private static func unpaired(_ question: String, _ model: String, _ other: String) -> Fault {
    Fault(
      "evaluation.unpaired",
      "model '\(model)' answered question '\(question)', model '\(other)' did not; "
        + "evaluate both on the same questions")
  }
}

extension EvaluationRecord {
  /// The digest of the first picture the model saw, if its segments name one.
  var picture: String? { segments.lazy.flatMap(\.media).first?.sha256 }
}
