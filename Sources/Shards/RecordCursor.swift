package import Foundations

/// A walk through all records of a dataset, as they lie or in the order of an epoch.
package struct RecordCursor {
  private let reader: DatasetReader
  private let shuffle: Shuffle?
  /// Where the walk is; it can be saved, and gone on with by `DatasetReader.cursor(at:)`.
  package private(set) var point: ReadingPoint
  private var batch = 0
  private var records: ArraySlice<StoredRecord> = []

  /// - Throws: `dataset.other-point` for a point in a dataset of another size; faults of reading.
  init(_ reader: DatasetReader, at point: ReadingPoint) throws(Fault) {
    guard point.count == reader.count else {
      throw Fault(
        "dataset.other-point",
        "the point is in a dataset of \(point.count) records, this one has \(reader.count)",
        at: Place(file: reader.folder))
    }
    self.init(reader, point)
    if shuffle == nil && point.position > 0 && point.position < reader.count {
      let (number, skipped) = reader.batch(of: point.position)
      records = try reader.batch(number).dropFirst(skipped)
      batch = number + 1
    } else if point.position == reader.count {
      batch = reader.batchCount
    }
  }

  /// From the first record on.
  init(_ reader: DatasetReader) {
    self.init(reader, ReadingPoint(count: reader.count))
  }

  private init(_ reader: DatasetReader, _ point: ReadingPoint) {
    self.reader = reader
    self.point = point
    shuffle = point.order.map { Shuffle(point.count, seed: $0.seed, epoch: $0.epoch) }
  }

  /// The next record, or `nil` at the end.
  package mutating func next() throws(Fault) -> StoredRecord? {
    if let shuffle {
      guard point.position < point.count else { return nil }
      let record = try reader.record(at: shuffle[point.position])
      point.position += 1
      return record
    }
    while records.isEmpty {
      guard batch < reader.batchCount else { return nil }
      records = try reader.batch(batch)[...]
      batch += 1
    }
    point.position += 1
    return records.popFirst()
  }
}
