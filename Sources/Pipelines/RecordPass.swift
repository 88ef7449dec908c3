internal import Archiving
package import Foundations
package import JSONText
package import Schemas
package import Shards

/// Records that pass through a stage together, and what the stage makes of them.
package struct RecordBatch: ~Copyable {
  /// Where the record that is looked at stands in the whole input, from 0.
  package fileprivate(set) var position = 0
  /// For its randomness and its stop flag; counts are kept by the methods here.
  package var unit: Unit
  private var writer: SeekableZstdWriter

  fileprivate init(unit: Unit) throws(Fault) {
    self.unit = unit
    writer = try SeekableZstdWriter(unit.path(RunData.segment), level: RunData.level)
  }

  /// The unit with all that was kept.
  fileprivate consuming func finish() throws(Fault) -> Unit {
    var unit = unit
    unit.adopt(RunData.segment, try writer.commit())
    return unit
  }

  /// Lets a record go on; called once or more for a record that is not dropped.
  package mutating func keep(_ json: JSON) throws(Fault) { try keep(line: json.bytes()) }

  /// The same as the bytes of its JSON, which have no newline.
  package mutating func keep(line: [UInt8]) throws(Fault) {
    try writer.append(line + [0x0A])
    unit.counts.output += 1
  }

  package mutating func drop(_ reason: String) { unit.counts.drop(reason) }
  package mutating func quarantine(_ fault: Fault) { unit.quarantine(fault) }
  package mutating func make(_ name: String, _ count: Int = 1) { unit.counts.make(name, count) }
}

extension RunData {
  /// What a unit leaves of the records that passed.
  static let segment = "jsonl.zst"
  /// Of zstd, for what lasts as long as the run: half the time of level 3 for a fifth more bytes.
  static let level = 1

  /// Passes all records of a kind through `body`, on all workers, and leaves what it keeps in the
  /// order of the input; returns the counts of the stage.
  ///
  /// Every record must be kept, dropped or quarantined; a fault that `body` throws ends the run.
  /// Memory holds a few pieces of the input. What is done is committed piece by piece, and an
  /// interrupted run goes on with the next one.
  ///
  /// - Parameters:
  ///   - kind: nil: that of the nearest stage.
  ///   - output: the kind of what is kept; nil: the same.
  package func pass(
    _ kind: RecordKind? = nil, from source: String? = nil, to output: RecordKind? = nil,
    phase: String = "", _ body: @Sendable (StoredRecord, inout RecordBatch) throws -> Void
  ) throws -> StageCounts {
    let kind = try kind ?? self.kind(from: source)
    let stream = try stream(kind, from: source)
    var position = 0
    return try pass(to: output ?? kind, phase: phase, total: stream.count) {
      guard let records = try stream.piece() else { return nil as (Int, [StoredRecord])? }
      defer { position += records.count }
      return (position, records)
    } size: { _, records in
      records.count
    } _: { piece, batch in
      batch.position = piece.0
      batch.unit.counts.input = piece.1.count
      for record in piece.1 {
        try body(record, &batch)
        batch.position += 1
      }
    }
  }

  /// Passes pieces of any kind through `body`, on all workers, and leaves the records that it keeps
  /// in the order of the pieces; returns the counts of the stage.
  ///
  /// `pull` must give the same pieces in every attempt; `body` counts what comes in. What is done is
  /// committed piece by piece.
  package func pass<Piece: Sendable>(
    to output: RecordKind, phase: String = "", total: Int? = nil, pull: () throws -> Piece?,
    size: (Piece) -> Int, _ body: @Sendable (Piece, inout RecordBatch) throws -> Void
  ) throws -> StageCounts {
    let sink = try sink(output)
    var counts = StageCounts()
    try context.stream(phase: phase, total: total, pull: pull, size: size) { unit, piece in
      var batch = try RecordBatch(unit: unit)
      try body(piece, &batch)
      unit = try batch.finish()
      return unit.counts.json
    } deliver: { index, value in
      let path = context.path(ofUnit: index, phase: phase, Self.segment)
      try sink.append(SeekableZstdReader(path))
      counts += try StageCounts(json: value)
    }
    try sink.commit()
    return counts
  }
}
