package import Foundations
internal import Geometry
internal import Imaging
internal import JSONText
internal import Prompting
internal import Schemas
package import Shards

/// Exports a dataset for a trainer or loader, as a folder that is whole or not there.
///
/// Records are read, rendered on all workers and written in their order, some at a time; the bytes
/// do not depend on the workers. Every split has files of its own.
package struct DatasetExport: Sendable {
  package struct Report: Sendable, Equatable {
    package var records = 0
    /// Rows or samples by split; the empty name is that of records without one.
    package var rows: [String: Int] = [:]
    package var pictures = 0
    package var shards = 0
    /// Records that the target cannot hold, by code.
    package var dropped: [String: Int] = [:]
    /// The first of them.
    package var examples: [Fault] = []

    package var droppedCount: Int { dropped.values.reduce(0, +) }
  }

  private let reader: DatasetReader
  private let settings: ExportSettings

  /// Records in the making at once.
  private static let chunk = 32
  private static let shown = 10

  package init(_ reader: DatasetReader, _ settings: ExportSettings) {
    self.reader = reader
    self.settings = settings
  }

  /// - Throws: `file.exists` if `out` is there already; `export.unfinished`; `export.kind` for
  ///   records that are not exported; faults of reading and writing; `Interrupted`.
  package func run(
    to out: String, workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> Report {
    guard reader.isFinished else {
      throw Fault(
        "export.unfinished", "the dataset is unfinished; run what writes it again",
        at: Place(file: reader.folder))
    }
    let draft = try FolderDraft(out)
    let sink = try ExportSink(reader, settings, draft)
    var report = Report()
    var cursor = reader.cursor()
    while true {
      try stop.check()
      var records: [StoredRecord] = []
      while records.count < Self.chunk, let record = try cursor.next() { records.append(record) }
      if records.isEmpty { break }
      let chunk = records
      let pieces = try Lanes.map(chunk.count, workers: workers) { index in
        try ExportPiece.of(chunk[index], settings, reader, draft)
      }
      for piece in pieces { try take(piece, sink, &report) }
    }
    report.shards = try sink.close()
    try finish(draft, sink, report)
    return report
  }

  private func take(
    _ piece: Result<ExportPiece, Fault>, _ sink: ExportSink, _ report: inout Report
  ) throws(Fault) {
    report.records += 1
    do throws(Fault) {
      let piece = try piece.get()
      report.pictures += try sink.add(piece)
      report.rows[piece.sample.question.split ?? "", default: 0] += piece.count
    } catch {
      guard ExportPiece.isOfRecord(error) else { throw error }
      report.dropped[error.code, default: 0] += 1
      if report.examples.count < Self.shown { report.examples.append(error) }
    }
  }

  /// Writes what describes the export, its marker last, and gives the folder its name.
  private func finish(_ draft: FolderDraft, _ sink: ExportSink, _ report: Report) throws(Fault) {
    let notes = ExportNotes(reader.manifest, settings, pixels: sink.pixels, files: sink.files)
    for (name, bytes) in notes.documents { try draft.write(bytes, as: name) }
    try draft.write(notes.marker(report).bytes(pretty: true), as: ExportNotes.markerName)
    try draft.commit()
  }
}

/// What a record becomes, ready to be written.
struct ExportPiece: Sendable {
  let sample: ExportSample
  /// Of targets that read rows.
  var rows: [[UInt8]] = []
  /// Picture files beside rows, by path.
  var files: [(path: String, bytes: [UInt8])] = []
  /// Pictures inside of shards.
  var pictures: [ExportFile] = []

  /// Rows, or one sample.
  var count: Int { rows.isEmpty ? 1 : rows.count }

  /// - Returns: a fault of the record itself, which leaves the others alone.
  /// - Throws: `export.kind`; faults of reading and of a record's form.
  static func of(
    _ stored: StoredRecord, _ settings: ExportSettings, _ reader: DatasetReader,
    _ draft: FolderDraft
  ) throws(Fault) -> Result<ExportPiece, Fault> {
    do throws(Fault) {
      let sample = try ExportSample(stored, settings)
      do throws(Fault) {
        return .success(try ExportPiece(sample, settings, reader, draft))
      } catch { throw error.placed(in: Place(record: sample.question.id)) }
    } catch {
      guard isOfRecord(error), error.code != "export.kind" else { throw error }
      return .failure(error)
    }
  }

  static func isOfRecord(_ fault: Fault) -> Bool {
    ["export.", "prompt.", "image."].contains { fault.code.hasPrefix($0) }
  }

  private init(
    _ sample: ExportSample, _ settings: ExportSettings, _ reader: DatasetReader,
    _ draft: FolderDraft
  ) throws(Fault) {
    self.sample = sample
    if settings.target.isSharded {
      for medium in sample.question.images {
        let bytes = try reader.picture(medium.sha256, verifying: true)
        if settings.pictures == .view {
          let view = try sample.picture(medium.sha256, bytes)
            .resized(to: try sample.domain.view(of: medium.size))
          pictures.append(ExportFile(bytes: view.encodedPNG(), format: .png))
        } else {
          try sample.check(medium.sha256, bytes)
          pictures.append(ExportFile(bytes: bytes, format: medium.format))
        }
      }
      return
    }
    let made = try ExportRows(sample, settings)
    rows = made.rows.map { $0.bytes() + [UInt8(ascii: "\n")] }
    var decoded: [String: Picture] = [:]
    for reference in made.pictures {
      let path = ExportPicture.path(of: reference, in: sample, settings)
      if Files.exists("\(draft.folder)/\(path)") { continue }
      let bytes: [UInt8]
      if reference.crop == nil && settings.pictures == .original {
        bytes = try reader.picture(reference.sha256, verifying: true)
        try sample.check(reference.sha256, bytes)
      } else {
        let whole: Picture
        if let known = decoded[reference.sha256] {
          whole = known
        } else {
          let file = try reader.picture(reference.sha256, verifying: true)
          whole = try sample.picture(reference.sha256, file)
          decoded[reference.sha256] = whole
        }
        let shown =
          reference.crop.map(whole.cropped) ?? whole.resized(to: reference.size)
        bytes = shown.encodedPNG()
      }
      files.append((path, bytes))
    }
  }
}
