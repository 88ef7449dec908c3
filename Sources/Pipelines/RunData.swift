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
  let context: StageContext

  package init(_ context: StageContext) { self.context = context }

  // MARK: Records

  /// All records of a kind, in their order.
  ///
  /// - Parameter source: a stage before this one, or a dataset that one has written.
  /// - Throws: `run.no-records` if none of them left records of the kind.
  package func records<R: Record>(from source: String? = nil) throws -> [R] {
    let stream = try stream(R.kind, from: source)
    var records: [R] = []
    while let stored = try stream.next() { records.append(try stored.record()) }
    return records
  }

  /// The same one by one, so that memory holds a few of them.
  package func stream(_ kind: RecordKind, from source: String? = nil) throws(Fault) -> RecordStream
  {
    if let source, try datasetKind(source) != nil {
      return try RecordStream(of: DatasetReader(datasetPath(source)))
    }
    guard let stage = context.earlier.last(where: { leaves(kind, $0, source) }) else {
      throw Fault(
        "run.no-records",
        "\(context.stage) reads \(kind.rawValue) records, and "
          + (source.map { "neither a stage nor a dataset \"\($0)\"" } ?? "no stage before it")
          + " left any")
    }
    return try RecordStream(
      of: context.folder.path(Self.path(stage, kind)), count: context.counts(of: stage)?.output)
  }

  /// The questions of a split, in their order; nil: all.
  package func questions(from source: String? = nil, split: String? = nil) throws -> [Question] {
    let questions: [Question]
    if let source, try datasetKind(source) == .rl {
      let records: [RLRecord] = try records(from: source)
      questions = records.map(\.question)
    } else {
      questions = try records(from: source)
    }
    return questions.filter { split == nil || $0.split == split }
  }

  /// Leaves records in their order as an output of the stage.
  package func leave<R: Record>(_ records: [R]) throws(Fault) {
    let sink = try sink(R.kind)
    for record in records { try sink.append(record.json) }
    try sink.commit()
  }

  /// Takes records one by one, for a stage that leaves more than memory holds.
  package func sink(_ kind: RecordKind) throws(Fault) -> RecordSink {
    try RecordSink(context, Self.path(context.stage, kind))
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

  /// Whether a stage before this one, or a source, left records of a kind.
  package func has(_ kind: RecordKind, from source: String? = nil) -> Bool {
    if let source, let found = try? datasetKind(source) { return found == kind }
    return context.earlier.contains { leaves(kind, $0, source) }
  }

  /// SHA-256 of the records that `stream` reads: of their file, or of a dataset's manifest.
  ///
  /// - Throws: `run.no-records`.
  package func hash(_ kind: RecordKind, from source: String? = nil) throws(Fault) -> String {
    if let source, try datasetKind(source) != nil {
      return try Files.sha256(datasetPath(source) + "/" + DatasetFiles.manifest)
    }
    let stage = context.earlier.last { leaves(kind, $0, source) }
    let output = stage.flatMap { stage in
      context.outputs(of: stage).first { $0.path == Self.path(stage, kind) }
    }
    guard let output else {
      throw Fault(
        "run.no-records", "\(context.stage) reads \(kind.rawValue) records, and there are none")
    }
    return output.sha256
  }

  /// The folder of a dataset of the run.
  package func datasetPath(_ name: String) -> String { context.folder.path("datasets/\(name)") }

  /// What a finished dataset holds; nil where there is none.
  private func datasetKind(_ name: String) throws(Fault) -> RecordKind? {
    guard Files.exists(datasetPath(name) + "/" + DatasetFiles.manifest) else { return nil }
    return try DatasetReader(datasetPath(name)).manifest.records
  }

  private func leaves(_ kind: RecordKind, _ stage: String, _ source: String?) -> Bool {
    guard source == nil || source == stage else { return false }
    return context.outputs(of: stage).contains { $0.path == Self.path(stage, kind) }
  }

  static func path(_ stage: String, _ kind: RecordKind) -> String {
    "records/\(stage)/\(kind.rawValue).jsonl.zst"
  }

  // MARK: Pictures

  /// The file of a picture, there or not.
  package func picturePath(_ sha256: String) -> String { context.folder.path("media/\(sha256)") }

  /// Keeps a picture's file, once, and returns its SHA-256.
  ///
  /// The file is synced with the unit that kept it, if the unit says that it leaves unsynced files,
  /// and with the end of the stage.
  package func keep(picture bytes: [UInt8]) throws(Fault) -> String {
    let sha256 = SHA256.hexadecimal(of: bytes)
    try keep(picture: bytes, sha256: sha256)
    return sha256
  }

  /// The same for a picture whose SHA-256 is known.
  package func keep(picture bytes: [UInt8], sha256: String) throws(Fault) {
    let path = picturePath(sha256)
    // What a crash left under the name may not have reached the disk, and what is there may be
    // damaged.
    if (try? Files.read(path)) == bytes { return }
    try Files.makeFolder(Files.parent(of: path))
    try Files.writeUnsynced(bytes, to: path, by: context.folder.work(context.stage) + "/" + sha256)
  }

  /// The bytes of a picture, which have the SHA-256.
  ///
  /// - Throws: `lostPicture` if the file is not there, cannot be read or was changed.
  package func picture(_ sha256: String) throws(Fault) -> [UInt8] {
    let path = picturePath(sha256)
    let bytes: [UInt8]
    do throws(Fault) { bytes = try Files.read(path) } catch {
      throw Fault(
        Self.lostPicture, "the run cannot read a picture that it kept", at: error.place,
        cause: error.cause ?? error.message)
    }
    let found = SHA256.hexadecimal(of: bytes)
    if found == sha256 { return bytes }
    throw Fault(
      Self.lostPicture,
      "the picture's file was changed since the run kept it: its SHA-256 is \(found)",
      at: Place(file: path))
  }

  /// The code of the fault of a picture that a stage kept and that is not as it was.
  package static let lostPicture = "run.picture"

  /// The files of the pictures of some questions, by SHA-256.
  package func pictures(of questions: [Question]) throws(Fault) -> [String: [UInt8]] {
    var pictures: [String: [UInt8]] = [:]
    for image in questions.flatMap(\.images) where pictures[image.sha256] == nil {
      pictures[image.sha256] = try picture(image.sha256)
    }
    return pictures
  }
}
