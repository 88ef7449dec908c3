internal import Archiving
package import Foundations
internal import JSONText
internal import Schemas

/// Puts right what lies beside the data of a finished dataset, and never touches the data.
///
/// - The index of a shard that is as the manifest says is written anew where it is missing, cannot
///   be read, or differs from the shard. An index beside a changed shard stays: it tells what was
///   lost.
/// - `keys.index` is written anew where it differs, if all shards are as the manifest says.
/// - `manifest.jsonl` is written anew where it differs from `manifest.json`.
/// - Partial files, which a writer that was killed leaves, are removed.
///
/// Shards, `manifest.json` and whatever else lies in the folder keep their bytes. An unfinished
/// dataset is left to its writer, which goes on where it stopped.
package struct DatasetRepair {
  /// One thing that was done to one file.
  package struct Deed: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case rebuilt
      case removed
    }

    package let kind: Kind
    package let path: String
  }

  private let folder: String
  private var deeds: [Deed] = []

  /// What was done, in order; none for an unfinished dataset.
  ///
  /// - Throws: `dataset.no-manifest`, or the fault of a manifest that cannot be read; faults of
  ///   writing.
  package static func run(_ folder: String) throws(Fault) -> [Deed] {
    let state = try DatasetState(folder: folder)
    let isOpen = Files.exists("\(folder)/\(DatasetFiles.unfinished)")
    guard state.isFinished, !isOpen else { return [] }
    var repair = DatasetRepair(folder: folder)
    try repair.removePartialFiles()
    try repair.rebuildLines(state.manifest)
    let shards = state.manifest.shards
    let whole = shards.filter { $0.fileFault(in: folder) == nil }
    for entry in whole { try repair.rebuildIndex(of: entry) }
    if whole.count == shards.count { try repair.rebuildKeys(of: state.manifest) }
    return repair.deeds
  }

  private init(folder: String) { self.folder = folder }

  private mutating func removePartialFiles() throws(Fault) {
    let manifests = [DatasetFiles.manifest, DatasetFiles.unfinished, DatasetFiles.lines]
    for name in try Files.names(in: folder) where name.hasSuffix(OutputFile.temporarySuffix) {
      let whole = String(name.dropLast(OutputFile.temporarySuffix.count))
      guard DatasetFiles.isOfShard(whole) || manifests.contains(whole) else { continue }
      try Files.remove("\(folder)/\(name)")
      deeds.append(Deed(kind: .removed, path: "\(folder)/\(name)"))
    }
  }

  private mutating func rebuildLines(_ manifest: Manifest) throws(Fault) {
    try write(JSONLines.bytes(of: manifest.shards.map(\.json)), to: DatasetFiles.lines)
  }

  private mutating func rebuildIndex(of entry: ShardEntry) throws(Fault) {
    let json: JSON
    let isSame: Bool
    switch entry.content {
    case .records:
      guard let index = try? RecordIndex(scanning: "\(folder)/\(entry.name)") else { return }
      json = index.json
      isSame = (try? RecordIndex.stored(folder, entry.name)) == index
    case .media:
      guard let members = try? TarIndex.scan("\(folder)/\(entry.name)") else { return }
      var index = MediaIndex()
      index.members = members
      json = index.json
      isSame = (try? MediaIndex.stored(folder, entry.name)) == index
    }
    if !isSame { try write(json.bytes(), to: DatasetFiles.index(of: entry.name)) }
  }

  /// A part that nobody can read the keys of leaves their index as it is.
  private mutating func rebuildKeys(of manifest: Manifest) throws(Fault) {
    let path = "\(folder)/\(DatasetFiles.keys)"
    guard Files.exists(path) else { return }
    let before = try Files.sha256(path)
    do throws(Fault) {
      try DatasetDraft(folder: folder, base: nil, indexedFrom: 0).writeKeys(of: manifest)
    } catch {
      if error.isOfSystem { throw error }
    }
    if try Files.sha256(path) != before { deeds.append(Deed(kind: .rebuilt, path: path)) }
  }

  /// Writes a file unless it has these bytes.
  private mutating func write(_ bytes: [UInt8], to name: String) throws(Fault) {
    let path = "\(folder)/\(name)"
    if Files.exists(path), try DatasetFiles.read(path) == bytes { return }
    try Files.writeAtomically(bytes, to: path)
    deeds.append(Deed(kind: .rebuilt, path: path))
  }
}
