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

  var needs: [StageNeed] {
    switch kind {
    case nil: [.anyRecords(from: from)]
    // Questions become rl records by their kind alone.
    case .rl: [.records([.rl, .question], from: from)]
    case let kind?: [.records([kind], from: from)]
    }
  }
  func yields(taking kind: RecordKind?) -> [StageYield] {
    (self.kind ?? kind).map { [.dataset(dataset, $0)] } ?? []
  }

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
    let kind = try kind ?? data.kind(from: from)
    // Questions become rl records by their kind alone.
    let source = kind == .rl && !data.has(.rl, from: from) ? RecordKind.question : kind
    let folder = data.datasetPath(dataset)
    // What the records are made by: a dataset left by other records is not gone on with.
    let made: JSON = [settings, .string(try data.hash(source, from: from))]
    let pipeline = SHA256.hexadecimal(of: made.bytes())
    var count = 0
    if try isFinished(folder, kind, pipeline, context) {
      count = try DatasetReader(folder).count
    } else {
      let stream = try data.stream(source, from: from)
      let writer = try writer(folder, kind, pipeline)
      let done = writer.committed
      try Lanes.stream(workers: context.workers) {
        try context.stop.check()
        return try stream.piece()
      } work: { records in
        try records.compactMap { record in try Entry(record, as: kind, split: split) }
      } deliver: { entries in
        for entry in entries {
          count += 1
          if count > done { try write(entry, to: writer, data) }
        }
      }
      _ = try writer.close()
    }
    try context.adopt("datasets/\(dataset)")
    var counts = StageCounts(input: count, output: count)
    let shards = try DatasetReader(folder).manifest.shards
    counts.make("shards", shards.count)
    counts.make("bytes", shards.reduce(0) { $0 + $1.bytes })
    return counts
  }

  private func write(
    _ entry: Entry, to writer: DatasetWriter, _ data: RunData
  ) throws(Fault) {
    for picture in entry.pictures where try !writer.has(picture: picture.sha256) {
      let bytes = try data.picture(picture.sha256)
      try writer.add(
        picture: bytes, format: picture.medium?.format ?? .of(bytes), sha256: picture.sha256)
    }
    try writer.append(line: entry.line, key: entry.key, split: entry.split)
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
      guard error.code.hasPrefix("dataset."), error.code != "dataset.busy" else { throw error }
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

/// A record as it is written.
private struct Entry: Sendable {
  let line: [UInt8]
  let key: String
  let split: String?
  let pictures: [PictureReference]

  /// - Parameter wanted: the split whose records are written; nil: all. Only questions and rl records
  ///   have one of their own.
  /// - Returns: nil for a record of another split.
  init?(_ record: StoredRecord, as kind: RecordKind, split wanted: String?) throws(Fault) {
    let json = try record.json()
    do throws(Fault) {
      guard case .string(let name)? = json["kind"], let found = RecordKind(rawValue: name) else {
        throw Fault("record.kind", "expected a record of a known kind", at: Place(key: "kind"))
      }
      let question = found == .question || found == .rl ? json : json["question"] ?? .null
      split = try question["split"]?.asString
      let isOfItself = found == .question || found == .rl
      if isOfItself, let wanted, wanted != split { return nil }
      key = try json.string("id")
      pictures = PictureReference.all(in: json)
      if found == kind {
        line = record.bytes
      } else {
        guard kind == .rl, found == .question else {
          throw Fault("record.kind", "a \(found) cannot be written as \(kind)")
        }
        line = RLRecord(question: try Question(json: json)).json.bytes()
      }
    } catch { throw error.placed(in: record.place(of: json)) }
  }
}

extension Medium.Format {
  /// By the first byte: JPEG files begin with FF.
  fileprivate static func of(_ bytes: [UInt8]) -> Medium.Format {
    bytes.first == 0xFF ? .jpeg : .png
  }
}
