internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Shards

/// Checks datasets of the run; a finding ends it.
struct ValidateStage: Stage {
  let name: String
  let settings: JSON
  /// Empty: all that the run has written.
  let datasets: [String]

  var needs: [StageNeed] { datasets.map { .dataset($0) } }

  static let kind = StageCatalog.Kind(
    "validate", "checks the datasets of the run to the last point"
  ) { request, settings throws(Fault) in
    let datasets = try settings.strings("datasets", default: [])
    return ValidateStage(
      name: request.name, settings: .object(settings.resolved), datasets: datasets)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    var counts = StageCounts()
    var validation = DatasetValidation(scratch: context.folder.work(name))
    for dataset in try names(context) {
      let report = try validation.run(
        RunData(context).datasetPath(dataset), workers: context.workers, stop: context.stop)
      if let first = report.findings.faults.first {
        let more = report.findings.faults.count + report.findings.omitted - 1
        throw Fault(
          "validate.invalid",
          "dataset \(dataset): \(first)" + (more > 0 ? "; and \(more) more" : ""))
      }
      counts.input += report.records
      counts.output += report.records
      counts.make("pictures", report.pictures)
      counts.make("bytes", report.bytes)
    }
    return counts
  }

  /// The datasets asked for, or those that the stages before this one wrote.
  private func names(_ context: StageContext) throws(Fault) -> [String] {
    if !datasets.isEmpty { return datasets }
    var names: [String] = []
    for output in context.earlier.flatMap(context.outputs) where output.path.hasPrefix("datasets/")
    {
      let name = String(output.path.split(separator: "/")[1])
      if !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else {
      throw Fault("validate.nothing", "no stage before \(name) has written a dataset")
    }
    return names
  }
}
