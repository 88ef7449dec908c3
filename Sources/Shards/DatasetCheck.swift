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
///   is not as the manifest says, the index otherwise.
///
/// Nothing but its form vouches for the name and the pipeline in `manifest.json`.
///
/// Findings have the codes `dataset.…`, `json.…`, `zstd.…` and `tar.…`, and a place: file, line and
/// record, or file, member and byte. Parts and media are read once for the digest and once for the
/// content. Memory holds the ids, the picture references, and one frame or picture for each worker.
package struct DatasetCheck: Sendable {
  /// Faults of a record that is valid JSON: its schema, points inside pictures.
  ///
  /// Places inside the record are enough; its own is for who remembers records.
  package typealias RecordCheck = @Sendable (JSON, Place) -> [Fault]
  /// Faults of a picture's file, such as one that cannot be decoded; with what the first record
  /// that describes it says of it.
  package typealias PictureCheck = @Sendable ([UInt8], Medium?) -> [Fault]

  package struct Report: Sendable, Equatable {
    package var shards = 0
    /// Of readable lines, not of the manifest.
    package var records = 0
    package var pictures = 0
    /// The length of all shards.
    package var bytes = 0
    package var findings = Findings()

    package init() {}

    package var isClean: Bool { findings.isEmpty }
  }

  let folder: String
  let others: [DatasetReader]
  let checkRecord: RecordCheck
  let checkPicture: PictureCheck

  /// - Parameters:
  ///   - others: where pictures may lie that the dataset has not; they are not checked.
  package init(
    _ folder: String, others: [DatasetReader] = [], record: @escaping RecordCheck = { _, _ in [] },
    picture: @escaping PictureCheck = { _, _ in [] }
  ) {
    self.folder = folder
    self.others = others
    checkRecord = record
    checkPicture = picture
  }

  /// Checks shards side by side; the report does not depend on the number of workers.
  ///
  /// - Throws: `dataset.no-manifest`, or the fault of a manifest that cannot be read, as nothing can
  ///   be checked without; `Interrupted` between shards.
  package func run(workers: Int = Lanes.cores, stop: StopFlag = StopFlag()) throws -> Report {
    let state = try DatasetState(folder: folder)
    let manifest = state.manifest
    var report = Report()
    report.findings.append(ManifestCheck(folder: folder, state: state).findings)
    report.shards = manifest.shards.count
    report.bytes = manifest.shards.reduce(0) { $0 + $1.bytes }

    let media = manifest.shards.filter { $0.content == .media }
    let parts = manifest.shards.filter { $0.content == .records }
    let headers = try Lanes.map(media.count, workers: workers) { index in
      try stop.check()
      return MediaCheck(folder: folder, entry: media[index])
    }
    let pictures = try available(headers)
    let partResults = try Lanes.map(parts.count, workers: workers) { index in
      try stop.check()
      return PartCheck.run(
        folder: folder, entry: parts[index], kind: manifest.records, pictures: pictures,
        check: checkRecord)
    }
    var joined = JoinedParts()
    for result in partResults { joined.add(result) }
    report.records = joined.records
    report.findings.append(joined.findings)

    let described = joined.described.mapValues(\.medium)
    let mediaResults = try Lanes.map(media.count, workers: workers) { index in
      try stop.check()
      return headers[index].checked(described, checkPicture)
    }
    mediaResults.forEach { report.findings.append($0) }
    report.findings.append(Self.duplicates(headers))
    report.pictures = headers.reduce(0) { $0 + $1.members.count }
    return report
  }

  /// The pictures that records may refer to.
  private func available(_ media: [MediaCheck]) throws(Fault) -> AvailablePictures {
    var own: [String: TarIndex.Member] = [:]
    for shard in media {
      for member in shard.members + shard.promised {
        own[MediaName.digest(of: member.name)] = member
      }
    }
    return AvailablePictures(own: own, others: others)
  }

  /// Pictures that lie in the shards more than once.
  private static func duplicates(_ media: [MediaCheck]) -> Findings {
    var findings = Findings()
    var first: [String: String] = [:]
    for shard in media {
      for member in shard.members {
        let digest = MediaName.digest(of: member.name)
        guard let earlier = first.updateValue(shard.path, forKey: digest) else { continue }
        findings.add(
          "dataset.duplicate-picture", "the picture lies in \(earlier) already",
          at: Place(file: shard.path, member: member.name, byte: member.range.lowerBound))
      }
    }
    return findings
  }
}

/// The pictures of a dataset and of those it may borrow from.
struct AvailablePictures: Sendable {
  let own: [String: TarIndex.Member]
  let others: [DatasetReader]

  func member(_ sha256: String) -> TarIndex.Member? {
    if let member = own[sha256] { return member }
    for other in others {
      if let member = try? other.picturePlace(sha256) { return member }
    }
    return nil
  }
}
