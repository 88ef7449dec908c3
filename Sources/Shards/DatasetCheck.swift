internal import Archiving
package import Foundations
package import JSONText
package import Schemas

/// Checks everything about a dataset that its files alone can say, and what the caller adds.
///
/// - The manifest: its form, its lines, no gap between shards, no shard without a line.
/// - Files: there, with the length and SHA-256 of the manifest.
/// - Parts: every frame expands; every line is JSON of the dataset's kind; as many records as the
///   manifest says, with its first and last key; ids are unique (also up to Unicode normal form).
/// - Pictures: the digest of the bytes is the member's name, and no picture lies there twice.
/// - References: every picture that a record names is there, with the stated format and length, and
///   all records state the same of it.
/// - Indices: the same as the shard beside them. Where the two differ, the shard is at fault if it
///   is not as the manifest says, the index otherwise. The index of keys leads to every record.
///
/// An append that did not end belongs to the one that goes on with it or gives it up, and is not
/// looked at. Nothing but its form vouches for the name and the pipeline in `manifest.json`.
///
/// Findings have the codes `dataset.…`, `json.…`, `zstd.…` and `tar.…`, and a place: file, line and
/// record, or file, member and byte. Parts and media are read once for the digest and once for the
/// content. Memory holds a few frames, and the names of the pictures of a few shards; ids and pictures
/// are compared on disk.
package struct DatasetCheck: Sendable {
  /// Faults of a record that is valid JSON: its schema, points inside pictures; with places inside of
  /// the record.
  package typealias RecordCheck = @Sendable (JSON) -> [Fault]
  /// Told of every record with a split, one after the other, in their order.
  package typealias SplitNote = (SplitUse, Place) throws -> Void
  /// Faults of a picture's file, such as one that cannot be decoded; with what the first record
  /// that describes it says of it.
  package typealias PictureCheck = @Sendable ([UInt8], Medium?) -> [Fault]

  package struct Report: Sendable, Equatable {
    package var shards = 0
    /// Of readable lines, not of the manifest.
    package var records = 0
    package var pictures = 0
    /// Members of an archive that were not looked at.
    package var others = 0
    /// The length of all shards.
    package var bytes = 0
    /// Whether there is an append that did not end, of which readers see nothing.
    package var isAppendedTo = false
    package var findings = Findings()

    package init() {}

    package var isClean: Bool { findings.isEmpty }
  }

  let folder: String
  private let scratch: String
  private let checkRecord: RecordCheck
  private let checkPicture: PictureCheck

  /// - Parameter scratch: the folder for what does not fit in memory.
  package init(
    _ folder: String, scratch: String = Files.scratch,
    record: @escaping RecordCheck = { _ in [] }, picture: @escaping PictureCheck = { _, _ in [] }
  ) {
    self.folder = folder
    self.scratch = scratch
    checkRecord = record
    checkPicture = picture
  }

  /// Checks frames and pictures side by side; the report does not depend on the number of workers.
  ///
  /// - Throws: `dataset.no-manifest`, or the fault of a manifest that cannot be read, as nothing can
  ///   be checked without; `Interrupted` between frames; what `note` throws.
  package func run(
    workers: Int = Lanes.cores, stop: StopFlag = StopFlag(),
    note: SplitNote = { _, _ in }
  ) throws -> Report {
    let state = try DatasetState(folder: folder)
    let manifest = state.manifest
    var report = Report()
    report.findings.append(ManifestCheck(folder: folder, state: state).findings)
    report.isAppendedTo = state.isAppendedTo
    report.shards = manifest.shards.count
    report.bytes = manifest.shards.reduce(0) { $0 + $1.bytes }

    let run = Run(workers: workers, stop: stop)
    let media = manifest.shards.filter { $0.content == .media }
    let pictures = MediaTable(in: scratch)
    var (found, repeated) = try checkHeaders(of: media, pictures, run, &report)
    var keys = KeysCheck(folder: folder, state: state)
    try checkParts(manifest, pictures, run, note, &keys, &report)
    report.findings.append(keys.findings)
    var pieces = MediaPieces(media.map { path($0.name) })
    try Lanes.stream(workers: workers) {
      try stop.check()
      return pieces.next()
    } work: { piece in
      (piece.shard, try piece.findings(pictures, checkPicture))
    } deliver: { shard, findings in
      found[shard].take(findings)
    }
    for findings in found { report.findings.append(findings) }
    report.findings.append(repeated)
    return report
  }

  private struct Run {
    let workers: Int
    let stop: StopFlag
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The findings of every media shard, and pictures that lie there more than once.
  private func checkHeaders(
    of media: [ShardEntry], _ pictures: MediaTable, _ run: Run, _ report: inout Report
  ) throws -> (found: [Findings], repeated: Findings) {
    var next = media[...]
    var found: [Findings] = []
    var repeated = Findings()
    try Lanes.stream(workers: run.workers) {
      try run.stop.check()
      return next.popFirst()
    } work: { entry in
      MediaCheck(folder: folder, entry: entry)
    } deliver: { shard in
      for member in shard.members {
        guard let earlier = try pictures.add(member, shard: found.count) else { continue }
        repeated.add(
          "dataset.duplicate-picture",
          "the picture lies in \(path(media[earlier.shard].name)) already",
          at: Place(file: shard.path, member: member.name, byte: member.range.lowerBound))
      }
      for member in shard.promised { _ = try pictures.add(member, shard: found.count) }
      report.pictures += shard.members.count
      found.append(shard.findings)
    }
    return (found, repeated)
  }

  private func checkParts(
    _ manifest: Manifest, _ pictures: MediaTable, _ run: Run, _ note: SplitNote,
    _ keys: inout KeysCheck, _ report: inout Report
  ) throws {
    let parts = manifest.shards.filter { $0.content == .records }
    let paths = parts.map { path($0.name) }
    let joined = JoinedRecords(paths, pictures, in: scratch)
    var steps = PartSteps(paths)
    var part: PartCheck?
    try Lanes.stream(workers: run.workers) {
      try run.stop.check()
      return steps.next()
    } work: { step in
      news(of: step, parts, manifest.records)
    } deliver: { news in
      switch news {
      case .begun(let number, let fault):
        part?.finish(&report)
        if fault != nil { keys.stop() }
        part = PartCheck(folder: folder, entry: parts[number], number: number, fileFault: fault)
      case .unreadable(let fault):
        keys.stop()
        part?.take(unreadable: fault)
      case .lostFrame(let fault):
        keys.stop()
        part?.take(lostFrame: fault)
      case .frame(let frame):
        keys.take(frame)
        try part?.take(frame, joined, note: note)
      }
    }
    part?.finish(&report)
  }

  @Sendable private func news(
    of step: PartSteps.Step, _ parts: [ShardEntry], _ kind: RecordKind
  ) -> PartSteps.News {
    switch step {
    case .begin(let number): return .begun(number, parts[number].fileFault(in: folder))
    case .unreadable(let fault): return .unreadable(fault)
    case .frame(let reader, let number, let start):
      do throws(Fault) {
        return .frame(
          CheckedFrame(
            try reader.frame(number), of: reader.path, start: start, kind: kind, checkRecord))
      } catch { return .lostFrame(error) }
    }
  }
}
