internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Schemas
internal import Shards

/// `scanpath merge`: datasets joined, cut into other shards, or appended to another.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Joins datasets, or appends them to another, with shards of a given size.",
    discussion: """
      Records stay in their order and pictures are there once. With one dataset and --out it makes \
      shards of another size. With --append-to the shards that are there stay as they are, and \
      readers see the dataset as it was until all is there. An interrupted merge goes on when it is \
      run again; one that finds a fault in the datasets leaves everything as it was.

      Example: scanpath merge runs/a/datasets/questions runs/b/datasets/questions --out questions
      """)

  @Argument(help: "Folders of finished datasets.", completion: .directory)
  var datasets: [String]

  @Option(help: ArgumentHelp("The folder of the new dataset.", valueName: "folder"))
  var out: String?

  @Option(help: ArgumentHelp("The dataset that is added to.", valueName: "folder"))
  var appendTo: String?

  @Option(help: ArgumentHelp("The new dataset's name; its folder's otherwise.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("Bytes of a shard, such as 64MiB.", valueName: "size"))
  var shardSize = ByteCount(64 << 20)

  @Flag(help: "Leave out records whose key came before; they are an error otherwise.")
  var skipDuplicates = false

  @Flag(help: "Compare every shard with the manifest's SHA-256 before reading it.")
  var verify = false

  @Option(help: ArgumentHelp("Threads; the dataset does not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  @Flag(help: "Print what was written as JSON.")
  var json = false

  func validate() throws {
    if workers < 1 { throw ValidationError("--workers must be at least 1, found \(workers)") }
    if (out == nil) == (appendTo == nil) {
      throw ValidationError("give either --out or --append-to")
    }
    if appendTo != nil && name != nil { throw ValidationError("--name belongs to --out") }
  }

  func run() throws {
    if let appendTo { try Self.refuseRun(of: appendTo) }
    var readers: [DatasetReader] = []
    for dataset in datasets { readers.append(try DatasetReader(dataset, verifying: verify)) }
    let merge = try DatasetMerge(readers, skipsDuplicates: skipDuplicates)
    let folder = appendTo ?? out ?? ""
    let base = try appendTo.map { path throws(Fault) in try DatasetReader(path) }
    let writer = try DatasetWriter(
      folder: folder, dataset: base?.manifest.dataset ?? name ?? Self.name(of: folder),
      records: merge.kind, pipeline: merge.pipeline, shardBytes: shardSize.bytes,
      appending: base != nil)
    let report = try merge.run(
      into: writer, appendingTo: base, workers: workers, stop: Interruption.watch())
    if json { Output.result(report.json(folder)) } else { Output.result(report.text(folder)) }
  }

  /// Stages that have read a dataset of a run would not see what comes behind it.
  private static func refuseRun(of dataset: String) throws(Fault) {
    guard RunListing.isRun(dataset + "/../..") else { return }
    throw Fault(
      "merge.run",
      "the dataset belongs to a run, whose other stages would not see what is appended; "
        + "merge it with the others into a new one with --out", at: Place(file: dataset))
  }

  private static func name(of folder: String) -> String {
    folder.split(separator: "/").last.map(String.init) ?? "merged"
  }
}

extension DatasetMerge.Report {
  fileprivate func text(_ folder: String) -> String {
    var text = "\(folder): \(records) records and \(pictures) pictures"
    if skipped > 0 { text += ", \(skipped) records with a key that came before left out" }
    return text + "\n"
  }

  fileprivate func json(_ folder: String) -> JSON {
    [
      "path": .string(folder), "records": .integer(records), "pictures": .integer(pictures),
      "skipped": .integer(skipped), "repeated": .integer(repeated),
    ]
  }
}
