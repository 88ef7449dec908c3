internal import Foundations
internal import JSONText
internal import Pipelines
internal import Schemas
internal import Shards

/// Writes records and their pictures as a dataset of shards.
struct WriteStage: Stage {
  let name: String
  let settings: JSON
  let dataset: String
  let from: String?
  /// nil: what the nearest stage left.
  let kind: RecordKind?
  let split: String?
  let shardBytes: Int

  private static let nearest = "nearest"

  static let kind = StageCatalog.Kind(
    "write", "writes records and pictures as shards"
  ) { request, settings throws(Fault) in
    let dataset = try settings.string("dataset")
    let kind = try settings.choice(
      "records", of: [nearest] + RecordKind.allCases.map(\.rawValue), default: nearest)
    let split = try settings.optionalString("split")
    let shardBytes = try settings.bytes("shard-size", default: 64 << 20)
    let from = try settings.optionalString("from")
    try check(dataset, request, settings.place)
    return WriteStage(
      name: request.name, settings: .object(settings.resolved), dataset: dataset, from: from,
      kind: RecordKind(rawValue: kind), split: split, shardBytes: max(1, shardBytes))
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    switch try kind ?? data.kind(from: from) {
    case .question:
      return try write(try data.questions(from: from, split: split), context) { $0.split }
    case .rl:
      let questions = try data.questions(from: from, split: split)
      return try write(questions.map(RLRecord.init), context) { $0.question.split }
    case .tree:
      let records: [TreeRecord] = try data.records(from: from)
      return try write(records, context) { $0.question.split }
    case .sft:
      let records: [SFTRecord] = try data.records(from: from)
      return try write(records, context) { $0.question.split }
    case .rollout:
      let records: [RolloutRecord] = try data.records(from: from)
      return try write(records, context) { _ in nil }
    case .evaluation:
      let records: [EvaluationRecord] = try data.records(from: from)
      return try write(records, context) { _ in nil }
    }
  }

  private func write<R: Record>(
    _ records: [R], _ context: StageContext, split: (R) -> String?
  ) throws -> StageCounts {
    let data = RunData(context)
    let folder = data.datasetPath(dataset)
    // What the records are made by: a dataset left by other records is not gone on with.
    let pipeline = SHA256.hexadecimal(
      of: settings.bytes() + records.flatMap { Array(SHA256.hexadecimal(of: $0.json.bytes()).utf8) }
    )
    if try !isFinished(folder, R.kind, pipeline, context) {
      let writer = try writer(folder, R.kind, pipeline)
      for record in records.dropFirst(writer.committed) {
        try context.stop.check()
        for picture in PictureReference.all(in: record.json) {
          let bytes = try data.picture(picture.sha256)
          _ = try writer.add(picture: bytes, format: picture.medium?.format ?? .of(bytes))
        }
        try writer.append(record, split: split(record))
      }
      _ = try writer.close()
    }
    try context.adopt("datasets/\(dataset)")
    var counts = StageCounts(input: records.count, output: records.count)
    let shards = try DatasetReader(folder).manifest.shards
    counts.make("shards", shards.count)
    counts.make("bytes", shards.reduce(0) { $0 + $1.bytes })
    return counts
  }

  /// Whether the dataset was written to its end by an earlier attempt and nobody touched it since.
  private func isFinished(
    _ folder: String, _ kind: RecordKind, _ pipeline: String, _ context: StageContext
  ) throws -> Bool {
    guard Files.exists("\(folder)/\(DatasetFiles.manifest)"),
      let reader = try? DatasetReader(folder),
      reader.manifest.pipeline == pipeline, reader.manifest.records == kind,
      (try? reader.verifyChecksums(workers: context.workers)) != nil
    else { return false }
    return true
  }

  /// Goes on with what an earlier attempt left; what other records left, or what was damaged since,
  /// is written anew, as all of it can be.
  private func writer(
    _ folder: String, _ kind: RecordKind, _ pipeline: String
  ) throws(Fault) -> DatasetWriter {
    func open() throws(Fault) -> DatasetWriter {
      try DatasetWriter(
        folder: folder, dataset: dataset, records: kind, pipeline: pipeline,
        shardBytes: shardBytes)
    }
    do throws(Fault) { return try open() } catch {
      guard error.code.hasPrefix("dataset.") else { throw error }
      try Files.removeTree(folder)
      return try open()
    }
  }

  /// A dataset is a folder of its own, written by one stage.
  private static func check(
    _ dataset: String, _ request: StageRequest, _ place: Place
  ) throws(Fault) {
    if dataset.isEmpty || dataset.contains("/") || dataset.hasPrefix(".") {
      throw Fault("pipeline.name", "the name \"\(dataset)\" cannot name a folder", at: place)
    }
    let other = request.pipeline.stages.first {
      $0.kind == "write" && $0.settings.json["dataset"] == .string(dataset)
    }
    if let other, other.name != request.name {
      throw Fault(
        "pipeline.name", "stage \(other.name) writes the dataset \"\(dataset)\" already",
        at: place)
    }
  }
}

extension Medium.Format {
  /// By the first byte: JPEG files begin with FF.
  fileprivate static func of(_ bytes: [UInt8]) -> Medium.Format {
    bytes.first == 0xFF ? .jpeg : .png
  }
}
