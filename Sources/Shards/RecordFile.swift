package import Foundations
internal import JSONText

/// The records of one file in order, a part of a dataset or any other JSON Lines file, plain or
/// compressed by zstd with or without a seek table.
package struct RecordFile: ~Copyable {
  private var pieces: LinePieces
  private var piece = LinePieces.Piece(bytes: [], start: 0)
  /// Looks through the piece.
  private var scanner = LineScanner()
  /// Of the piece, from 1.
  private var line = 1

  package var path: String { pieces.path }

  /// - Throws: faults of reading.
  package init(_ path: String) throws(Fault) { pieces = try LinePieces(path) }

  /// The next record, or `nil` at the end.
  package mutating func next() throws(Fault) -> StoredRecord? {
    while true {
      let bytes = piece.bytes
      if let range = scanner.next(in: bytes.span) {
        let place = Place(
          file: path, line: line + scanner.line, byte: piece.start + range.lowerBound)
        return StoredRecord(bytes: Array(bytes[range]), place: place)
      }
      guard let next = try pieces.next() else { return nil }
      line += scanner.count
      (piece, scanner) = (next, LineScanner())
    }
  }
}
