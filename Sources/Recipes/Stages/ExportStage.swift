internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Shards

/// Writes a dataset of the run as a trainer or loader wants it, below `exports/` of the run folder.
struct ExportStage: Stage {
  let name: String
  let settings: JSON
  let dataset: String
  let export: ExportSettings

  private static let own = "own"

  var needs: [StageNeed] { [.dataset(dataset)] }

  static let kind = StageCatalog.Kind(
    "export", "writes a dataset of the run as a trainer or loader wants it"
  ) { request, settings throws(Fault) in
    let dataset = try settings.string("dataset")
    let to = try settings.choice("to", of: ExportTarget.allCases.map(\.rawValue))
    let frame = try settings.choice(
      "frame", of: [own] + ExportFrame.allCases.map(\.rawValue), default: own)
    let pictures = try settings.choice(
      "pictures", of: ExportPictures.allCases.map(\.rawValue),
      default: ExportPictures.original.rawValue)
    let shardBytes = try settings.bytes("shard-size", default: 64 << 20)
    guard let target = ExportTarget(rawValue: to) else { preconditionFailure("\(to) is a choice") }
    if settings.has("shard-size"), let complaint = target.complaint(aboutShardsOf: shardBytes) {
      throw Fault(
        "pipeline.range", "stage \(request.name): shard-size \(complaint)",
        at: settings.place(of: "shard-size"))
    }
    var export = ExportSettings(
      target, frame: ExportFrame(rawValue: frame),
      pictures: ExportPictures(rawValue: pictures) ?? .original)
    export.shardBytes = shardBytes
    return ExportStage(
      name: request.name, settings: .object(settings.resolved), dataset: dataset, export: export)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let path = "exports/\(dataset)-\(export.target.rawValue)"
    let folder = context.folder.path(path)
    // An earlier attempt may have come to its end and not to the ledger.
    try Files.removeTree(folder)
    let reader = try DatasetReader(RunData(context).datasetPath(dataset))
    let report = try DatasetExport(reader, export)
      .run(to: folder, workers: context.workers, stop: context.stop)
    try context.adopt(path)
    var counts = StageCounts(
      input: report.records, output: report.records - report.droppedCount)
    counts.dropped = report.dropped
    counts.make("rows", report.rows.values.reduce(0, +))
    counts.make("picture files", report.pictures)
    return counts
  }
}
