internal import Foundations
internal import JSONText
internal import Schemas

/// Whether the manifest agrees with its lines, itself, and the files in the folder.
struct ManifestCheck {
  private(set) var findings = Findings()
  private let folder: String
  private let manifest: Manifest
  /// What lies behind the finished dataset then belongs to the append, which nobody sees yet.
  private let isAppendedTo: Bool

  init(folder: String, state: DatasetState) {
    self.folder = folder
    manifest = state.manifest
    isAppendedTo = state.isAppendedTo
    if state.isFinished {
      compareLines()
    } else {
      let message = "the dataset is unfinished; run what writes it again"
      findings.add("dataset.unfinished", message, at: Place(file: folder))
    }
    checkNames()
    if !isAppendedTo { checkStrays() }
  }

  private mutating func compareLines() {
    let path = "\(folder)/\(DatasetFiles.lines)"
    var found = 0
    do throws(Fault) {
      for line in JSONLines(try DatasetFiles.read(path), file: path) {
        if isAppendedTo && found == manifest.shards.count { break }
        let entry = try line.record(ShardEntry.init(json:))
        defer { found += 1 }
        let place = Place(file: path, line: line.number)
        guard found < manifest.shards.count else {
          findings.add("dataset.manifest", "\(DatasetFiles.manifest) ends before it", at: place)
          continue
        }
        if entry != manifest.shards[found] {
          let message =
            "the line is of \(entry.name), where \(DatasetFiles.manifest) has "
            + "\(manifest.shards[found].name)"
            + (entry.name == manifest.shards[found].name ? " with other members" : "")
          findings.add("dataset.manifest", message, at: place)
        }
      }
      if found < manifest.shards.count {
        let message =
          "\(found) lines are here, \(manifest.shards.count) shards in "
          + DatasetFiles.manifest
        findings.add("dataset.manifest", message, at: Place(file: path, line: found + 1))
      }
    } catch {
      findings.add(error)
    }
  }

  /// Names are numbered from 0 without gap, and unlike schemas are none of this dataset.
  private mutating func checkNames() {
    let file = "\(folder)/\(DatasetFiles.manifest)"
    var next: [ShardEntry.Content: Int] = [:]
    for (index, entry) in manifest.shards.enumerated() {
      let number = next[entry.content, default: 0]
      next[entry.content] = number + 1
      let expected =
        entry.content == .records ? DatasetFiles.part(number) : DatasetFiles.media(number)
      if entry.name != expected {
        findings.add(
          "dataset.manifest", "expected the shard \(expected), found \(entry.name)",
          at: Place(file: file, key: "shards[\(index)].name"))
      }
      let schema = entry.content == .records ? manifest.records.schemaID : nil
      if entry.schema != schema {
        findings.add(
          "dataset.manifest",
          "expected \(schema ?? "no schema"), found \(entry.schema ?? "no schema")",
          at: Place(file: file, key: "shards[\(index)].schema"))
      }
    }
  }

  private mutating func checkStrays() {
    let shards = manifest.shards.map(\.name)
    let own = Set(shards + shards.map(DatasetFiles.index(of:)))
    for name in (try? Files.names(in: folder)) ?? [] {
      if DatasetFiles.isOfShard(name) && !own.contains(name) {
        let message = "the file is of a shard that the manifest does not have"
        findings.add("dataset.stray", message, at: Place(file: "\(folder)/\(name)"))
      }
    }
  }
}

extension ShardEntry {
  /// What is wrong with the shard's file as a whole: missing, another length or another SHA-256.
  func fileFault(in folder: String) -> Fault? {
    let path = "\(folder)/\(name)"
    do {
      guard Files.exists(path) else {
        return Fault("dataset.missing-shard", "the shard is missing", at: Place(file: path))
      }
      let size = try Files.size(path)
      guard size == bytes else {
        let message = "the manifest says \(bytes) bytes, the shard has \(size)"
        return Fault("dataset.length", message, at: Place(file: path))
      }
      guard try Files.sha256(path) == sha256 else {
        let message = "the SHA-256 is not that of the manifest; the shard was changed"
        return Fault("dataset.sha256", message, at: Place(file: path))
      }
      return nil
    } catch {
      return error
    }
  }
}
