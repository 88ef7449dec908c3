internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Counts what questions and their pictures are like, for the report and as JSON; leaves no records.
struct StatisticsStage: Stage {
  let name: String
  let settings: JSON
  let from: String?

  var needs: [StageNeed] { [.anyRecords(from: from)] }

  static let kind = StageCatalog.Kind(
    "statistics", "counts sizes, lengths, answers and sources for the report"
  ) { request, settings throws(Fault) in
    let from = try settings.optionalString("from")
    return StatisticsStage(name: request.name, settings: .object(settings.resolved), from: from)
  }

  func check(taking kind: RecordKind) throws(Fault) {
    guard kind.hasQuestion else {
      throw Fault("statistics.kind", "a \(kind.rawValue) has no question to count")
    }
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try data.kind(from: from)
    let stream = try data.stream(kind, from: from)
    var statistics = RecordStatistics()
    try context.stream(total: stream.count) {
      try stream.piece()
    } size: { (records: [StoredRecord]) in
      records.count
    } _: { unit, records in
      var counted = RecordStatistics()
      for record in records {
        unit.counts.input += 1
        do throws(Fault) {
          let json = try record.json()
          do throws(Fault) {
            if let question = try kind.question(in: json) { counted.add(question) }
          } catch { throw error.placed(in: record.place(of: json)) }
          unit.counts.output += 1
        } catch { unit.quarantine(error) }
      }
      return counted.json
    } deliver: { _, value in
      statistics.merge(try RecordStatistics(json: value))
    }
    try context.write(statistics.json.bytes(pretty: true), as: Self.path(name))
    return context.counts
  }

  static func path(_ stage: String) -> String { "statistics/\(stage).json" }
}
