internal import Archiving
package import Foundations
internal import JSONText
package import Schemas

/// Writes a dataset shard by shard, so that whatever is visible is whole.
///
/// Records go to parts and pictures to media shards, in the order given; a shard ends with the first
/// record or picture that brings it to `shardBytes`. A shard is written under a temporary name,
/// synced, renamed, and exists when its line is in `manifest.jsonl`. Pictures are committed before
/// the records that follow them, so no committed record refers to a picture that is not there. A
/// shard reaches the disk while the next one is filled; a fault of it is thrown when that one ends.
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
  /// How many records were committed when the dataset was opened, and need not be given again.
  package private(set) var committed = 0

  private var manifest: Manifest
  /// The finished dataset that is appended to.
  private var base: Manifest?
  private let indexedFrom: Int
  private let reach: (Moment) throws(Fault) -> Void
  private var part: OpenPart?
  private var media: OpenMedia?
  /// Of the next shards, as soon as one was begun.
  private var numbers: [ShardEntry.Content: Int] = [:]
  /// The shard that is on its way to the disk.
  private var pending: Pending<ShardEntry>?
  /// Digests of all pictures, committed or not.
  private let known: KeyTable<UInt8>

  /// Opens a new dataset, or goes on with an unfinished one; shards without line are deleted.
  ///
  /// - Parameters:
  ///   - pipeline: SHA-256 of what the records are made by.
  ///   - shardBytes: of a file; 64 MiB is some hundred MB of records.
  ///   - appending: goes on behind the last shard of a finished dataset, whose shards stay as they
  ///     are. Readers see the dataset as it was until `close`. Keys are not compared: give none twice.
  ///   - indexedFrom: a dataset of as many records gets an index of its keys.
  ///   - reach: called at every moment that tests want to crash at.
  /// - Throws: `dataset.finished`; `dataset.appended` if what `pipeline` makes was appended to its
  ///   end already; `dataset.other` if the unfinished one has another name, kind or pipeline;
  ///   `dataset.damaged` if a shard with a line is missing or has another length; `dataset.strays`
  ///   if there are shards and no manifest.
  package init(
    folder: String, dataset: String, records: RecordKind, pipeline: String,
    shardBytes: Int = 64 << 20, appending: Bool = false, indexedFrom: Int = 20_000,
    reach: @escaping (Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) {
    precondition(shardBytes > 0, "shards of \(shardBytes) bytes hold nothing")
    self.folder = folder
    self.shardBytes = shardBytes
    self.indexedFrom = indexedFrom
    self.reach = reach
    known = KeyTable(in: folder)
    manifest = Manifest(dataset: dataset, records: records, pipeline: pipeline, shards: [])
    try Files.makeFolder(folder)
    if Files.exists(path(DatasetFiles.manifest)) {
      guard appending else {
        throw Fault(
          "dataset.finished", "the dataset is finished; delete it to write it anew",
          at: Place(file: folder))
      }
      try beginAppending()
    }
    if Files.exists(path(DatasetFiles.unfinished)) {
      try goOn()
    } else if base == nil {
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
      part = try OpenPart(folder: folder, number: nextNumber(of: .records), shardBytes: shardBytes)
    }
    try part?.append(line, key: key, split: split, input: input)
    if (part?.bytes ?? 0) >= shardBytes { try commitPart() }
  }

  /// Adds the file of a picture unless the dataset has it; returns its SHA-256.
  package func add(picture bytes: [UInt8], format: Medium.Format) throws(Fault) -> String {
    let digest = SHA256.hexadecimal(of: bytes)
    _ = try add(picture: bytes, format: format, sha256: digest)
    return digest
  }

  /// The same for a picture whose SHA-256 the caller has computed; returns whether it is new.
  package func add(
    picture bytes: [UInt8], format: Medium.Format, sha256: String
  ) throws(Fault) -> Bool {
    guard let digest = Digest(sha256) else { preconditionFailure("\(sha256) is no SHA-256") }
    guard try known.insert(0, for: digest.high) == nil else { return false }
    if media == nil { media = try OpenMedia(folder: folder, number: nextNumber(of: .media)) }
    try media?.append(MediaName.name(sha256, format), bytes)
    if (media?.bytes ?? 0) >= shardBytes { try commitMedia() }
    return true
  }

  /// Whether the dataset has a picture, so that it need not be read to be added.
  package func has(picture sha256: String) throws(Fault) -> Bool {
    guard let digest = Digest(sha256) else { return false }
    return try known[digest.high] != nil
  }

  /// Commits what is open and writes `manifest.json`; nothing may be added after it.
  package func close() throws(Fault) -> Manifest {
    try commitPart()
    try commitMedia()
    try settle()
    try writeKeys()
    try reach(.beforeManifest)
    // The unfinished manifest becomes the finished one by one rename.
    let unfinished = path(DatasetFiles.unfinished)
    try Files.writeAtomically(whole.json.bytes(pretty: true), to: unfinished)
    try Files.publish(unfinished, as: path(DatasetFiles.manifest))
    return whole
  }

  /// All shards, those before an append too.
  private var whole: Manifest {
    guard var whole = base else { return manifest }
    whole.shards += manifest.shards
    return whole
  }

  /// Writes the index of the keys of a large dataset; the one of a smaller state is replaced.
  private func writeKeys() throws(Fault) {
    let parts = whole.shards.filter { $0.content == .records }
    let count = parts.reduce(0) { $0 + $1.count }
    guard count >= indexedFrom else { return }
    try HashIndex.write(path(DatasetFiles.keys), count: count, stamp: whole.keyStamp) {
      take throws(Fault) in
      var position = 0
      for part in parts {
        var keys = try IndexedKeys(ofPart: part.name, in: folder)
        while let key = try keys.next() {
          try take(key, position)
          position += 1
        }
      }
    }
  }

  // MARK: Commits

  private func commitPart() throws(Fault) {
    guard let open = part.take() else { return }
    try commitMedia()
    try settle()
    try reach(.beforeShard(open.name))
    let schema = manifest.records.schemaID
    pending = Pending(open) { open throws(Fault) in try open.commit(schema: schema) }
  }

  private func commitMedia() throws(Fault) {
    guard let open = media.take() else { return }
    try settle()
    try reach(.beforeShard(open.name))
    pending = Pending(open) { open throws(Fault) in try open.commit() }
  }

  /// Waits for the shard that is on its way, and enters it.
  private func settle() throws(Fault) {
    guard var shard = try pending.take()?.outcome() else { return }
    if base != nil { shard.pipeline = manifest.pipeline }
    try reach(.beforeLine(shard.name))
    try Files.appendLine(shard.json.bytes(), to: path(DatasetFiles.lines))
    manifest.shards.append(shard)
    try reach(.afterLine(shard.name))
  }

  /// The number of a new shard.
  private func nextNumber(of content: ShardEntry.Content) -> Int {
    let number = numbers[content] ?? whole.shards.count { $0.content == content }
    numbers[content] = number + 1
    return number
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

  /// Takes a finished dataset as it is; what an earlier attempt appended is not lost.
  private func beginAppending() throws(Fault) {
    let found = try DatasetState(folder: folder).manifest
    guard found.dataset == manifest.dataset, found.records == manifest.records else {
      let message =
        "the folder holds the dataset \"\(found.dataset)\" of \(found.records) records; "
        + "\(manifest.records) records of \"\(manifest.dataset)\" cannot be appended"
      throw Fault("dataset.other", message, at: Place(file: folder))
    }
    base = found
    for shard in found.shards where shard.content == .media { try know(shard) }
    if Files.exists(path(DatasetFiles.unfinished)) { return }
    if found.shards.contains(where: { $0.pipeline == manifest.pipeline }) {
      throw Fault(
        "dataset.appended", "the same records were appended already", at: Place(file: folder))
    }
    // Lines of shards that the manifest has not are of an append that was given up.
    try Files.writeAtomically(
      JSONLines.bytes(of: found.shards.map(\.json)), to: path(DatasetFiles.lines))
    try deleteStrays()
    let bytes = manifest.json.bytes(pretty: true)
    try Files.writeAtomically(bytes, to: path(DatasetFiles.unfinished))
  }

  private func goOn() throws(Fault) {
    let state = try DatasetState(unfinished: folder)
    var found = state.manifest
    found.shards = []
    guard found == manifest else {
      let message =
        "the folder holds an unfinished dataset \"\(found.dataset)\" of \(found.records) records "
        + "by another pipeline or of another kind; delete it to write \"\(manifest.dataset)\""
      throw Fault("dataset.other", message, at: Place(file: folder))
    }
    for shard in state.manifest.shards.dropFirst(base?.shards.count ?? 0) {
      guard let bytes = try? Files.size(path(shard.name)), bytes == shard.bytes else {
        let message = "the committed shard is missing or was changed; the dataset cannot go on"
        throw Fault("dataset.damaged", message, at: Place(file: path(shard.name)))
      }
      manifest.shards.append(shard)
      if shard.content == .records { committed += shard.count }
      if shard.content == .media { try know(shard) }
    }
    try Files.truncate(path(DatasetFiles.lines), to: state.lineBytes)
    try deleteStrays()
  }

  /// Keeps in mind which pictures a shard has.
  private func know(_ shard: ShardEntry) throws(Fault) {
    for member in try MediaIndex(folder: folder, shard: shard.name).members {
      guard let digest = Digest(MediaName.digest(of: member.name)) else { continue }
      _ = try known.insert(0, for: digest.high)
    }
  }

  /// Deletes what a crash left: shards and indices without line, and temporary files of both.
  private func deleteStrays() throws(Fault) {
    let shards = whole.shards.map(\.name)
    let own = Set(shards + shards.map(DatasetFiles.index(of:)))
    for name in try Files.names(in: folder) where DatasetFiles.isOfShard(name) {
      if !own.contains(name) { try Files.remove(path(name)) }
    }
  }
}
