package import Foundations
internal import Imaging
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
      let found = try Picture.check(bytes).size
      guard let described, described.size != found else { return [] }
      let message = "records say \(described.size) pixels, the picture has \(found)"
      return [Fault("dataset.picture-size", message)]
    } catch { return [error] }
  }
}
