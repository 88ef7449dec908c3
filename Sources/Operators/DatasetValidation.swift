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
  private let scratch: String
  private var splits: SplitBook

  /// - Parameters:
  ///   - schema: what records must fit beside the schema of their kind.
  ///   - scratch: the folder for what does not fit in memory.
  package init(schema: JSONSchema? = nil, scratch: String = Files.scratch) {
    self.schema = schema
    self.scratch = scratch
    splits = SplitBook(in: scratch)
  }

  /// - Throws: what `DatasetCheck.run` throws: there is nothing to check, or the user stopped it.
  package mutating func run(
    _ folder: String, workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> DatasetCheck.Report {
    let records = RecordValidation(schema: schema)
    let check = DatasetCheck(
      folder, scratch: scratch, record: { records.faults(of: $0) }, picture: Self.faults)
    var overlaps = Findings()
    var report = try check.run(workers: workers, stop: stop) { use, place in
      try splits.take(use, at: place) { overlaps.add($0) }
    }
    report.findings.append(overlaps)
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
