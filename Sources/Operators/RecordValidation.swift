internal import Foundations
internal import JSONText
internal import Schemas

/// Checks one record after the other: its schema, and what a schema cannot say.
struct RecordValidation: Sendable {
  /// What records must fit beside the schema of their kind.
  let schema: JSONSchema?

  /// What a look at a record tells before it is taken apart.
  enum Look {
    /// It fits what it must, and is of no kind of ours.
    case fitting
    /// It fits its schemas; what a schema cannot say is still to be checked.
    case fittingOwn
    /// Only `faults` can tell.
    case unknown
  }

  /// Looks at the record that a tape has read from `bytes`.
  func look(_ tape: JSONTape, _ bytes: Span<UInt8>) -> Look {
    if let schema, !schema.accepts(tape, of: bytes) { return .unknown }
    guard let position = tape.child("kind", in: bytes) else {
      return schema == nil ? .unknown : .fitting
    }
    guard let text = tape.text(at: position, in: bytes), let kind = RecordKind(rawValue: text)
    else { return schema == nil || tape.tokens[position].isEscaped ? .unknown : .fitting }
    return SchemaLibrary.schema(of: kind).accepts(tape, of: bytes) ? .fittingOwn : .unknown
  }

  /// - Parameters:
  ///   - isFitting: whether the record is known to fit its schemas.
  ///   - place: where in its file the value of a fault lies.
  func faults(
    of json: JSON, isFitting: Bool = false, place: (SchemaFault) -> Place = { _ in Place() }
  ) -> [Fault] {
    func violations(of schema: JSONSchema) -> [Fault] {
      schema.validate(json).map { $0.fault(at: place($0)) }
    }
    var faults = isFitting ? [] : schema.map(violations) ?? []
    guard let kind = Self.kind(of: json) else { return faults }
    let own = isFitting ? [] : violations(of: SchemaLibrary.schema(of: kind))
    faults += own
    if own.isEmpty {
      do { try kind.check(json) } catch { faults.append(error) }
    }
    return faults
  }

  /// The kind that a record says it is, if it is one of ours.
  static func kind(of json: JSON) -> RecordKind? {
    guard case .object(let object) = json, case .string(let kind)? = object["kind"] else {
      return nil
    }
    return RecordKind(rawValue: kind)
  }
}

extension RecordKind {
  /// Reads a record of this kind and checks what a schema cannot say.
  fileprivate func check(_ json: JSON) throws(Fault) {
    switch self {
    case .question: try Question(json: json).check()
    case .tree: try TreeRecord(json: json).check()
    case .sft: try SFTRecord(json: json).check()
    case .rl: try RLRecord(json: json).check()
    case .rollout: try RolloutRecord(json: json).check()
    case .evaluation: try EvaluationRecord(json: json).check()
    }
  }
}
