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
  let kind: RecordKind
  let split: String?
  let shardBytes: Int

  static let kind = StageCatalog.Kind(
    "write", "writes records and pictures as shards"
  ) { request, settings throws(Fault) in
    let dataset = try settings.string("dataset")
    let kind = try settings.choice(
      "records", of: RecordKind.allCases.map(\.rawValue), default: RecordKind.sft.rawValue)
    let split = try settings.optionalString("split")
    let shardBytes = try settings.bytes("shard-size", default: 64 << 20)
    let from = try settings.optionalString("from")
    return WriteStage(
      name: request.name, settings: .object(settings.resolved), dataset: dataset, from: from,
      kind: RecordKind(rawValue: kind) ?? .sft, split: split, shardBytes: max(1, shardBytes))
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    switch kind {
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
    try clear(folder, unless: pipeline)
    if !Files.exists(folder + "/" + DatasetFiles.manifest) {
      let writer = try DatasetWriter(
        folder: folder, dataset: dataset, records: kind, pipeline: pipeline,
        shardBytes: shardBytes)
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

  /// Deletes what an earlier run of other records left.
  private func clear(_ folder: String, unless pipeline: String) throws(Fault) {
    guard Files.exists(folder) else { return }
    if let found = try? DatasetReader(folder).manifest, found.pipeline == pipeline,
      found.records == kind, found.dataset == dataset
    {
      return
    }
    for name in try Files.names(in: folder) { try Files.remove(folder + "/" + name) }
  }
}

extension Medium.Format {
  /// By the first byte: JPEG files begin with FF.
  fileprivate static func of(_ bytes: [UInt8]) -> Medium.Format {
    bytes.first == 0xFF ? .jpeg : .png
  }
}
