internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Operators
internal import Schemas
internal import Shards

/// `scanpath export`: a dataset as another program wants it.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a dataset as a trainer or loader wants it.",
    discussion: """
      Targets: \(ExportTarget.allCases.map(\.rawValue).joined(separator: ", ")). Questions and rl \
      records become prompts with their truth, or answers where the trainer knows no reward; chains \
      become dialogues with their crops rendered. The folder is whole or not there; its README.md \
      says which frame coordinates are in. Exit code 1: some records cannot be held by the target.

      Example: scanpath export runs/data/datasets/questions --to webdataset --out questions-wds
      """)

  @Argument(help: "The folder of a finished dataset.", completion: .directory)
  var dataset: String

  @Option(help: ArgumentHelp("What reads the export.", valueName: "target"))
  var to: ExportTarget

  @Option(
    help: ArgumentHelp(
      "The folder to write; without it, DATASET-TARGET in this folder.", valueName: "folder"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Coordinates: original, model or normalized-1000; original for loaders, model for trainers.",
      valueName: "frame"))
  var frame: ExportFrame?

  @Option(
    help: ArgumentHelp(
      "Pictures: original files, or view, what the model sees of them.", valueName: "kind"))
  var pictures = ExportPictures.original

  @Option(help: ArgumentHelp("What stands before paths of pictures in rows.", valueName: "folder"))
  var imageRoot: String?

  @Option(
    help: ArgumentHelp(
      "Bytes of a shard of webdataset or mds, such as 8MiB; 64MiB otherwise.", valueName: "size"))
  var shardSize: ByteCount?

  @Flag(help: "Compress MDS shards by zstd, with XXH64 hashes.")
  var compress = false

  @Flag(help: "Compare every shard with the manifest's SHA-256 before reading it.")
  var verify = false

  @Option(help: ArgumentHelp("Threads; the export does not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  @Flag(help: "Print what was written as JSON.")
  var json = false

  func validate() throws {
    if workers < 1 { throw ValidationError("--workers must be at least 1, found \(workers)") }
    if let shardSize, let complaint = to.complaint(aboutShardsOf: shardSize.bytes) {
      throw ValidationError("--shard-size \(complaint)")
    }
    if compress && !to.isCompressible {
      throw ValidationError("--compress is for mds; \(to.rawValue) has no compressed shards")
    }
  }

  func run() throws {
    let reader = try DatasetReader(dataset, verifying: verify)
    var settings = ExportSettings(to, frame: frame, pictures: pictures)
    settings.imageRoot = imageRoot.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
    if let shardSize { settings.shardBytes = shardSize.bytes }
    settings.compresses = compress
    let out = out ?? "\(reader.manifest.dataset)-\(to.rawValue)"
    let report = try DatasetExport(reader, settings)
      .run(to: out, workers: workers, stop: Interruption.watch())
    if json { Output.result(report.json(out)) } else { Output.result(report.text(out)) }
    for fault in report.examples { Output.complain("left out: \(fault)") }
    if report.droppedCount > 0 { throw ExitCode.notMet }
  }
}

extension ExportTarget: ExpressibleByArgument {}
extension ExportFrame: ExpressibleByArgument {}
extension ExportPictures: ExpressibleByArgument {}

extension DatasetExport.Report {
  fileprivate func text(_ out: String) -> String {
    let splits = rows.sorted { $0.key < $1.key }.map { split, count in
      split.isEmpty ? "\(count)" : "\(count) \(split)"
    }
    var parts = ["\(records) records", splits.joined(separator: " + ") + " rows"]
    parts.append("\(pictures) picture files")
    if shards > 0 { parts.append("\(shards) shards") }
    if droppedCount > 0 { parts.append("\(droppedCount) left out") }
    return "\(out): \(parts.joined(separator: ", "))\n"
  }

  fileprivate func json(_ out: String) -> JSON {
    func counts(_ values: [String: Int]) -> JSON {
      let sorted = values.sorted { $0.key < $1.key }
      return .object(JSONObject(sorted.map { (key: $0.key, value: .integer($0.value)) }))
    }
    return [
      "path": .string(out), "records": .integer(records), "rows": counts(rows),
      "pictures": .integer(pictures), "shards": .integer(shards), "dropped": counts(dropped),
    ]
  }
}

/// A number of bytes, as `64MiB` or `1000000`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = [
      "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1000, "MB": 1_000_000,
      "GB": 1_000_000_000,
    ]
    let unit = units.first { argument.hasSuffix($0.key) }
    guard let count = Int(argument.dropLast(unit?.key.count ?? 0)), count > 0 else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit?.value ?? 1)
    if overflow { return nil }
    self.init(bytes)
  }

  var defaultValueDescription: String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)"
  }
}
