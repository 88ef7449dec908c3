internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Puts records into a random order that depends on the seed and their ids alone.
struct ShuffleStage: Stage {
  let name: String
  let settings: JSON
  let from: String?

  var needs: [StageNeed] { [.anyRecords(from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "shuffle", "puts records into a random order"
  ) { request, settings throws(Fault) in
    let from = try settings.optionalString("from")
    return ShuffleStage(name: request.name, settings: .object(settings.resolved), from: from)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try data.kind(from: from)
    let order = RandomOrder(context.random.child("order"))
    var sort = try ExternalSort(in: context.folder.work(name) + "/sort")
    try sortRuns(of: data.stream(kind, from: from), order, context) { run in sort.append(run: run) }
    let sorted = try sort.sorted()
    var counts = context.counts
    counts += try data.pass(to: kind, phase: "merge", total: counts.input) {
      var lines: [[UInt8]] = []
      var bytes = 0
      while lines.count < Self.pieceRecords, bytes < Self.pieceBytes, let entry = try sorted.next()
      {
        lines.append(Array(entry.dropFirst(Self.keyBytes)))
        bytes += entry.count
      }
      return lines.isEmpty ? nil : lines
    } size: { lines in
      lines.count
    } _: { lines, batch in
      for line in lines { try batch.keep(line: line) }
    }
    return counts
  }

  /// Order and position of a record, before its bytes.
  private static let keyBytes = 16
  private static let pieceRecords = 4096
  private static let pieceBytes = 4 << 20
  private static let run = "run.spool"

  /// Sorts the records piece by piece; an interrupted stage goes on with the next run.
  private func sortRuns(
    of stream: RecordStream, _ order: RandomOrder, _ context: StageContext,
    take: (String) -> Void
  ) throws {
    if let count = stream.count { context.expect(records: count) }
    var position = 0
    try context.stream(phase: "runs", total: stream.count) {
      guard let records = try stream.piece() else { return nil as (Int, [StoredRecord])? }
      defer { position += records.count }
      return (position, records)
    } size: { _, records in
      records.count
    } _: { unit, piece in
      var entries: [[UInt8]] = []
      for (offset, record) in piece.1.enumerated() {
        unit.counts.input += 1
        do throws(Fault) {
          let json = try record.json()
          do throws(Fault) {
            var entry: [UInt8] = []
            entry.reserveCapacity(Self.keyBytes + record.bytes.count)
            entry.append(bigEndian: order.of(try json.string("id")))
            entry.append(bigEndian: UInt64(piece.0 + offset))
            entries.append(entry + record.bytes)
          } catch { throw error.placed(in: record.place(of: json)) }
        } catch { unit.quarantine(error) }
      }
      unit.adopt(Self.run, try SortedRun.write(entries, to: unit.path(Self.run)))
      return .null
    } deliver: { index, _ in
      take(context.path(ofUnit: index, phase: "runs", Self.run))
    }
  }
}
