internal import Foundations
internal import JSONText
internal import Schemas
internal import Shards

/// What is known of a piece of lines, with lines counted from 1 in the piece.
///
/// Most lines are only looked over, on a tape that all lines share; what a look does not settle is
/// parsed and validated.
struct CheckedLines: Sendable {
  enum Entry: Sendable {
    case fault(Fault)
    /// A record of ours, whose id must be unique.
    case own(id: String, line: Int)
  }

  private(set) var lines = 0
  private(set) var records = 0
  /// In the order of lines.
  private(set) var entries: [Entry] = []
  /// Faults beyond those that are kept.
  private(set) var omitted = 0
  /// Whether the first value that could be read is a record of ours; `nil` if none could be.
  private(set) var isFirstOwn: Bool?

  private var faults = 0

  init(_ piece: LinePieces.Piece, of path: String, by validation: RecordValidation) {
    var tape = JSONTape()
    var scanner = LineScanner()
    // A byte order mark is no part of the first line.
    let mark = piece.start == 0 ? TextEncoding.markBytes(of: piece.bytes) : 0
    let bytes = piece.bytes.span.extracting(mark...)
    let start = piece.start + mark
    while let range = scanner.next(in: bytes) {
      records += 1
      let line = bytes.extracting(range)
      let look = tape.read(line) ? validation.look(tape, line) : nil
      if look == .fitting {
        if isFirstOwn == nil { isFirstOwn = false }
        continue
      }
      let place = Place(
        file: path, line: scanner.line + 1, byte: start + range.lowerBound)
      let own = piece.bytes[mark + range.lowerBound..<mark + range.upperBound]
      let stored = StoredRecord(bytes: Array(own), place: place)
      check(stored, validation, isFitting: look == .fittingOwn) { fault in
        let byte = look == nil ? nil : fault.byte(in: tape, of: line)
        return Place(byte: byte.map { $0 + start + range.lowerBound })
      }
    }
    lines = scanner.count
  }

  private mutating func check(
    _ stored: StoredRecord, _ validation: RecordValidation, isFitting: Bool,
    place located: (SchemaFault) -> Place
  ) {
    do throws(Fault) {
      let json = try stored.json()
      let place = stored.place(of: json)
      let isOwn = RecordValidation.kind(of: json) != nil
      if isFirstOwn == nil { isFirstOwn = isOwn }
      for fault in validation.faults(of: json, isFitting: isFitting, place: located) {
        add(fault.placed(in: place))
      }
      // Only records of ours promise that their ids are unique.
      if isOwn, let id = place.record, let line = place.line {
        entries.append(.own(id: id, line: line))
      }
    } catch { add(error) }
  }

  private mutating func add(_ fault: Fault) {
    faults += 1
    if faults <= Findings.most { entries.append(.fault(fault)) } else { omitted += 1 }
  }
}
