internal import Archiving
internal import Foundations
internal import JSONText
internal import Schemas

/// What the records of one frame say by themselves; what spans frames is checked in their order.
struct CheckedFrame: Sendable {
  struct Record: Sendable {
    /// Both counted from 0 in the frame.
    var number = 0
    let line: Int
    /// Of its first byte in the part.
    let byte: Int
    /// Nil for what is no record of the dataset.
    var id: String?
    var references: [PictureReference] = []
    var splitUse: SplitUse?
    /// Without file and line, which are those of the record.
    var faults: [Fault] = []
  }

  /// Those that have an id, or faults that are kept.
  private(set) var records: [Record] = []
  /// Of all records.
  private(set) var count = 0
  /// Faults beyond those that a part has room for.
  private(set) var omitted = 0
  /// Lines that end in the frame.
  let newlines: Int
  let endsWithinRecord: Bool

  init(_ content: [UInt8], of path: String, start: Int, kind: RecordKind, _ check: RecordCheck) {
    newlines = content.count { $0 == 0x0A }
    endsWithinRecord = content.last != 0x0A
    var room = Findings.most
    for stored in StoredRecord.lines(of: content, file: path, line: 0, byte: start) {
      var record = Self.record(stored, kind, check)
      record.number = count
      count += 1
      omitted += max(record.faults.count - room, 0)
      record.faults = Array(record.faults.prefix(room))
      room -= record.faults.count
      if record.id != nil || !record.faults.isEmpty { records.append(record) }
    }
  }

  typealias RecordCheck = DatasetCheck.RecordCheck

  private static func record(
    _ stored: StoredRecord, _ kind: RecordKind, _ check: RecordCheck
  ) -> Record {
    var record = Record(line: stored.place.line ?? 0, byte: stored.place.byte ?? 0)
    do throws(Fault) {
      let json = try stored.json()
      let name = stored.place(of: json).record
      do throws(Fault) {
        let id = try json.string("id")
        let found = try json.string("kind")
        if found != kind.rawValue {
          let message = "expected a record of kind \"\(kind.rawValue)\", found \"\(found)\""
          throw Fault("dataset.kind", message, at: Place(key: "kind"))
        }
        record.id = id
      } catch { throw error.placed(in: Place(record: name)) }
      record.references = PictureReference.all(in: json)
      record.splitUse = SplitUse(json)
      record.faults = check(json)
    } catch {
      var fault = error
      fault.place.line = nil
      record.faults = [fault]
    }
    return record
  }
}

/// The split that a record has, and the pictures that it asks about.
package struct SplitUse: Sendable {
  package let split: String
  package let pictures: [String]

  /// `nil` for a record without split, which says nothing.
  init?(_ json: JSON) {
    let inner = json["question"]
    let question = inner?["images"] == nil ? json : inner
    guard case .string(let split)? = question?["split"],
      case .array(let images)? = question?["images"]
    else { return nil }
    self.split = split
    pictures = images.compactMap { image in
      if case .string(let sha256)? = image["sha256"] { sha256 } else { nil }
    }
  }
}
