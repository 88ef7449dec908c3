internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Mixes the records of several stages or datasets by weights.
struct MixStage: Stage {
  enum End: String, CaseIterable {
    /// With the first source that has no more when its turn comes.
    case first
    /// When all are through; a source that has no more is left out.
    case all
    /// When all are through at least once, or the count is reached; a source that has no more
    /// begins again.
    case again
  }

  let name: String
  let settings: JSON
  let sources: [(name: String, weight: Double)]
  let count: Int
  let end: End
  /// Whether an id begins with the name of its source.
  let prefixes: Bool

  var needs: [StageNeed] { sources.map { .anyRecords(from: $0.name) } }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "mix", "mixes the records of several stages or datasets by weights"
  ) { request, settings throws(Fault) in
    let sources = try settings.members("from") { key, value throws(Fault) in
      let weight = try value.json.asDouble
      guard weight > 0, weight.isFinite else {
        throw Fault("pipeline.range", "the weight of \(key) must be above 0, found \(value.found)")
      }
      return (name: key, weight: weight)
    }
    let count = try settings.optionalInt("count", in: 0...1 << 48)
    let end = try settings.choice("end", of: End.allCases.map(\.rawValue), default: "first")
    let prefixes = try settings.bool("prefix-ids", default: false)
    guard !sources.isEmpty || settings.isDescribing else {
      throw Fault(
        "pipeline.missing-key",
        "stage \(request.name) needs \"from\": a map of stages or datasets to weights",
        at: settings.place)
    }
    return MixStage(
      name: request.name, settings: .object(settings.resolved), sources: sources,
      count: count ?? .max,
      end: End(rawValue: end) ?? .first, prefixes: prefixes)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try kind(data)
    var streams = try sources.map { try data.stream(kind, from: $0.name) }
    var rounds = sources.map { _ in 1 }
    var through = sources.map { _ in false }
    var isEmpty = sources.map { _ in false }
    var turns = Interleave(sources.map(\.weight))
    var taken = 0
    func next() throws -> [UInt8]? {
      while taken < count, let index = turns.next {
        guard let record = try streams[index].next() else {
          through[index] = true
          isEmpty[index] = turns.turns[index] == 0
          if end == .first || (end == .again && count == Int.max && !through.contains(false)) {
            return nil
          }
          if end == .all || isEmpty[index] {
            turns.close(index)
          } else {
            streams[index] = try data.stream(kind, from: sources[index].name)
            rounds[index] += 1
          }
          continue
        }
        turns.take(index)
        taken += 1
        return try line(record, of: index, round: rounds[index])
      }
      return nil
    }
    var isOver = false
    var counts = try data.pass(to: kind) {
      var piece: [[UInt8]] = []
      var bytes = 0
      while !isOver, piece.count < Self.pieceRecords, bytes < Self.pieceBytes {
        guard let line = try next() else {
          isOver = true
          break
        }
        piece.append(line)
        bytes += line.count
      }
      return piece.isEmpty ? nil : piece
    } size: { piece in
      piece.count
    } _: { piece, batch in
      batch.unit.counts.input += piece.count
      for line in piece { try batch.keep(line: line) }
    }
    for (index, stream) in streams.enumerated() {
      counts.make("records of \(sources[index].name)", turns.turns[index])
      var rest = 0
      if rounds[index] == 1 { while try stream.next() != nil { rest += 1 } }
      counts.input += rest
      if rest > 0 { counts.drop("more than the mix takes", rest) }
    }
    // With `all` a source that has no more is left out, as asked.
    for (source, isEmpty) in zip(sources, isEmpty) where isEmpty && end != .all {
      context.miss("\(name): \(source.name) has no records for its share of the mix")
    }
    if count < Int.max && taken < count {
      context.miss("\(name): \(count) records were asked for, the sources gave \(taken)")
    }
    return counts
  }

  private static let pieceRecords = 4096
  private static let pieceBytes = 4 << 20

  /// The one kind of all sources.
  private func kind(_ data: RunData) throws(Fault) -> RecordKind {
    let kind = try data.kind(from: sources[0].name)
    for source in sources.dropFirst() {
      let other = try data.kind(from: source.name)
      guard other == kind else {
        throw Fault(
          "mix.kind",
          "stage \(name): \(sources[0].name) has \(kind.rawValue) records, \(source.name) has "
            + "\(other.rawValue) records")
      }
    }
    return kind
  }

  /// A record with an id that no other source or round has.
  private func line(_ record: StoredRecord, of index: Int, round: Int) throws(Fault) -> [UInt8] {
    guard prefixes || round > 1 else { return record.bytes }
    var json = try record.json().asObject
    var id = try JSON.object(json).string("id")
    if prefixes { id = "\(sources[index].name)/\(id)" }
    json["id"] = .string(round > 1 ? "\(id)~\(round)" : id)
    return JSON.object(json).bytes()
  }
}
