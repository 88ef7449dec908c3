internal import Archiving
internal import Foundations
internal import JSONText
internal import Schemas

/// The check of one part, which takes what was found in its frames in their order.
struct PartCheck {
  private let folder: String
  private let entry: ShardEntry
  private let fileFault: Fault?
  private let path: String
  /// Counted from 0 among the parts.
  private let number: Int
  private var findings = Findings()
  private var records = 0
  /// Nil without index, and after one that cannot be read on.
  private var index: IndexedKeys?
  /// The line that comes next, from 1; unknown after a damaged frame whose lines no index counts.
  private var line: Int? = 1
  private var isWhole = true
  private var frames: [Int] = []
  /// The ids of readable records.
  private var ids = (count: 0, first: String?.none, last: String?.none)
  /// Where part and index differ first.
  private var difference: (line: Int?, expected: String?, found: String?)?

  /// - Parameter fileFault: what is wrong with the file as a whole.
  init(folder: String, entry: ShardEntry, number: Int, fileFault: Fault?) {
    self.folder = folder
    self.entry = entry
    self.fileFault = fileFault
    path = "\(folder)/\(entry.name)"
    self.number = number
    if let fileFault { findings.add(fileFault) }
    guard Files.exists(path) else {
      isWhole = false
      return
    }
    do { index = try IndexedKeys(folder, entry.name) } catch { findings.add(error) }
  }

  /// Takes a part whose frames cannot be found.
  mutating func take(unreadable fault: Fault) {
    findings.add(fault)
    isWhole = false
  }

  /// Takes a frame that cannot be expanded.
  mutating func take(lostFrame fault: Fault) {
    take(unreadable: fault)
    let lost = index?.frames.dropFirst(frames.count).first
    frames.append(lost ?? 0)
    line = lost.flatMap { count in line.map { $0 + count } }
  }

  mutating func take(
    _ frame: CheckedFrame, _ joined: JoinedRecords, note: DatasetCheck.SplitNote
  ) throws {
    for record in frame.records { try take(record, joined, note) }
    line = line.map { $0 + frame.newlines }
    if frame.endsWithinRecord {
      let place = Place(file: path, line: line)
      findings.add("dataset.cut-record", "the frame ends within a record", at: place)
    }
    records += frame.count
    findings.omit(frame.omitted)
    frames.append(frame.count)
  }

  private mutating func take(
    _ record: CheckedFrame.Record, _ joined: JoinedRecords, _ note: DatasetCheck.SplitNote
  ) throws {
    let line = line.map { $0 + record.line }
    let place = Place(
      file: path, record: record.id, line: line, byte: line == nil ? record.byte : nil)
    if let id = record.id {
      compare(id, line)
      try joined.take(record, id, part: number, at: place) { findings.add($0) }
      if let use = record.splitUse { try note(use, place) }
    }
    for fault in record.faults { findings.add(fault.placed(in: place)) }
  }

  // MARK: Manifest and index

  /// Goes on in the index by one record.
  private mutating func compare(_ id: String, _ line: Int?) {
    ids = (ids.count + 1, ids.first ?? id, id)
    guard difference == nil, let expected = nextIndexed() else { return }
    if expected.key != id { difference = (line, expected.key, id) }
  }

  /// The next key of the index, if that can be read: `nil` in it at its end.
  private mutating func nextIndexed() -> (key: String?, Void)? {
    do throws(Fault) {
      guard let key = try index?.next() else { return index == nil ? nil : (nil, ()) }
      return (key, ())
    } catch {
      findings.add(error)
      index = nil
      return nil
    }
  }

  /// Compares the part as a whole with the manifest and its index, and reports.
  mutating func finish(_ report: inout DatasetCheck.Report) {
    compareWhole()
    report.records += records
    report.findings.append(findings)
  }

  private mutating func compareWhole() {
    guard isWhole else { return }
    let isSame = compareWithManifest()
    guard ids.count == records else { return }
    if difference == nil, let expected = nextIndexed(), let key = expected.key {
      difference = (ids.count + 1, key, nil)
    }
    guard let counted = index?.frames, let indexPath = index?.path else { return }
    let file = fileFault == nil && isSame ? indexPath : path
    if let difference {
      let isOfPart = file == path
      findings.add(
        isOfPart ? "dataset.missing-record" : "dataset.index",
        "the index has \(Self.name(difference.expected)) on this line, the part "
          + (difference.found == nil ? "none" : Self.name(difference.found)),
        at: Place(
          file: file, record: isOfPart ? difference.expected : difference.found,
          line: isOfPart ? difference.line : nil))
    } else if frames != counted {
      let message = "the index counts \(counted) records in frames, the part has \(frames)"
      findings.add("dataset.index", message, at: Place(file: file))
    }
  }

  private static func name(_ id: String?) -> String { id.map { "the record \($0)" } ?? "no record" }

  /// Whether the part has as many records as the manifest says, with its first and last key.
  private mutating func compareWithManifest() -> Bool {
    let place = Place(file: path)
    if records != entry.count {
      let message = "the manifest says \(entry.count) records, the part has \(records)"
      findings.add("dataset.count", message, at: place)
      return false
    }
    // A line that is no record has its own finding and no key to compare.
    guard ids.count == records else { return false }
    if ids.first != entry.firstKey || ids.last != entry.lastKey {
      let message = "the first or last record is not that of the manifest"
      findings.add("dataset.keys", message, at: place)
      return false
    }
    return true
  }
}
