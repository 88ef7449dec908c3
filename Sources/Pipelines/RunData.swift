internal import Archiving
package import Foundations
internal import JSONText
package import Schemas
internal import Shards

/// The records and pictures that the stages of one run hand to each other.
///
/// A stage leaves records of a kind as `records/<stage>/<kind>.jsonl.zst`, and pictures, each once,
/// under their SHA-256 in `media/`. A stage that reads records takes those of the nearest stage before
/// it that left some of the kind, unless its file names another stage or a dataset of the run.
package struct RunData: Sendable {
  private let context: StageContext

  package init(_ context: StageContext) { self.context = context }

  // MARK: Records

  /// All records of a kind, in their order.
  ///
  /// - Parameter source: a stage before this one, or a dataset that one has written.
  /// - Throws: `run.no-records` if none of them left records of the kind.
  package func records<R: Record>(from source: String? = nil) throws -> [R] {
    if let source, try datasetKind(source) != nil {
      return try dataset(source)
    }
    guard let stage = context.earlier.last(where: { leaves(R.kind, $0, source) }) else {
      throw Fault(
        "run.no-records",
        "\(context.stage) reads \(R.kind.rawValue) records, and "
          + (source.map { "neither a stage nor a dataset \"\($0)\"" } ?? "no stage before it")
          + " left any")
    }
    var file = try RecordFile(context.folder.path(Self.path(stage, R.kind)))
    var records: [R] = []
    while let stored = try file.next() { records.append(try stored.record()) }
    return records
  }

  /// The questions of a split, in their order; nil: all.
  package func questions(from source: String? = nil, split: String? = nil) throws -> [Question] {
    let questions: [Question]
    if let source, try datasetKind(source) == .rl {
      questions = try dataset(source).map { (record: RLRecord) in record.question }
    } else {
      questions = try records(from: source)
    }
    return questions.filter { split == nil || $0.split == split }
  }

  /// Leaves records in their order as an output of the stage.
  package func leave<R: Record>(_ records: [R]) throws(Fault) {
    let path = Self.path(context.stage, R.kind)
    try Files.makeFolder(Files.parent(of: context.folder.path(path)))
    var writer = try SeekableZstdWriter(context.folder.path(path))
    for record in records { try writer.append(record.json.bytes() + [0x0A]) }
    context.adopt(path, try writer.commit())
  }

  /// The kind of the records that the nearest stage before this one left, or a source.
  ///
  /// - Throws: `run.no-records` if there are none.
  package func kind(from source: String? = nil) throws(Fault) -> RecordKind {
    if let source, let kind = try datasetKind(source) { return kind }
    for stage in context.earlier.reversed() {
      if let kind = RecordKind.allCases.first(where: { leaves($0, stage, source) }) { return kind }
    }
    throw Fault(
      "run.no-records",
      "\(context.stage) reads what \(source.map { "\"\($0)\"" } ?? "a stage before it") left, "
        + "and there is nothing")
  }

  /// The folder of a dataset of the run.
  package func datasetPath(_ name: String) -> String { context.folder.path("datasets/\(name)") }

  /// What a finished dataset holds; nil where there is none.
  private func datasetKind(_ name: String) throws(Fault) -> RecordKind? {
    guard Files.exists(datasetPath(name) + "/" + DatasetFiles.manifest) else { return nil }
    return try DatasetReader(datasetPath(name)).manifest.records
  }

  private func dataset<R: Record>(_ name: String) throws(Fault) -> [R] {
    var cursor = try DatasetReader(datasetPath(name)).cursor()
    var records: [R] = []
    while let stored = try cursor.next() { records.append(try stored.record()) }
    return records
  }

  private func leaves(_ kind: RecordKind, _ stage: String, _ source: String?) -> Bool {
    guard source == nil || source == stage else { return false }
    return context.outputs(of: stage).contains { $0.path == Self.path(stage, kind) }
  }

  private static func path(_ stage: String, _ kind: RecordKind) -> String {
    "records/\(stage)/\(kind.rawValue).jsonl.zst"
  }

  // MARK: Pictures

  /// The file of a picture, there or not.
  package func picturePath(_ sha256: String) -> String { context.folder.path("media/\(sha256)") }

  /// Keeps a picture's file, once, and returns its SHA-256.
  package func keep(picture bytes: [UInt8]) throws(Fault) -> String {
    let sha256 = SHA256.hexadecimal(of: bytes)
    let path = picturePath(sha256)
    if !Files.exists(path) {
      try Files.makeFolder(Files.parent(of: path))
      try Files.writeAtomically(bytes, to: path)
    }
    return sha256
  }

  package func picture(_ sha256: String) throws(Fault) -> [UInt8] {
    try Files.read(picturePath(sha256))
  }

  /// The files of the pictures of some questions, by SHA-256.
  package func pictures(of questions: [Question]) throws(Fault) -> [String: [UInt8]] {
    var pictures: [String: [UInt8]] = [:]
    for image in questions.flatMap(\.images) where pictures[image.sha256] == nil {
      pictures[image.sha256] = try picture(image.sha256)
    }
    return pictures
  }
}
