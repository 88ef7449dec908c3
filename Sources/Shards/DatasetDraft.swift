internal import Foundations
internal import JSONText
internal import Schemas

/// What is being written into a dataset's folder: a new dataset, or more behind a finished one.
///
/// Whatever is cut short, its next beginning finds what it can clear.
struct DatasetDraft {
  let folder: String
  /// The finished dataset that is appended to.
  let base: Manifest?
  /// A dataset of as many records gets an index of its keys.
  let indexedFrom: Int

  /// Clears what an earlier attempt left, and begins.
  func begin(_ manifest: Manifest) throws(Fault) {
    if base == nil {
      for name in try Files.names(in: folder) where DatasetFiles.isOfShard(name) {
        let message = "the folder has shards of a dataset without manifest; nothing is overwritten"
        throw Fault("dataset.strays", message, at: Place(file: path(name)))
      }
    }
    try clear()
    try Files.writeAtomically(
      manifest.json.bytes(pretty: true), to: path(DatasetFiles.unfinished))
  }

  /// Leaves the finished dataset as it was, or nothing of a new one.
  func remove() throws(Fault) {
    try clear()
    try Files.remove(path(DatasetFiles.unfinished))
    if base != nil { return }
    try Files.remove(path(DatasetFiles.lines))
    if try Files.names(in: folder).isEmpty { try Files.removeTree(folder) }
  }

  /// Takes away what the finished dataset does not have; readers never saw any of it.
  private func clear() throws(Fault) {
    // Without a line a shard does not exist, so that lines go first.
    try Files.writeAtomically(
      JSONLines.bytes(of: (base?.shards ?? []).map(\.json)), to: path(DatasetFiles.lines))
    try removeStrays(of: base?.shards ?? [])
    let keys = path(DatasetFiles.keys)
    try Files.removeTree(HashIndex.scratch(of: keys))
    if let base, try HashIndex(keys, stamp: base.keyStamp) != nil { return }
    try Files.remove(keys)
    if let base { try writeKeys(of: base) }
  }

  /// Deletes what a crash left: shards and indices without line, and temporary files of both.
  func removeStrays(of shards: [ShardEntry]) throws(Fault) {
    let shards = shards.map(\.name)
    let own = Set(shards + shards.map(DatasetFiles.index(of:)))
    for name in try Files.names(in: folder) where DatasetFiles.isOfShard(name) {
      if !own.contains(name) { try Files.remove(path(name)) }
    }
  }

  /// Writes the index of the keys of a large dataset; the one of another state is replaced.
  func writeKeys(of manifest: Manifest) throws(Fault) {
    let parts = manifest.shards.filter { $0.content == .records }
    let count = parts.reduce(0) { $0 + $1.count }
    guard count >= indexedFrom else { return }
    for part in parts { try checkCount(of: part) }
    try HashIndex.write(path(DatasetFiles.keys), count: count, stamp: manifest.keyStamp) {
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

  /// Holds a count that memory is taken by against the keys that are there.
  private func checkCount(of part: ShardEntry) throws(Fault) {
    let count = try IndexedKeys(ofPart: part.name, in: folder).count
    guard count == part.count else {
      let message = "the manifest says \(part.count) records, the index has \(count)"
      throw Fault("dataset.damaged", message, at: Place(file: path(part.name)))
    }
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }
}
