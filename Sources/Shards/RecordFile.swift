package import Foundations

/// The records of one file in order, a part of a dataset or any other JSON Lines file, plain or
/// compressed by zstd with or without a seek table.
package struct RecordFile: ~Copyable {
  private var pieces: LinePieces
  private var records: ArraySlice<StoredRecord> = []
  /// Of the next piece, from 1.
  private var line = 1

  package var path: String { pieces.path }

  /// - Throws: faults of reading.
  package init(_ path: String) throws(Fault) { pieces = try LinePieces(path) }

  /// The next record, or `nil` at the end.
  package mutating func next() throws(Fault) -> StoredRecord? {
    while records.isEmpty {
      guard let piece = try pieces.next() else { return nil }
      records =
        StoredRecord.lines(of: piece.bytes, file: path, line: line, byte: piece.start)[...]
      line += piece.bytes.count { $0 == 0x0A }
    }
    return records.popFirst()
  }
}
