package import Foundations
internal import Glibc
internal import JSONText
internal import Synchronization

/// The append-only list of what a run has committed: `ledger.jsonl`, one synced line an entry.
///
/// A last line that a crash cut short is as if it had never been written; any other bad line is a
/// fault. Safe to use from several threads.
package final class Ledger: Sendable {
  package let path: String
  private let known: Mutex<Known>

  private struct Known {
    var entries: [LedgerEntry] = []
    /// Length of the whole lines where a torn one follows, to be cut off before the next entry.
    var torn: Int?
  }

  /// Reads the ledger at `path`; an absent file is an empty ledger.
  package init(path: String) throws(Fault) {
    self.path = path
    known = Mutex(Files.exists(path) ? try Self.read(path) : Known())
  }

  package var entries: [LedgerEntry] { known.withLock { $0.entries } }

  /// Adds an entry; it is on the disk when this returns.
  package func append(_ entry: LedgerEntry) throws(Fault) {
    try known.withLock { known throws(Fault) in
      if let torn = known.torn { try cut(to: torn) }
      known.torn = nil
      try Files.appendLine(entry.json.bytes(), to: path)
      known.entries.append(entry)
    }
  }

  /// The last entry of a stage, of whatever fingerprint.
  package func last(of stage: String) -> LedgerEntry? {
    entries.last { $0.stage == stage }
  }

  /// The last entry that says that a stage of this fingerprint has finished, unless it lost something
  /// since.
  package func finished(_ stage: String, _ fingerprint: String) -> LedgerEntry? {
    let last = entries.last {
      $0.stage == stage && $0.fingerprint == fingerprint
        && ($0.status == .finished || $0.status == .lost)
    }
    return last?.status == .finished ? last : nil
  }

  /// The `done` entries of a stage by unit; the last of each counts.
  package func units(of stage: String, _ fingerprint: String) -> [String: LedgerEntry] {
    var units: [String: LedgerEntry] = [:]
    for entry in entries
    where entry.stage == stage && entry.fingerprint == fingerprint && entry.status == .done {
      if let unit = entry.unit { units[unit] = entry }
    }
    return units
  }

  /// The time of attempts of a stage that were interrupted or failed since it last finished.
  package func spent(on stage: String, _ fingerprint: String) -> Seconds {
    var sum = Seconds()
    for entry in entries where entry.stage == stage && entry.fingerprint == fingerprint {
      switch entry.status {
      case .interrupted, .failed: sum = sum + entry.seconds
      case .finished, .lost: sum = Seconds()
      case .started, .done: break
      }
    }
    return sum
  }

  private static func read(_ path: String) throws(Fault) -> Known {
    let bytes = try Files.read(path)
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var known = Known(torn: whole < bytes.count ? whole : nil)
    for line in JSONLines(Array(bytes[..<whole]), file: path) {
      known.entries.append(try line.record { json throws(Fault) in try LedgerEntry(json: json) })
    }
    return known
  }

  private func cut(to length: Int) throws(Fault) {
    guard unsafe truncate(path, length) == 0 else {
      throw Fault("ledger.torn", "cannot cut off the torn last line", at: Place(file: path))
    }
  }
}
