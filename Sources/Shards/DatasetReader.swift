internal import Archiving
package import Foundations
internal import JSONText
package import Schemas
internal import Synchronization

/// Reads a dataset, finished or not: its records in order, by position or by key, and its pictures
/// by digest.
///
/// Any number of threads may read. Memory holds some expanded frames, the numbers of records in
/// frames, and 64 bytes for every picture once one is asked for. Keys are looked up in `keys.index`
/// where the dataset has one; small datasets have none, and their keys are held.
package final class DatasetReader: Sendable {
  package let folder: String
  /// Name, kind, pipeline and the shards that exist.
  package let manifest: Manifest
  package let isFinished: Bool
  /// Records in all parts.
  package let count: Int
  private let parts: [Part]
  private let cache = Mutex(FrameCache())
  private let keyIndex: HashIndex?
  private let positions = Mutex<[String: Int]?>(nil)
  private let pictures: PictureShelf
  private let checks: ShardChecks?
  /// The number of the first batch of each part.
  private let firstBatches: [Int]

  /// A part with what is known without expanding it.
  private struct Part {
    let entry: ShardEntry
    let file: SeekableZstdReader
    /// The position of the part's first record in the dataset.
    let first: Int
    /// The position in the part of the first record of each frame, and the count at the end.
    let starts: [Int]
  }

  /// Opens a dataset; `others` are asked for pictures that it has not.
  ///
  /// - Parameter verifying: compares the length and SHA-256 of each shard with the manifest before
  ///   anything is read from it; reads then throw what differs.
  /// - Throws: `dataset.no-manifest`; `dataset.damaged` if a part lacks its seek table or has another
  ///   number of records or frames than its index; faults of reading and syntax.
  package init(
    _ folder: String, others: [DatasetReader] = [], verifying: Bool = false
  ) throws(Fault) {
    let state = try DatasetState(folder: folder)
    self.folder = folder
    manifest = state.manifest
    checks = verifying ? ShardChecks(folder: folder) : nil
    pictures = PictureShelf(
      folder: folder, manifest: state.manifest, others: others.map(\.pictures), checks: checks)
    isFinished = state.isFinished
    var parts: [Part] = []
    var first = 0
    var batches: [Int] = []
    var batch = 0
    for entry in manifest.shards where entry.content == .records {
      let part = try Self.part(folder, entry, first)
      batches.append(batch)
      batch += part.file.frameCount
      parts.append(part)
      first += entry.count
    }
    self.parts = parts
    firstBatches = batches
    batchCount = batch
    count = first
    keyIndex =
      isFinished
      ? try HashIndex("\(folder)/\(DatasetFiles.keys)", stamp: manifest.keyStamp) : nil
  }

  private static func part(
    _ folder: String, _ entry: ShardEntry, _ first: Int
  ) throws(Fault) -> Part {
    let path = "\(folder)/\(entry.name)"
    let file = try SeekableZstdReader(path)
    guard file.isSeekable else {
      throw Fault("dataset.damaged", "the part has no seek table", at: Place(file: path))
    }
    let frames = try IndexedKeys(ofPart: entry.name, in: folder).frames
    let starts = frames.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    guard frames.count == file.frameCount, starts[frames.count] == entry.count else {
      let message =
        "the manifest says \(entry.count) records, the index \(starts[frames.count]) in "
        + "\(frames.count) frames, the part has \(file.frameCount) frames"
      throw Fault("dataset.damaged", message, at: Place(file: path))
    }
    return Part(entry: entry, file: file, first: first, starts: starts)
  }

  // MARK: Records

  /// The record at a position of 0 ..< `count`; its frame is expanded, and kept for a while.
  package func record(at position: Int) throws(Fault) -> StoredRecord {
    precondition(0..<count ~= position, "record \(position) of \(count)")
    let (batch, offset) = batch(of: position)
    return try self.batch(batch)[offset]
  }

  /// The record with a key, or `nil`.
  ///
  /// - Throws: `dataset.duplicate` if any two records of a dataset without `keys.index` have the same
  ///   key; `dataset.index` if an index leads to another record.
  package func record(key: String) throws(Fault) -> StoredRecord? {
    if let keyIndex {
      for position in try keyIndex.candidates(key) where position < count {
        let record = try record(at: position)
        if try record.json().string("id") == key { return record }
      }
      return nil
    }
    let position = try positions.withLock { positions throws(Fault) in
      if positions == nil { positions = try self.allPositions() }
      return positions?[key]
    }
    guard let position else { return nil }
    let record = try record(at: position)
    let found = try record.json().string("id")
    guard found == key else {
      let message = "the index has the record \(key) on this line, the part the record \(found)"
      throw Fault("dataset.index", message, at: record.place)
    }
    return record
  }

  /// The keys of all records in order; those of a large dataset fill memory.
  package var keys: [String] {
    get throws(Fault) {
      var keys: [String] = []
      try forEachKey { key, _ in keys.append(key) }
      return keys
    }
  }

  /// Hands over the keys of all records with their positions, one part after the other.
  package func forEachKey(_ body: (String, Int) throws(Fault) -> Void) throws(Fault) {
    var position = 0
    for part in parts {
      var keys = try IndexedKeys(ofPart: part.entry.name, in: folder)
      while let key = try keys.next() {
        try body(key, position)
        position += 1
      }
    }
  }

  /// All records in order.
  package func cursor() -> RecordCursor { RecordCursor(self) }

  /// The records from a saved point on, in its order.
  ///
  /// - Throws: `dataset.other-point`; faults of reading.
  package func cursor(at point: ReadingPoint) throws(Fault) -> RecordCursor {
    try RecordCursor(self, at: point)
  }

  /// All records once, in the order of an epoch.
  package func shuffled(seed: UInt64, epoch: Int) throws(Fault) -> RecordCursor {
    let order = ReadingPoint.Order(seed: seed, epoch: epoch)
    return try cursor(at: ReadingPoint(order: order, count: count))
  }

  /// How many batches there are; a batch is the records of one frame.
  package let batchCount: Int

  /// The records of a batch of 0 ..< `batchCount`: the piece of work for parallel readers.
  package func batch(_ number: Int) throws(Fault) -> [StoredRecord] {
    precondition(0..<batchCount ~= number, "batch \(number) of \(batchCount)")
    let part = Self.last(in: firstBatches, atMost: number)
    return try records(part, number - firstBatches[part])
  }

  /// The batch of the record at a position, and how many records of the batch come before it.
  func batch(of position: Int) -> (number: Int, offset: Int) {
    let number = Self.last(in: parts.map(\.first), atMost: position)
    let part = parts[number]
    let frame = Self.last(in: part.starts.dropLast(), atMost: position - part.first)
    return (firstBatches[number] + frame, position - part.first - part.starts[frame])
  }

  private func records(_ number: Int, _ frame: Int) throws(Fault) -> [StoredRecord] {
    let address = FrameCache.Address(part: number, frame: frame)
    if let records = cache.withLock({ $0.records(at: address) }) { return records }
    let part = parts[number]
    try checks?.check(part.entry)
    let content = try part.file.frame(frame)
    let start = part.file.table?.frames[frame].content.lowerBound ?? 0
    let lines = StoredRecord.lines(
      of: content, file: part.file.path, line: part.starts[frame] + 1, byte: start)
    let expected = part.starts[frame + 1] - part.starts[frame]
    let records = Array(lines.prefix(expected + 1))
    guard records.count == expected else {
      let found = records.count > expected ? "more" : "\(records.count)"
      let message = "the index says \(expected) records, frame \(frame) has \(found)"
      throw Fault("dataset.damaged", message, at: Place(file: part.file.path, byte: start))
    }
    cache.withLock { $0.keep(records, at: address) }
    return records
  }

  private func allPositions() throws(Fault) -> [String: Int] {
    var positions: [String: Int] = [:]
    try forEachKey { key, position throws(Fault) in
      guard positions.updateValue(position, forKey: key) == nil else {
        throw Fault(
          "dataset.duplicate", "an earlier record has the same key",
          at: Place(file: folder, record: key))
      }
    }
    return positions
  }

  /// The index of the last of ascending numbers that is at most `limit`; the first one is.
  private static func last(in numbers: some RandomAccessCollection<Int>, atMost limit: Int) -> Int {
    var (low, high) = (0, numbers.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      let number = numbers[numbers.index(numbers.startIndex, offsetBy: middle)]
      if number <= limit { low = middle } else { high = middle }
    }
    return low
  }

  // MARK: Pictures

  /// The file of a picture, read at its place in the shard.
  ///
  /// - Throws: `dataset.no-picture`; with `verifying`, `dataset.digest` if the bytes have another
  ///   digest; faults of reading.
  package func picture(_ sha256: String, verifying: Bool = false) throws(Fault) -> [UInt8] {
    guard let bytes = try pictures.bytes(sha256, verifying: verifying) else {
      let message = "no media shard holds the picture \(sha256)"
      throw Fault("dataset.no-picture", message, at: Place(file: folder))
    }
    return bytes
  }

  /// Whether this dataset or one of the others holds the picture.
  package func hasPicture(_ sha256: String) throws(Fault) -> Bool {
    try pictures.member(sha256) != nil
  }

  /// The formats of the pictures of this dataset.
  package func pictureFormats() throws(Fault) -> Set<Medium.Format> { try pictures.formats() }

  // MARK: Checksums

  /// Throws the first fault of a shard that is missing, or whose length or SHA-256 is not the
  /// manifest's.
  package func verifyChecksums(workers: Int = Lanes.cores) throws {
    _ = try Lanes.map(manifest.shards.count, workers: workers) { index in
      if let fault = self.manifest.shards[index].fileFault(in: self.folder) { throw fault }
    }
  }
}
