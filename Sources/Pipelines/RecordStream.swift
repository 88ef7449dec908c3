internal import Archiving
package import Foundations
package import JSONText
package import Shards

/// Records of one kind in their order, read one by one.
package final class RecordStream {
  /// How many there are in all, where that is known.
  package let count: Int?
  private var file: RecordFile?
  private var cursor: RecordCursor?

  /// A piece ends with the record that brings it to one of these, so that pieces do not depend on
  /// who reads them.
  private static let pieceRecords = 4096
  private static let pieceBytes = 4 << 20

  /// The records of a file, of which there are `count`.
  init(of path: String, count: Int?) throws(Fault) {
    file = try RecordFile(path)
    self.count = count
  }

  init(of dataset: DatasetReader) {
    cursor = dataset.cursor()
    count = dataset.count
  }

  /// The next record, or `nil` at the end.
  package func next() throws(Fault) -> StoredRecord? {
    if cursor != nil { return try cursor?.next() }
    return try file?.next()
  }

  /// The next records as a piece of work, or `nil` at the end.
  package func piece() throws(Fault) -> [StoredRecord]? {
    var piece: [StoredRecord] = []
    var bytes = 0
    while piece.count < Self.pieceRecords, bytes < Self.pieceBytes, let record = try next() {
      piece.append(record)
      bytes += record.bytes.count
    }
    return piece.isEmpty ? nil : piece
  }

  /// Hands what `look` finds of each record to `take`, in their order; `look` runs on the workers of
  /// the stage.
  package func forEach<T: Sendable>(
    _ context: StageContext, look: @Sendable (StoredRecord) throws -> T, take: (T) throws -> Void
  ) throws {
    try Lanes.stream(workers: context.workers) {
      try context.stop.check()
      return try piece()
    } work: { piece in
      try piece.map(look)
    } deliver: { found in
      for value in found { try take(value) }
    }
  }
}

/// Records on their way into an output of a stage.
package final class RecordSink {
  private let context: StageContext
  private let path: String
  private var writer: SeekableZstdWriter?
  package private(set) var count = 0

  init(_ context: StageContext, _ path: String) throws(Fault) {
    self.context = context
    self.path = path
    try Files.makeFolder(Files.parent(of: context.folder.path(path)))
    writer = try SeekableZstdWriter(context.folder.path(path), level: RunData.level)
  }

  package func append(_ json: JSON) throws(Fault) { try append(line: json.bytes()) }

  /// Adds a record as the bytes of its JSON, which have no newline.
  package func append(line: [UInt8]) throws(Fault) {
    try writer?.append(line + [0x0A])
    count += 1
  }

  /// Adds all records of a finished file as they are.
  func append(_ segment: SeekableZstdReader) throws(Fault) {
    try writer?.append(framesOf: segment)
  }

  /// Makes the records an output of the stage; nothing may be added after it.
  package func commit() throws(Fault) {
    guard let writer = writer.take() else { preconditionFailure("\(path) is committed twice") }
    context.adopt(path, try writer.commit())
  }
}
