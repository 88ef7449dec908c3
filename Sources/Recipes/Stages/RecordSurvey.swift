internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// A look at all records of a stage's input before any of them goes on.
///
/// A stage that chooses among all records looks at them once, on all workers, and reads them a second
/// time to leave those that stay. Both passes are committed piece by piece.
struct RecordSurvey {
  let kind: RecordKind
  let from: String?
  let context: StageContext
  var counts = StageCounts()

  init(_ kind: RecordKind, from: String?, _ context: StageContext) {
    self.kind = kind
    self.from = from
    self.context = context
  }

  /// Hands what `look` finds of each record to `deliver`, in order and with the record's position;
  /// a record for which `look` throws a fault is quarantined.
  mutating func run(
    look: @Sendable (JSON) throws(Fault) -> JSON, deliver: (JSON, Int) throws -> Void
  ) throws {
    let stream = try RunData(context).stream(kind, from: from)
    if let count = stream.count { context.expect(records: count) }
    var position = 0
    try context.stream(phase: "look", total: stream.count) {
      try stream.piece()
    } size: { (records: [StoredRecord]) in
      records.count
    } _: { unit, records in
      // An empty array stands for a bad record.
      .array(
        records.map { record in
          unit.counts.input += 1
          do throws(Fault) {
            let json = try record.json()
            do throws(Fault) { return [try look(json)] } catch {
              throw error.placed(in: record.place(of: json))
            }
          } catch {
            unit.quarantine(error)
            return []
          }
        })
    } deliver: { _, found in
      for one in try found.asArray {
        if let value = try one.asArray.first { try deliver(value, position) }
        position += 1
      }
    }
    counts = context.counts
  }

  /// Leaves the chosen records, in their order, and counts them; those after the first `most` are
  /// dropped.
  mutating func leave(_ chosen: ChosenPositions, most: Int = .max) throws {
    let data = RunData(context)
    let stream = try data.stream(kind, from: from)
    var (position, kept, over) = (0, 0, 0)
    let left = try data.pass(to: kind, phase: "chosen", total: stream.count) {
      guard let records = try stream.piece() else { return nil as (Int, [StoredRecord])? }
      var own: [StoredRecord] = []
      for record in records {
        defer { position += 1 }
        guard try chosen.contains(position) else { continue }
        if kept < most {
          own.append(record)
          kept += 1
        } else {
          over += 1
        }
      }
      return (records.count, own)
    } size: { count, _ in
      count
    } _: { piece, batch in
      for record in piece.1 { try batch.keep(line: record.bytes) }
    }
    counts.output = left.output
    if over > 0 { counts.drop("over the cap in all", over) }
  }

  /// Counts all records that neither went on nor were counted yet as dropped.
  mutating func dropRest(_ reason: String) {
    let rest = counts.input - counts.output - counts.droppedTotal - counts.quarantinedTotal
    if rest > 0 { counts.drop(reason, rest) }
  }

  /// A folder for sorting.
  var folder: String { context.folder.work(context.stage) + "/sort" }
}

extension JSON {
  /// 64 bits, of which JSON keeps the sign.
  static func word(_ word: UInt64) -> JSON { .integer(Int(bitPattern: UInt(word))) }

  var asWord: UInt64 {
    get throws(Fault) { UInt64(UInt(bitPattern: try asInt)) }
  }
}
