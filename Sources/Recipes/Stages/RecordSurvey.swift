internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// A look at all records of a stage's input before any of them goes on.
///
/// A stage that orders or chooses among all records looks at them once, on all workers, and reads
/// them a second time to leave those that stay. Nothing of the look is kept over an interruption:
/// the stage begins anew.
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
  mutating func run<T: Sendable>(
    look: @Sendable (JSON) throws(Fault) -> T,
    deliver: (T, StoredRecord, Int) throws -> Void
  ) throws {
    let stream = try RunData(context).stream(kind, from: from)
    var counts = StageCounts()
    try stream.forEach(context) { record in
      (record, Self.look(at: record, look))
    } take: { (record: StoredRecord, result: Result<T, Fault>) in
      switch result {
      case .success(let value): try deliver(value, record, counts.input)
      case .failure(let fault):
        context.quarantine(fault)
        counts.quarantined[fault.code, default: 0] += 1
        try counts.checkQuality(
          stage: context.stage, limit: context.options.maxBad, of: stream.count ?? .max)
      }
      counts.input += 1
    }
    self.counts = counts
  }

  /// Leaves the chosen records, in their order, and counts them; those after the first `most` are
  /// dropped.
  mutating func leave(_ chosen: ChosenPositions, most: Int = .max) throws {
    let data = RunData(context)
    let stream = try data.stream(kind, from: from)
    let sink = try data.sink(kind)
    var position = 0
    while let record = try stream.next() {
      if position & 0xFFF == 0 { try context.stop.check() }
      if try chosen.contains(position) {
        if sink.count < most {
          try sink.append(line: record.bytes)
        } else {
          counts.drop("over the cap in all")
        }
      }
      position += 1
    }
    counts.output = sink.count
    try sink.commit()
  }

  /// Counts all records that neither went on nor were counted yet as dropped.
  mutating func dropRest(_ reason: String) {
    let rest = counts.input - counts.output - counts.droppedTotal - counts.quarantinedTotal
    if rest > 0 { counts.drop(reason, rest) }
  }

  /// A folder for sorting.
  var folder: String { context.folder.work(context.stage) + "/sort" }

  private static func look<T>(
    at record: StoredRecord, _ look: (JSON) throws(Fault) -> T
  ) -> Result<T, Fault> {
    do throws(Fault) {
      let json = try record.json()
      do throws(Fault) {
        return .success(try look(json))
      } catch { throw error.placed(in: record.place(of: json)) }
    } catch { return .failure(error) }
  }
}
