internal import Foundations
internal import JSONText
internal import Schemas

/// The names of the files in a dataset's folder.
///
/// `manifest.json` is there when the dataset is finished; until then `manifest.unfinished.json`
/// holds the same without shards; while a finished dataset is appended to, both are there.
/// `manifest.jsonl` has one line for every shard that exists. Beside
/// `part-000000.jsonl.zst` and `media-000000.tar` lie `part-000000.index.json` and
/// `media-000000.index.json`, which only save time: a reader without them scans the shard.
package enum DatasetFiles {
  package static let manifest = "manifest.json"
  package static let unfinished = "manifest.unfinished.json"
  package static let lines = "manifest.jsonl"
  /// Where the records of a large dataset lie, by key.
  package static let keys = "keys.index"

  package static func part(_ number: Int) -> String { "part-\(sixDigits(number)).jsonl.zst" }
  package static func media(_ number: Int) -> String { "media-\(sixDigits(number)).tar" }

  /// The name of the index of a shard.
  package static func index(of shard: String) -> String {
    shard.prefix { $0 != "." } + ".index.json"
  }

  /// Whether a file is a shard or the index of one, finished or partial, by its name.
  static func isOfShard(_ name: String) -> Bool {
    let name =
      name.hasSuffix(OutputFile.temporarySuffix)
      ? name.dropLast(OutputFile.temporarySuffix.count) : name[...]
    let stem = name.prefix { $0 != "." }
    let digits = stem.drop { $0 != "-" }.dropFirst()
    guard digits.utf8.count >= 6, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      return false
    }
    switch stem.dropLast(digits.count) {
    case "part-": return name.hasSuffix(".jsonl.zst") || name.hasSuffix(".index.json")
    case "media-": return name.hasSuffix(".tar") || name.hasSuffix(".index.json")
    default: return false
    }
  }

  /// The bytes of a file beside the shards; a pipe in its place is refused, not waited for.
  static func read(_ path: String) throws(Fault) -> [UInt8] {
    let file = try InputFile(path)
    return try file.read(0..<file.count)
  }

  private static func sixDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(6 - digits.count, 0)) + digits
  }
}

extension Manifest {
  /// Of all record shards: what an index of their keys belongs to.
  var keyStamp: UInt64 {
    StableHash.of(
      shards.filter { $0.content == .records }.map(\.sha256).joined(separator: " "))
  }
}

extension Manifest {
  /// Throws `dataset.manifest` for a shard outside of the folder, and for shards that hold more
  /// together than any disk, so that all their numbers can be added.
  fileprivate func checkShards(in path: String) throws(Fault) {
    var room = 1 << 48
    for (index, shard) in shards.enumerated() {
      guard !shard.name.utf8.contains(UInt8(ascii: "/")) else {
        throw Fault(
          "dataset.manifest", "expected the name of a file in the folder, found \(shard.name)",
          at: Place(file: path, key: "shards[\(index)].name"))
      }
      for number in [shard.bytes, shard.count] {
        guard number <= room else {
          throw Fault(
            "dataset.manifest",
            "expected less than 2^48 bytes and records in all shards, found \(number)",
            at: Place(file: path, key: "shards[\(index)]"))
        }
        room -= number
      }
    }
  }
}

/// What a dataset's folder says of itself.
struct DatasetState {
  /// Name, kind and pipeline, and all shards that exist.
  var manifest: Manifest
  var isFinished: Bool
  /// Whether something is being appended to the finished dataset, or was and did not end.
  var isAppendedTo = false
  /// The length of `manifest.jsonl` up to its last whole line.
  var lineBytes = 0

  /// Reads the manifest, or what there is of an unfinished one; a torn last line is not there.
  ///
  /// - Throws: `dataset.no-manifest`; faults of reading, syntax and form with file and line.
  init(folder: String) throws(Fault) {
    let whole = "\(folder)/\(DatasetFiles.manifest)"
    if Files.exists(whole) {
      self.init(manifest: try Self.manifest(whole), isFinished: true)
      isAppendedTo = Files.exists("\(folder)/\(DatasetFiles.unfinished)")
    } else {
      try self.init(unfinished: folder)
    }
  }

  private init(manifest: Manifest, isFinished: Bool) {
    self.manifest = manifest
    self.isFinished = isFinished
  }

  /// Reads what there is of an unfinished dataset, or of what is appended to a finished one: then the
  /// shards are those of both.
  init(unfinished folder: String) throws(Fault) {
    let unfinished = "\(folder)/\(DatasetFiles.unfinished)"
    guard Files.exists(unfinished) else {
      let message = "the folder has neither \(DatasetFiles.manifest) nor \(DatasetFiles.unfinished)"
      throw Fault("dataset.no-manifest", message, at: Place(file: folder))
    }
    manifest = try Self.manifest(unfinished)
    manifest.shards = []
    isFinished = false
    let path = "\(folder)/\(DatasetFiles.lines)"
    guard Files.exists(path) else { return }
    var bytes = try DatasetFiles.read(path)
    lineBytes = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    bytes.removeLast(bytes.count - lineBytes)
    for line in JSONLines(bytes, file: path) {
      manifest.shards.append(try line.record(ShardEntry.init(json:)))
    }
    try manifest.checkShards(in: path)
  }

  static func manifest(_ path: String) throws(Fault) -> Manifest {
    let json = try JSON.parse(try DatasetFiles.read(path), file: path)
    let manifest: Manifest
    do { manifest = try Manifest(json: json) } catch { throw error.placed(in: Place(file: path)) }
    try manifest.checkShards(in: path)
    return manifest
  }
}
