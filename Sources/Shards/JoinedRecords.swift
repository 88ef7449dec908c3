internal import Foundations
internal import Schemas

/// What records have to say together.
///
/// Finds ids that occur twice, pictures that are not there, and pictures described in two ways. What
/// was said before is on disk.
struct JoinedRecords {
  private let parts: [String]
  private let pictures: MediaTable
  private let ids: KeyTable<Spot>

  private struct Spot: BitwiseCopyable {
    let part: Int
    /// 0 where it is not known.
    let line: Int
  }

  /// - Parameter parts: their paths.
  init(_ parts: [String], _ pictures: MediaTable, in scratch: String) {
    self.parts = parts
    self.pictures = pictures
    ids = KeyTable(in: scratch)
  }

  /// Takes the next record.
  func take(
    _ record: CheckedFrame.Record, _ id: String, part: Int, at place: Place,
    find: (Fault) -> Void
  ) throws(Fault) {
    let spot = Spot(part: part, line: place.line ?? 0)
    if let first = try ids.insert(spot, for: TextKey(id).key) {
      let message = "an earlier record has the same id: \(self.place(first.part, first.line))"
      find(Fault("dataset.duplicate", message, at: place))
    }
    for reference in record.references {
      var place = place
      place.key = reference.key
      try resolve(reference, part, place, find)
    }
  }

  private func resolve(
    _ reference: PictureReference, _ part: Int, _ place: Place, _ find: (Fault) -> Void
  ) throws(Fault) {
    guard let member = try pictures.member(reference.sha256) else {
      let message = "no media shard holds the picture \(reference.sha256)"
      return find(Fault("dataset.no-picture", message, at: place))
    }
    guard let medium = reference.medium else { return }
    if medium.bytes != member.bytes {
      let message = "the record says \(medium.bytes) bytes, the picture has \(member.bytes)"
      find(Fault("dataset.picture-bytes", message, at: place))
    }
    if medium.format != member.format {
      let message = "the record says \(medium.format.rawValue), the picture is \(member.format)"
      find(Fault("dataset.picture-format", message, at: place))
    }
    if let first = try pictures.describe(medium, part: part, line: place.line),
      first.medium(medium.sha256) != medium
    {
      let message =
        "the picture is described in another way than before: \(self.place(first.part, first.line))"
      find(Fault("dataset.picture-described", message, at: place))
    }
  }

  private func place(_ part: Int, _ line: Int) -> Place {
    Place(file: parts[part], line: line == 0 ? nil : line)
  }
}
