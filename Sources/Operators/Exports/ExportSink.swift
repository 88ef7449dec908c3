internal import Foundations
internal import Geometry
internal import Prompting
internal import Schemas
internal import Shards

/// Where the pieces of an export are written: shards, or rows and pictures.
final class ExportSink {
  private let reader: DatasetReader
  private let settings: ExportSettings
  private let draft: FolderDraft
  private var sharded: [String: any ShardedExport] = [:]
  private var rows: [String: RowFile] = [:]
  /// Splits in the order in which they were met; the empty name is that of records without one.
  private var splits: [String] = []
  /// The pixel limits of the domains that were met, by name.
  private(set) var pixels: [String: ClosedRange<Int>] = [:]

  init(
    _ reader: DatasetReader, _ settings: ExportSettings, _ draft: FolderDraft
  ) throws(Fault) {
    self.reader = reader
    self.settings = settings
    self.draft = draft
    if !settings.target.isSharded {
      try Files.makeFolder("\(draft.folder)/\(ExportPicture.folder)")
    }
  }

  /// The files of rows.
  var files: [(split: String?, name: String)] {
    splits.map { ($0.isEmpty ? nil : $0, Self.name(of: $0) + ".jsonl") }
  }

  /// What a split's files are called: by its key, or `data` for records without a split.
  static func name(of split: String) -> String {
    switch split {
    case "": "data"
    case "data": "%64ata"
    default: WebDatasetSample.key(of: split)
    }
  }

  /// Writes a piece and returns how many picture files are new.
  func add(_ piece: ExportPiece) throws(Fault) -> Int {
    let split = piece.sample.question.split ?? ""
    if !splits.contains(split) { splits.append(split) }
    pixels[piece.sample.domain.name] = piece.sample.domain.pixels
    if settings.target.isSharded {
      try shards(split).add(piece.sample, pictures: piece.pictures)
      return piece.pictures.count
    }
    var new = 0
    for file in piece.files where !Files.exists("\(draft.folder)/\(file.path)") {
      try draft.write(file.bytes, as: file.path)
      new += 1
    }
    if rows[split] == nil {
      rows[split] = try RowFile("\(draft.folder)/\(Self.name(of: split)).jsonl")
    }
    for row in piece.rows { try rows[split]?.write(row) }
    return new
  }

  private func shards(_ split: String) throws(Fault) -> any ShardedExport {
    if let open = sharded[split] { return open }
    let open: any ShardedExport
    if settings.target == .mds {
      let formats = try reader.pictureFormats()
      let encoding =
        settings.pictures == .view
        ? "png" : formats == [.jpeg] ? "jpeg" : formats == [.png] ? "png" : "bytes"
      let name = split.isEmpty ? nil : WebDatasetSample.key(of: split)
      open = try MDSWriter(draft.folder, split: name, settings, imageEncoding: encoding)
    } else {
      open = WebDatasetWriter(
        draft.folder, prefix: Self.name(of: split), shardBytes: settings.shardBytes)
    }
    sharded[split] = open
    return open
  }

  /// Ends all files and returns the number of shards.
  func close() throws(Fault) -> Int {
    var count = 0
    for split in splits {
      if let open = sharded[split] {
        try open.close()
        count += open.shards
      }
      try rows[split]?.close()
    }
    return count
  }
}

/// A file of rows.
private final class RowFile {
  private var file: OutputFile?

  init(_ path: String) throws(Fault) { file = try OutputFile(path) }

  func write(_ row: [UInt8]) throws(Fault) { try file?.write(row) }

  func close() throws(Fault) {
    if let open = file.take() { _ = try open.commit() }
  }
}
