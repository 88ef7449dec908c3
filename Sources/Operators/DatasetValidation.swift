package import Foundations
internal import Geometry
internal import Imaging
internal import JSONText
internal import Schemas
package import Shards

/// Checks a dataset to the last point: files and checksums, schemas, pictures, places.
package enum DatasetValidation {
  /// - Throws: what `DatasetCheck.run` throws: there is nothing to check, or the user stopped it.
  package static func run(
    _ folder: String, workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> DatasetCheck.Report {
    let kind = try DatasetReader(folder).manifest.records
    let schema = SchemaLibrary.schema(of: kind)
    let check = DatasetCheck(
      folder,
      record: { json in
        let faults = schema.validate(json).map { $0.fault() }
        if !faults.isEmpty { return faults }
        do throws(Fault) {
          try kind.check(json)
          return []
        } catch { return [error] }
      },
      picture: { bytes, medium in
        do throws(Fault) {
          let picture = try Picture.decode(bytes)
          guard let medium, medium.size != picture.size else { return [] }
          return [
            Fault(
              "picture.size",
              "records say \(medium.size.width)x\(medium.size.height), the file is "
                + "\(picture.size.width)x\(picture.size.height)")
          ]
        } catch { return [error] }
      })
    return try check.run(workers: workers, stop: stop)
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
