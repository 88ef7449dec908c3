internal import Archiving
internal import Foundations
internal import JSONText
internal import Schemas

/// A folder of MDS shards with `index.json`, which is written last.
final class MDSWriter: ShardedExport {
  private let folder: String
  private let settings: ExportSettings
  private let columns: [(name: String, encoding: String)]
  private var shard: MDSShard
  private var entries: [JSON] = []
  private let compressor = ZstdCompressor(level: 3)

  var shards: Int { entries.count }

  /// - Parameter imageEncoding: `jpeg` or `png` if all pictures are of the format, which readers
  ///   decode; `bytes` otherwise.
  init(_ folder: String, split: String?, _ settings: ExportSettings, imageEncoding: String)
    throws(Fault)
  {
    self.folder = split.map { "\(folder)/\($0)" } ?? folder
    self.settings = settings
    columns = [
      ("answer", "str"), ("answer_kind", "str"), ("bbox", "json"), ("id", "str"),
      ("image", imageEncoding), ("options", "json"), ("question", "str"), ("record", "json"),
    ]
    shard = Self.shard(columns, settings)
    try Files.makeFolder(self.folder)
  }

  private static func shard(
    _ columns: [(name: String, encoding: String)], _ settings: ExportSettings
  ) -> MDSShard {
    MDSShard(
      columns: columns, sizeLimit: settings.shardBytes,
      compression: settings.compresses ? "zstd:3" : nil,
      hashes: settings.compresses ? ["xxh64"] : [])
  }

  /// - Throws: `export.pictures` for a question of several pictures: a shard has one column.
  func add(_ sample: ExportSample, pictures: [ExportFile]) throws(Fault) {
    guard pictures.count == 1 else {
      throw Fault(
        "export.pictures", "a sample has one picture here, the question has \(pictures.count)",
        at: Place(record: sample.question.id))
    }
    let question = sample.question
    let options = JSON.array(question.options.map(JSON.string))
    let encoded = MDSShard.sample([
      Array(sample.truth.utf8), Array(sample.answerKind.utf8), sample.box.bytes(),
      Array(question.id.utf8), pictures[0].bytes, options.bytes(), Array(question.question.utf8),
      sample.record.bytes(),
    ])
    if !shard.hasRoom(for: encoded) { try flush() }
    try shard.append(encoded)
  }

  func close() throws(Fault) {
    if !shard.samples.isEmpty { try flush() }
    let index: JSON = ["shards": .array(entries), "version": 2]
    try Files.writeAtomically(MDSShard.text(index), to: "\(folder)/index.json")
  }

  private func flush() throws(Fault) {
    let name = "shard.\(ExportShard.digits(entries.count, 5)).mds"
    let bytes = shard.encoded()
    let raw = MDSShard.file(name, bytes, hashes: shard.hashes)
    if settings.compresses {
      let compressed = compressor.frame(of: bytes)
      try Files.writeAtomically(compressed, to: "\(folder)/\(name).zstd")
      entries.append(
        shard.entry(
          raw: raw, zip: MDSShard.file(name + ".zstd", compressed, hashes: shard.hashes)))
    } else {
      try Files.writeAtomically(bytes, to: "\(folder)/\(name)")
      entries.append(shard.entry(raw: raw, zip: nil))
    }
    shard = Self.shard(columns, settings)
  }
}
