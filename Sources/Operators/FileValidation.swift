internal import Archiving
package import Foundations
package import Schemas
package import Shards

/// Checks a file of JSON that is no part of a dataset: one value (`.json`), or one a line.
///
/// Either may be compressed by zstd. Records of this program are checked by their kind, others need
/// a schema. Memory holds some pieces of lines for each worker.
package struct FileValidation {
  private let path: String
  private let records: RecordValidation

  /// - Parameter schema: what every value must fit.
  package init(_ path: String, schema: JSONSchema? = nil) {
    self.path = path
    records = RecordValidation(schema: schema)
  }

  /// - Throws: `validate.no-schema` if the first value that can be read has no kind and there is no
  ///   schema; faults of reading; `Interrupted`.
  package func run(
    workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> DatasetCheck.Report {
    var report = DatasetCheck.Report()
    report.bytes = try Files.size(path)
    let isWhole = path.hasSuffix(".json") || path.hasSuffix(".json.zst")
    do {
      if isWhole { try checkWhole(&report) } else { try checkLines(&report, workers, stop) }
    } catch let fault as Fault
      where ["zstd.", "text.", "archive."].contains(where: fault.code.hasPrefix)
    {
      report.findings.add(fault)
    }
    return report
  }

  private func checkWhole(_ report: inout DatasetCheck.Report) throws {
    let value = CheckedValue(try content(of: report.bytes), at: Place(file: path), by: records)
    if value.isOwn == false { try checkHasSchema() }
    report.records = value.isOwn == nil ? 0 : 1
    value.faults.forEach { report.findings.add($0) }
  }

  private func content(of compressed: Int) throws(Fault) -> [UInt8] {
    guard path.hasSuffix(".zst") else { return try Files.read(path) }
    let limits = ArchiveLimits()
    var stream = try SeekableZstdReader(path).stream()
    var content: [UInt8] = []
    while let piece = try stream.next() {
      content += piece
      do throws(Fault) {
        try limits.checkRatio(content.count, of: compressed, free: limits.freeBytes)
      } catch { throw error.placed(in: Place(file: path)) }
    }
    return content
  }

  private func checkLines(
    _ report: inout DatasetCheck.Report, _ workers: Int, _ stop: StopFlag
  ) throws {
    var pieces = try LinePieces(path)
    var lines = 0
    var isKnown = false
    let ids = FirstLines()
    try Lanes.stream(workers: workers) {
      try stop.check()
      return try pieces.next()
    } work: { piece in
      CheckedLines(piece, of: path, by: records)
    } deliver: { checked in
      if !isKnown, let isOwn = checked.isFirstOwn {
        if !isOwn { try checkHasSchema() }
        isKnown = true
      }
      report.records += checked.records
      for entry in checked.entries {
        switch entry {
        case .fault(let fault): report.findings.add(fault.moved(by: lines))
        case .own(let id, let line):
          if let fault = try ids.add(id, line: lines + line, of: path) {
            report.findings.add(fault)
          }
        }
      }
      report.findings.omit(checked.omitted)
      lines += checked.lines
    }
  }

  private func checkHasSchema() throws(Fault) {
    if records.schema != nil { return }
    let kinds = RecordKind.allCases.map(\.rawValue).joined(separator: ", ")
    throw Fault(
      "validate.no-schema",
      "the file holds no records of this program (kind \(kinds)); give --schema SCHEMA.json",
      at: Place(file: path))
  }
}

/// The line of every id seen first.
private struct FirstLines {
  private let lines = KeyTable<Int>(in: Files.scratch)

  /// A fault if an earlier line has the same id.
  func add(_ id: String, line: Int, of path: String) throws(Fault) -> Fault? {
    guard let first = try lines.insert(line, for: TextKey(id).key) else { return nil }
    let message = "the record on line \(first) has the same id"
    return Fault("dataset.duplicate", message, at: Place(file: path, record: id, line: line))
  }
}

extension Fault {
  /// The same fault so many lines further.
  func moved(by lines: Int) -> Fault {
    var fault = self
    fault.place.line = place.line.map { $0 + lines }
    return fault
  }
}
