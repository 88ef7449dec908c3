internal import Foundations
internal import JSONText
package import Pipelines

/// The page of a run, made again from what its folder holds.
package enum RunPage {
  /// The bytes that the run's `report` stage writes, as far as the stages before it have finished;
  /// with that stage's own settings, or the defaults for a pipeline without one.
  package static func bytes(of folder: RunFolder) throws -> [UInt8] {
    let header = try RunHeader(folder)
    let pipeline = try PipelineFile(resolved: header.pipeline)
    let stage = try ReportStage(of: pipeline)
    return try stage.page(header.context(of: stage.name, in: folder, seed: pipeline.seed))
  }
}

extension ReportStage {
  /// The last `report` of a pipeline.
  init(of pipeline: PipelineFile) throws(Fault) {
    let entry = pipeline.stages.last { $0.kind == Self.kind.name }
    let name = entry?.name ?? Self.kind.name
    var reader = try SettingsReader(
      entry?.settings ?? Located(.map([]), at: Place(file: pipeline.file)), of: "stage \(name)")
    try self.init(name: name, pipeline: pipeline, &reader)
  }
}
