package import Foundations
package import JSONText
package import Schemas

extension RecordKind {
  /// The JSON of a record as this kind writes it.
  ///
  /// - Throws: the fault of a record that has not the form of its kind, or contradicts itself.
  package func checked(_ json: JSON) throws(Fault) -> JSON {
    func form<R: Record>(_ type: R.Type) throws(Fault) -> JSON {
      let record = try R(json: json)
      try record.check()
      return record.json
    }
    return switch self {
    case .question: try form(Question.self)
    case .tree: try form(TreeRecord.self)
    case .sft: try form(SFTRecord.self)
    case .rl: try form(RLRecord.self)
    case .rollout: try form(RolloutRecord.self)
    case .evaluation: try form(EvaluationRecord.self)
    }
  }

  /// Whether records of this kind hold their question.
  package var hasQuestion: Bool { self != .rollout && self != .evaluation }

  /// The question in a record; nil for kinds without one.
  package func question(in json: JSON) throws(Fault) -> Question? {
    switch self {
    case .question: try Question(json: json)
    case .rl: try RLRecord(json: json).question
    case .tree, .sft: try Question(json: json.required("question"))
    case .rollout, .evaluation: nil
    }
  }
}
