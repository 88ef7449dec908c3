internal import Archiving
package import Foundations
internal import JSONText
package import Schemas

/// Writes a dataset shard by shard, so that whatever is visible is whole.
///
/// Records go to parts and pictures to media shards, in the order given; a shard ends with the first
/// record or picture that brings it to `shardBytes`. A shard is written under a temporary name,
/// synced, renamed, and exists when its line is in `manifest.jsonl`. Pictures are committed before
/// the records that follow them, so no committed record refers to a picture that is not there.
///
/// To resume, open the same folder again and give the records from `committed` on, with their
/// pictures: the files will have the same bytes as without the interruption.
package final class DatasetWriter {
  /// Moments at which a crash leaves different files behind.
  package enum Moment: Sendable, Equatable {
    /// The shard is written under its temporary name.
    case beforeShard(String)
    /// The shard has its name and no line.
    case beforeLine(String)
    case afterLine(String)
    /// All shards are there, the manifest is not.
    case beforeManifest
  }

  package let folder: String
  package let shardBytes: Int
  /// How many records are committed and need not be given again.
  package private(set) var committed = 0
  /// The key of the last committed record.
  package private(set) var lastKey: String?

  private var manifest: Manifest
  private let reach: (Moment) throws(Fault) -> Void
  private var part: OpenPart?
  private var media: OpenMedia?
  /// Digests of all pictures, committed or not.
  private var known: Set<String> = []

  /// Opens a new dataset, or goes on with an unfinished one; shards without line are deleted.
  ///
  /// - Parameters:
  ///   - pipeline: SHA-256 of what the records are made by.
  ///   - shardBytes: of a file; 64 MiB is some hundred MB of records.
  ///   - reach: called at every moment that tests want to crash at.
  /// - Throws: `dataset.finished`; `dataset.other` if the unfinished one has another name, kind or
  ///   pipeline; `dataset.damaged` if a shard with a line is missing or has another length;
  ///   `dataset.strays` if there are shards and no manifest.
  package init(
    folder: String, dataset: String, records: RecordKind, pipeline: String,
    shardBytes: Int = 64 << 20, reach: @escaping (Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) {
    precondition(shardBytes > 0, "shards of \(shardBytes) bytes hold nothing")
    self.folder = folder
    self.shardBytes = shardBytes
    self.reach = reach
    manifest = Manifest(dataset: dataset, records: records, pipeline: pipeline, shards: [])
    try Files.makeFolder(folder)
    if Files.exists(path(DatasetFiles.manifest)) {
      throw Fault(
        "dataset.finished", "the dataset is finished; delete it to write it anew",
        at: Place(file: folder))
    }
    if Files.exists(path(DatasetFiles.unfinished)) {
      try goOn()
    } else {
      try begin()
    }
  }

  // MARK: Writing

  /// Adds a record, after its pictures.
  ///
  /// - Parameters:
  ///   - split: a shard names its split if all its records have the same.
  ///   - input: what the record was made from.
  package func append(
    _ record: some Record, split: String? = nil, input: InputRange? = nil
  ) throws(Fault) {
    let kind = type(of: record).kind
    precondition(kind == manifest.records, "a \(kind) in a dataset of \(manifest.records)")
    try append(line: record.json.bytes(), key: record.id, split: split, input: input)
  }

  /// Adds a record as the bytes of its JSON, which have no newline.
  package func append(
    line: [UInt8], key: String, split: String? = nil, input: InputRange? = nil
  ) throws(Fault) {
    precondition(!line.contains(UInt8(ascii: "\n")), "the record \(key) is more than one line")
    if part == nil {
      part = try OpenPart(folder: folder, number: number(of: .records), shardBytes: shardBytes)
    }
    try part?.append(line, key: key, split: split, input: input)
    if (part?.bytes ?? 0) >= shardBytes { try commitPart() }
  }

  /// Adds the file of a picture unless the dataset has it; returns its SHA-256.
  package func add(picture bytes: [UInt8], format: Medium.Format) throws(Fault) -> String {
    let digest = SHA256.hexadecimal(of: bytes)
    guard known.insert(digest).inserted else { return digest }
    if media == nil { media = try OpenMedia(folder: folder, number: number(of: .media)) }
    try media?.append(MediaName.name(digest, format), bytes)
    if (media?.bytes ?? 0) >= shardBytes { try commitMedia() }
    return digest
  }

  /// Commits what is open and writes `manifest.json`; nothing may be added after it.
  package func close() throws(Fault) -> Manifest {
    try commitPart()
    try commitMedia()
    try reach(.beforeManifest)
    // The unfinished manifest becomes the finished one by one rename.
    let unfinished = path(DatasetFiles.unfinished)
    try Files.writeAtomically(manifest.json.bytes(pretty: true), to: unfinished)
    try Files.publish(unfinished, as: path(DatasetFiles.manifest))
    return manifest
  }

  // MARK: Commits

  private func commitPart() throws(Fault) {
    guard let open = part.take() else { return }
    try commitMedia()
    try reach(.beforeShard(open.name))
    try enter(try open.commit(schema: manifest.records.schemaID))
  }

  private func commitMedia() throws(Fault) {
    guard let open = media.take() else { return }
    try reach(.beforeShard(open.name))
    try enter(try open.commit())
  }

  private func enter(_ shard: ShardEntry) throws(Fault) {
    try reach(.beforeLine(shard.name))
    try Files.appendLine(shard.json.bytes(), to: path(DatasetFiles.lines))
    take(shard)
    try reach(.afterLine(shard.name))
  }

  private func take(_ shard: ShardEntry) {
    manifest.shards.append(shard)
    if shard.content == .records {
      committed += shard.count
      lastKey = shard.lastKey ?? lastKey
    }
  }

  private func number(of content: ShardEntry.Content) -> Int {
    manifest.shards.count { $0.content == content }
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  // MARK: Beginning and going on

  private func begin() throws(Fault) {
    for name in try Files.names(in: folder) where DatasetFiles.isOfShard(name) {
      let message = "the folder has shards of a dataset without manifest; nothing is overwritten"
      throw Fault("dataset.strays", message, at: Place(file: path(name)))
    }
    try Files.writeAtomically([], to: path(DatasetFiles.lines))
    let bytes = manifest.json.bytes(pretty: true)
    try Files.writeAtomically(bytes, to: path(DatasetFiles.unfinished))
  }

  private func goOn() throws(Fault) {
    let state = try DatasetState(folder: folder)
    var found = state.manifest
    found.shards = []
    guard found == manifest else {
      let message =
        "the folder holds an unfinished dataset \"\(found.dataset)\" of \(found.records) records "
        + "by another pipeline or of another kind; delete it to write \"\(manifest.dataset)\""
      throw Fault("dataset.other", message, at: Place(file: folder))
    }
    for shard in state.manifest.shards {
      guard let bytes = try? Files.size(path(shard.name)), bytes == shard.bytes else {
        let message = "the committed shard is missing or was changed; the dataset cannot go on"
        throw Fault("dataset.damaged", message, at: Place(file: path(shard.name)))
      }
      take(shard)
      guard shard.content == .media else { continue }
      for member in try MediaIndex(folder: folder, shard: shard.name).members {
        known.insert(MediaName.digest(of: member.name))
      }
    }
    try Files.truncate(path(DatasetFiles.lines), to: state.lineBytes)
    try deleteStrays()
  }

  /// Deletes what a crash left: shards and indices without line, and temporary files of both.
  private func deleteStrays() throws(Fault) {
    let shards = manifest.shards.map(\.name)
    let own = Set(shards + shards.map(DatasetFiles.index(of:)))
    for name in try Files.names(in: folder) where DatasetFiles.isOfShard(name) {
      if !own.contains(name) { try Files.remove(path(name)) }
    }
  }
}
