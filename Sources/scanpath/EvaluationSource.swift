internal import Foundations
internal import Pipelines
internal import Recipes
internal import Schemas
internal import Shards

/// Evaluation records, from where a user says they are.
struct EvaluationSource {
  let path: String
  let records: [EvaluationRecord]
  /// Of the run, where the records are those of a run folder.
  let seed: UInt64?

  var models: Set<String> { Set(records.map(\.model)) }

  /// - Parameter path: a run folder, whose last evaluation is taken, a record file, or a dataset.
  /// - Throws: a Fault also where there is no record.
  init(_ path: String) throws {
    self.path = path
    if RunListing.isRun(path) {
      let folder = try RunFolder(reading: path)
      let header = try RunHeader(folder)
      let pipeline = try PipelineFile(resolved: header.pipeline)
      seed = pipeline.seed
      records = try RunData(header.context(of: "evaluate a run", in: folder, seed: pipeline.seed))
        .records()
    } else {
      seed = nil
      var records: [EvaluationRecord] = []
      try RecordShelf(path).forEach { _, stored throws(Fault) in
        records.append(try stored.record())
        return true
      }
      self.records = records
    }
    if records.isEmpty {
      throw Fault("evaluation.empty", "there is no evaluation record", at: Place(file: path))
    }
  }
}
