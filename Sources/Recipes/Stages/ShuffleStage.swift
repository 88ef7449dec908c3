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
    var survey = RecordSurvey(kind, from: from, context)
    var sort = try ExternalSort(in: survey.folder)
    try survey.run { json throws(Fault) in
      order.of(try json.string("id"))
    } deliver: { order, record, position in
      var entry: [UInt8] = []
      entry.reserveCapacity(16 + record.bytes.count)
      entry.append(bigEndian: order)
      entry.append(bigEndian: UInt64(position))
      try sort.append(entry + record.bytes)
    }
    let sorted = try sort.sorted()
    let sink = try data.sink(kind)
    while let entry = try sorted.next() {
      if sink.count & 0xFFF == 0 { try context.stop.check() }
      try sink.append(line: Array(entry.dropFirst(16)))
    }
    survey.counts.output = sink.count
    try sink.commit()
    return survey.counts
  }
}
