package import Foundations

/// A walk through all records of a dataset in order.
package struct RecordCursor {
  private let reader: DatasetReader
  private var batch = 0
  private var records: ArraySlice<StoredRecord> = []

  init(_ reader: DatasetReader) { self.reader = reader }

  /// The next record, or `nil` at the end.
  package mutating func next() throws(Fault) -> StoredRecord? {
    while records.isEmpty {
      guard batch < reader.batchCount else { return nil }
      records = try reader.batch(batch)[...]
      batch += 1
    }
    return records.popFirst()
  }
}
