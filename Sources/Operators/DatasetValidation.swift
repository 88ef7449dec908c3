package import Foundations
internal import Imaging
internal import JSONText
package import Schemas
package import Shards

/// Checks datasets to the last point: files and checksums, schemas, pictures, places, splits.
///
/// One value goes through all datasets that belong together: a picture that is in train here and in
/// test there is a finding too.
package struct DatasetValidation {
  private let schema: JSONSchema?
  private var splits = SplitBook()

  /// - Parameter schema: what records must fit beside the schema of their kind.
  package init(schema: JSONSchema? = nil) { self.schema = schema }

  /// - Throws: what `DatasetCheck.run` throws: there is nothing to check, or the user stopped it.
  package mutating func run(
    _ folder: String, workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> DatasetCheck.Report {
    let records = RecordValidation(schema: schema)
    let notes = SplitNotes()
    let check = DatasetCheck(
      folder,
      record: { json, place in
        notes.note(json, at: place)
        return records.faults(of: json)
      }, picture: Self.faults)
    var report = try check.run(workers: workers, stop: stop)
    for fault in splits.take(notes) { report.findings.add(fault) }
    return report
  }

  /// Faults of a picture's file, and of what records say of it.
  @Sendable private static func faults(of bytes: [UInt8], described: Medium?) -> [Fault] {
    do throws(Fault) {
      let picture = try Picture.decode(bytes)
      guard let described, described.size != picture.size else { return [] }
      let message = "records say \(described.size) pixels, the picture has \(picture.size)"
      return [Fault("dataset.picture-size", message)]
    } catch { return [error] }
  }
}

/// Checks one record after the other: its schema, and what a schema cannot say.
struct RecordValidation: Sendable {
  /// What records must fit beside the schema of their kind.
  let schema: JSONSchema?

  func faults(of json: JSON) -> [Fault] {
    var faults = schema?.validate(json).map { $0.fault() } ?? []
    guard let kind = Self.kind(of: json) else { return faults }
    let own = SchemaLibrary.schema(of: kind).validate(json).map { $0.fault() }
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
