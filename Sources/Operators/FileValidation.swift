internal import Archiving
package import Foundations
internal import JSONText
package import Schemas
package import Shards

/// Checks a file of JSON that is no part of a dataset: one value (`.json`), or one a line.
///
/// Either may be compressed by zstd. Records of this program are checked by their kind, others need
/// a schema.
package struct FileValidation {
  private let path: String
  private let records: RecordValidation

  /// Lines that one worker takes at once.
  private static let batch = 256

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
    } catch let fault as Fault where fault.code.hasPrefix("zstd.") {
      report.findings.add(fault)
    }
    return report
  }

  private func checkWhole(_ report: inout DatasetCheck.Report) throws {
    let json: JSON
    do throws(Fault) {
      json = try JSON.parse(try content(), file: path)
    } catch {
      if error.code.hasPrefix("file.") { throw error }
      return report.findings.add(error)
    }
    try checkIsKnown(json)
    report.records = 1
    let place = Place(file: path, record: Self.id(of: json))
    for fault in records.faults(of: json) { report.findings.add(fault.placed(in: place)) }
  }

  private func content() throws(Fault) -> [UInt8] {
    guard path.hasSuffix(".zst") else { return try Files.read(path) }
    var stream = try SeekableZstdReader(path).stream()
    var content: [UInt8] = []
    while let piece = try stream.next() { content += piece }
    return content
  }

  private func checkLines(
    _ report: inout DatasetCheck.Report, _ workers: Int, _ stop: StopFlag
  ) throws {
    var file = try RecordFile(path)
    var firsts: [String: Int] = [:]
    var isKnown = false
    var isAtEnd = false
    while !isAtEnd {
      try stop.check()
      var lines: [StoredRecord] = []
      while lines.count < Self.batch * workers, let line = try file.next() { lines.append(line) }
      isAtEnd = lines.count < Self.batch * workers
      if !isKnown, let first = lines.lazy.compactMap({ try? $0.json() }).first {
        try checkIsKnown(first)
        isKnown = true
      }
      let batches = stride(from: 0, to: lines.count, by: Self.batch).map {
        Array(lines[$0..<min($0 + Self.batch, lines.count)])
      }
      let checked = try Lanes.map(batches.count, workers: workers) { index in
        batches[index].map(check)
      }
      for line in checked.joined() {
        line.faults.forEach { report.findings.add($0) }
        report.records += 1
        // Only records of ours promise that their ids are unique.
        guard line.isOwn, let id = line.place.record else { continue }
        if let first = firsts[id] {
          let message = "the record on line \(first) has the same id"
          report.findings.add(Fault("dataset.duplicate", message, at: line.place))
        } else {
          firsts[id] = line.place.line
        }
      }
    }
  }

  private struct Line: Sendable {
    var place: Place
    var isOwn = false
    var faults: [Fault]
  }

  private func check(_ stored: StoredRecord) -> Line {
    do throws(Fault) {
      let json = try stored.json()
      let place = stored.place(of: json)
      return Line(
        place: place, isOwn: RecordValidation.kind(of: json) != nil,
        faults: records.faults(of: json).map { $0.placed(in: place) })
    } catch { return Line(place: stored.place, faults: [error]) }
  }

  private func checkIsKnown(_ json: JSON) throws(Fault) {
    guard records.schema == nil, RecordValidation.kind(of: json) == nil else { return }
    let kinds = RecordKind.allCases.map(\.rawValue).joined(separator: ", ")
    throw Fault(
      "validate.no-schema",
      "the file holds no records of this program (kind \(kinds)); give --schema SCHEMA.json",
      at: Place(file: path))
  }

  private static func id(of json: JSON) -> String? {
    if case .string(let id)? = json["id"] { id } else { nil }
  }
}
