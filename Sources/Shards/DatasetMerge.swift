internal import Archiving
package import Foundations
internal import JSONText
package import Schemas

/// Joins datasets of one kind: all pictures, each once, then all records, in the order of the inputs.
///
/// Of one dataset it makes shards of another size. Lines are copied as they are; every picture's
/// digest is checked. An interrupted merge goes on when it is run again with the same inputs.
package struct DatasetMerge: Sendable {
  package struct Report: Sendable, Equatable {
    package var records = 0
    package var pictures = 0
    /// Records whose key came before.
    package var skipped = 0
    /// Pictures that came before, each time that one did.
    package var repeated = 0

    package init() {}
  }

  private let inputs: [DatasetReader]
  private let skipsDuplicates: Bool

  /// Pictures that are read and hashed together.
  private static let pictureBatch = 16

  /// - Throws: `merge.unfinished`; `merge.kind` if the inputs hold records of several kinds.
  package init(_ inputs: [DatasetReader], skipsDuplicates: Bool = false) throws(Fault) {
    precondition(!inputs.isEmpty, "nothing to merge")
    for input in inputs {
      guard input.isFinished else {
        throw Fault("merge.unfinished", "the dataset is unfinished", at: Place(file: input.folder))
      }
      guard input.manifest.records == inputs[0].manifest.records else {
        throw Fault(
          "merge.kind",
          "expected \(inputs[0].manifest.records) records as in \(inputs[0].folder), found "
            + "\(input.manifest.records)", at: Place(file: input.folder))
      }
    }
    self.inputs = inputs
    self.skipsDuplicates = skipsDuplicates
  }

  package var kind: RecordKind { inputs[0].manifest.records }

  /// SHA-256 of what decides the result, the size of shards aside.
  package var pipeline: String {
    let manifests = inputs.map { input -> JSON in
      [
        .string(input.manifest.pipeline),
        .array(input.manifest.shards.map { .string($0.sha256) }),
      ]
    }
    let all: JSON = ["merge", 1, .bool(skipsDuplicates), .array(manifests)]
    return SHA256.hexadecimal(of: all.bytes())
  }

  /// Writes what is not committed yet and closes the dataset; tells of all that was added, in earlier
  /// attempts too.
  ///
  /// What was written stays after an interruption or a fault of the system, so that the same merge
  /// goes on; any other fault lies in the inputs, and all is taken back.
  ///
  /// - Parameter base: what the writer appends to.
  /// - Throws: `merge.duplicate` for a key that came before, unless duplicates are skipped;
  ///   `dataset.digest`; faults of reading and writing; `Interrupted`.
  package func run(
    into writer: DatasetWriter, appendingTo base: DatasetReader? = nil,
    workers: Int = Lanes.cores, stop: StopFlag = StopFlag()
  ) throws -> Report {
    do {
      let pictures = try copyPictures(to: writer, workers, stop)
      var report = try copyRecords(to: writer, base, workers, stop)
      report.pictures = try writer.close().pictureCount - (base?.manifest.pictureCount ?? 0)
      report.repeated = pictures - report.pictures
      return report
    } catch let fault as Fault where !fault.isOfSystem {
      // The fault is what matters; what cannot be taken back now, the next append gives up.
      try? writer.takeBack()
      throw fault
    }
  }

  // MARK: Pictures

  private struct Picture {
    let sha256: String
    let format: Medium.Format
    let bytes: [UInt8]
  }

  /// Returns how many pictures the inputs have together.
  private func copyPictures(
    to writer: DatasetWriter, _ workers: Int, _ stop: StopFlag
  ) throws -> Int {
    var count = 0
    for input in inputs {
      for entry in input.manifest.shards where entry.content == .media {
        let file = try SharedFile("\(input.folder)/\(entry.name)")
        let members = try MediaIndex(folder: input.folder, shard: entry.name).members
        var next = 0
        try Lanes.stream(workers: workers) {
          try stop.check()
          guard next < members.count else { return nil as [TarIndex.Member]? }
          defer { next = min(next + Self.pictureBatch, members.count) }
          return Array(members[next..<min(next + Self.pictureBatch, members.count)])
        } work: { members in
          try Self.pictures(members, in: file)
        } deliver: { pictures in
          count += pictures.count
          for picture in pictures {
            try writer.add(
              picture: picture.bytes, format: picture.format, sha256: picture.sha256)
          }
        }
      }
    }
    return count
  }

  private static func pictures(
    _ members: [TarIndex.Member], in file: SharedFile
  ) throws(Fault) -> [Picture] {
    let files = try members.map { member throws(Fault) in try file.read(member.range) }
    let digests = SHA256.hexadecimals(of: files)
    return try members.indices.map { index throws(Fault) in
      let member = members[index]
      if let fault = member.digestFault(digests[index]) {
        throw fault.placed(in: Place(file: file.path))
      }
      return Picture(
        sha256: digests[index], format: MediaName.format(of: member.name) ?? .jpeg,
        bytes: files[index])
    }
  }

  // MARK: Records

  private struct Line {
    let bytes: [UInt8]
    let key: String
    let split: String?
    let place: Place
  }

  private func copyRecords(
    to writer: DatasetWriter, _ base: DatasetReader?, _ workers: Int, _ stop: StopFlag
  ) throws -> Report {
    var report = Report()
    let known = SeenTexts(in: Files.scratch)
    try base?.forEachKey { key, _ throws(Fault) in
      _ = try known.insert(TextKey(Array(key.utf8)))
    }
    var waiting = writer.committed
    for input in inputs {
      var position = 0
      var batch = 0
      try Lanes.stream(workers: workers) {
        try stop.check()
        guard batch < input.batchCount else { return nil as Int? }
        defer { batch += 1 }
        return batch
      } work: { batch in
        try input.batch(batch).map { record in try Self.line(record) }
      } deliver: { lines in
        for line in lines {
          defer { position += 1 }
          guard try known.insert(TextKey(Array(line.key.utf8))) else {
            guard skipsDuplicates else {
              throw Fault(
                "merge.duplicate",
                "an earlier record has the same key; --skip-duplicates leaves the later one out",
                at: line.place)
            }
            report.skipped += 1
            continue
          }
          report.records += 1
          if waiting > 0 {
            waiting -= 1
            continue
          }
          try writer.append(
            line: line.bytes, key: line.key, split: line.split,
            input: InputRange(source: input.manifest.dataset, positions: position..<position + 1))
        }
      }
    }
    return report
  }

  /// Key and split of a record, without making a record of it.
  private static func line(_ record: StoredRecord) throws(Fault) -> Line {
    let json = try record.json()
    let place = record.place(of: json)
    do throws(Fault) {
      let question = json["question"] ?? json
      var split: String?
      if case .string(let name)? = question["split"] ?? json["split"] { split = name }
      return Line(
        bytes: record.bytes, key: try json.string("id"), split: split, place: place)
    } catch { throw error.placed(in: place) }
  }
}

extension Manifest {
  fileprivate var pictureCount: Int {
    shards.reduce(0) { $0 + ($1.content == .media ? $1.count : 0) }
  }
}
