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
  private var base: Manifest? { draft.base }
  private let draft: DatasetDraft
  private let lock: FolderLock
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
  /// An append that something else left unfinished is given up: nobody ever saw any of it.
  ///
  /// - Parameters:
  ///   - pipeline: SHA-256 of what the records are made by.
  ///   - shardBytes: of a file; 64 MiB is some hundred MB of records.
  ///   - appending: goes on behind the last shard of a finished dataset, whose shards stay as they
  ///     are. Readers see the dataset as it was until `close`. Keys are not compared: give none twice.
  ///   - indexedFrom: a dataset of as many records gets an index of its keys.
  ///   - reach: called at every moment that tests want to crash at.
  /// - Throws: `dataset.busy` while another writer has the folder; `dataset.finished`;
  ///   `dataset.appended` if what `pipeline` makes was appended to its end already;
  ///   `dataset.unfinished` if what should be appended to is not whole; `dataset.other` if the
  ///   unfinished one has another name, kind or pipeline; `dataset.damaged` if a shard with a line is
  ///   missing or has another length; `dataset.strays` if there are shards and no manifest.
  package init(
    folder: String, dataset: String, records: RecordKind, pipeline: String,
    shardBytes: Int = 64 << 20, appending: Bool = false, indexedFrom: Int = 20_000,
    reach: @escaping (Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) {
    precondition(shardBytes > 0, "shards of \(shardBytes) bytes hold nothing")
    self.folder = folder
    self.shardBytes = shardBytes
    self.reach = reach
    known = KeyTable(in: folder)
    manifest = Manifest(dataset: dataset, records: records, pipeline: pipeline, shards: [])
    try Files.makeFolder(folder)
    lock = try FolderLock(folder)
    let base = try Self.base(folder, appending, manifest)
    draft = DatasetDraft(folder: folder, base: base, indexedFrom: indexedFrom)
    if let base { try know(base.shards) }
    if let shards = try earlierShards() { try goOn(shards) } else { try draft.begin(manifest) }
  }

  // The lock must not go before the shard that is on its way.
  deinit { pending = nil }

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
    try add(picture: bytes, format: format, sha256: digest)
    return digest
  }

  /// The same for a picture whose SHA-256 the caller has computed.
  package func add(
    picture bytes: [UInt8], format: Medium.Format, sha256: String
  ) throws(Fault) {
    guard let digest = Digest(sha256) else { preconditionFailure("\(sha256) is no SHA-256") }
    guard try known.insert(0, for: digest.high) == nil else { return }
    if media == nil { media = try OpenMedia(folder: folder, number: nextNumber(of: .media)) }
    try media?.append(MediaName.name(sha256, format), bytes)
    if (media?.bytes ?? 0) >= shardBytes { try commitMedia() }
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
    try draft.writeKeys(of: whole)
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

  /// Gives up all that was added since the dataset was begun, in earlier attempts too.
  ///
  /// What was appended to is as it was, a new dataset is gone. Nothing may be done after it.
  package func takeBack() throws(Fault) {
    _ = part.take()
    _ = media.take()
    // What became of the shard on its way does not matter, once it is over.
    _ = try? pending.take()?.outcome()
    try draft.remove()
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

  /// The finished dataset in the folder, to which more of the same can be appended.
  private static func base(
    _ folder: String, _ appending: Bool, _ manifest: Manifest
  ) throws(Fault) -> Manifest? {
    let place = Place(file: folder)
    guard Files.exists("\(folder)/\(DatasetFiles.manifest)") else {
      guard appending else { return nil }
      let message = "the dataset is unfinished; finish it before anything is appended"
      throw Fault("dataset.unfinished", message, at: place)
    }
    guard appending else {
      throw Fault(
        "dataset.finished", "the dataset is finished; delete it to write it anew", at: place)
    }
    let found = try DatasetState(folder: folder).manifest
    guard found.dataset == manifest.dataset, found.records == manifest.records else {
      let message =
        "the folder holds the dataset \"\(found.dataset)\" of \(found.records) records; "
        + "\(manifest.records) records of \"\(manifest.dataset)\" cannot be appended"
      throw Fault("dataset.other", message, at: place)
    }
    if found.shards.contains(where: { $0.pipeline == manifest.pipeline }) {
      throw Fault("dataset.appended", "the same records were appended already", at: place)
    }
    return found
  }

  /// The shards that an earlier attempt added; nil: there was none, or one of something else on top
  /// of a finished dataset.
  private func earlierShards() throws(Fault) -> [ShardEntry]? {
    guard Files.exists(path(DatasetFiles.unfinished)) else { return nil }
    do throws(Fault) {
      let state = try DatasetState(unfinished: folder)
      let shards = try added(by: state)
      try Files.truncate(path(DatasetFiles.lines), to: state.lineBytes)
      return shards
    } catch {
      // What the system refuses now it may give later.
      if base == nil || error.isOfSystem { throw error }
      return nil
    }
  }

  /// The shards of an earlier attempt at the same, all of them whole.
  private func added(by state: DatasetState) throws(Fault) -> [ShardEntry] {
    var found = state.manifest
    found.shards = []
    guard found == manifest else {
      let message =
        "the folder holds an unfinished dataset \"\(found.dataset)\" of \(found.records) records "
        + "by another pipeline or of another kind; delete it to write \"\(manifest.dataset)\""
      throw Fault("dataset.other", message, at: Place(file: folder))
    }
    let before = base?.shards ?? []
    guard state.manifest.shards.starts(with: before) else {
      let message = "the lines are not those of the finished dataset"
      throw Fault("dataset.damaged", message, at: Place(file: path(DatasetFiles.lines)))
    }
    let shards = Array(state.manifest.shards.dropFirst(before.count))
    for shard in shards {
      guard let bytes = try? Files.size(path(shard.name)), bytes == shard.bytes else {
        let message = "the committed shard is missing or was changed; the dataset cannot go on"
        throw Fault("dataset.damaged", message, at: Place(file: path(shard.name)))
      }
    }
    return shards
  }

  private func goOn(_ shards: [ShardEntry]) throws(Fault) {
    manifest.shards = shards
    for shard in shards where shard.content == .records { committed += shard.count }
    try know(shards)
    try draft.removeStrays(of: whole.shards)
  }

  /// Keeps in mind which pictures are there.
  private func know(_ shards: [ShardEntry]) throws(Fault) {
    for shard in shards where shard.content == .media {
      for member in try MediaIndex(folder: folder, shard: shard.name).members {
        guard let digest = Digest(MediaName.digest(of: member.name)) else { continue }
        _ = try known.insert(0, for: digest.high)
      }
    }
  }
}
