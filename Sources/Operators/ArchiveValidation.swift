package import Archiving
package import Foundations
internal import Imaging
internal import JSONText
package import Schemas
package import Shards

/// Checks an archive that is no dataset of ours, member by member, as it streams by.
///
/// - `.json` is one value, `.jsonl` and `.ndjson` one a line, also compressed (`.gz`, `.zst`); where a
///   schema is given all must fit it. Records of ours are checked by their kind.
/// - `.jpg`, `.jpeg` and `.png` must decode.
/// - In a tar, the files of a sample of a WebDataset lie together, and no suffix comes twice.
/// - Links, devices, paths that leave the archive and other members that are never read.
/// - Archives in the archive, two levels of them, are held to all this too.
///
/// Other members are counted. Memory holds some pieces for each worker, and 16 bytes for every
/// name and key.
package struct ArchiveValidation {
  private let path: String
  private let limits: ArchiveLimits
  private let records: RecordValidation

  /// A value that is parsed takes ten times its bytes.
  package static let limits = ArchiveLimits(memberBytes: 128 << 20)

  /// - Parameter schema: what every value must fit.
  package init(
    _ path: String, schema: JSONSchema? = nil, limits: ArchiveLimits = Self.limits
  ) {
    self.path = path
    self.limits = limits
    records = RecordValidation(schema: schema)
  }

  /// - Throws: `validate.nothing` if there is no member to check; `archive.unknown-format`,
  ///   `archive.empty`, faults of reading; `Interrupted`.
  package func run(
    workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> DatasetCheck.Report {
    var report = DatasetCheck.Report()
    report.bytes = try Files.size(path)
    var items = try ArchiveItems(path, limits: limits)
    var lines = 0
    try Lanes.stream(workers: workers) {
      try stop.check()
      return try items.next()
    } work: { (piece: [ArchiveItem]) in
      piece.map(check)
    } deliver: { (piece: [CheckedItem]) in
      for item in piece {
        report.records += item.records
        report.pictures += item.isPicture ? 1 : 0
        report.others += item.isOther ? 1 : 0
        item.faults.forEach { report.findings.add($0) }
        guard let checked = item.lines else { continue }
        if item.isFirst { lines = 0 }
        for case .fault(let fault) in checked.entries {
          var fault = fault.moved(by: lines)
          fault.place.member = item.member
          report.findings.add(fault)
        }
        report.findings.omit(checked.omitted)
        lines += checked.lines
      }
    }
    if report.records == 0, report.pictures == 0, report.isClean {
      throw Fault(
        "validate.nothing", "the archive has no .json, .jsonl, .jpg or .png to check",
        at: Place(file: path))
    }
    return report
  }

  private struct CheckedItem: Sendable {
    var member: String?
    var records = 0
    var isPicture = false
    var isOther = false
    var faults: [Fault] = []
    var lines: CheckedLines?
    var isFirst = false
  }

  @Sendable private func check(_ item: ArchiveItem) -> CheckedItem {
    switch item {
    case .fault(let fault): return CheckedItem(faults: [fault])
    case .other: return CheckedItem(isOther: true)
    case .value(let member, let bytes):
      let value = CheckedValue(bytes, at: Place(file: path, member: member), by: records)
      return CheckedItem(member: member, records: 1, faults: value.faults)
    case .lines(let member, let piece, let isFirst):
      let lines = CheckedLines(piece, of: path, by: records)
      return CheckedItem(member: member, records: lines.records, lines: lines, isFirst: isFirst)
    case .picture(let member, let bytes):
      var checked = CheckedItem(member: member, isPicture: true)
      do {
        _ = try Picture.check(bytes)
      } catch {
        checked.faults = [error.placed(in: Place(file: path, member: member))]
      }
      return checked
    }
  }
}
