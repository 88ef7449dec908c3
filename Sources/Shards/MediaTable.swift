internal import Archiving
internal import Foundations
internal import Geometry
internal import Schemas

/// The pictures of a dataset that is checked.
///
/// What lies in its media shards, and what records say of them first; on disk, so that memory does
/// not grow with them.
struct MediaTable: Sendable {
  /// A picture in the media shards.
  struct Member: BitwiseCopyable {
    let bytes: Int
    let isPNG: Bool
    /// Counted from 0 among the media shards.
    let shard: Int

    var format: Medium.Format { isPNG ? .png : .jpeg }
  }

  /// What a record says of a picture, and where.
  struct Description: BitwiseCopyable {
    let width: Int
    let height: Int
    let bytes: Int
    let isPNG: Bool
    /// Counted from 0 among the parts.
    let part: Int
    /// 0 where it is not known.
    let line: Int
  }

  private let members: KeyTable<Member>
  private let descriptions: KeyTable<Description>

  init(in scratch: String) {
    members = KeyTable(in: scratch)
    descriptions = KeyTable(in: scratch)
  }

  /// Takes a member of a media shard; returns the last one of the same picture before it.
  func add(_ member: TarIndex.Member, shard: Int) throws(Fault) -> Member? {
    guard let format = MediaName.format(of: member.name),
      let digest = Digest(MediaName.digest(of: member.name))
    else { return nil }
    let new = Member(bytes: member.range.count, isPNG: format == .png, shard: shard)
    return try members.update(digest.high) { _ in new }
  }

  func member(_ sha256: String) throws(Fault) -> Member? {
    guard let digest = Digest(sha256) else { return nil }
    return try members[digest.high]
  }

  /// Takes what a record says of a picture; returns what an earlier one said.
  func describe(_ medium: Medium, part: Int, line: Int?) throws(Fault) -> Description? {
    guard let digest = Digest(medium.sha256) else { return nil }
    let description = Description(
      width: medium.size.width, height: medium.size.height, bytes: medium.bytes,
      isPNG: medium.format == .png, part: part, line: line ?? 0)
    return try descriptions.insert(description, for: digest.high)
  }

  /// What records say of a picture.
  func description(of sha256: String) throws(Fault) -> Medium? {
    guard let digest = Digest(sha256) else { return nil }
    return try descriptions[digest.high]?.medium(sha256)
  }
}

extension MediaTable.Description {
  func medium(_ sha256: String) -> Medium {
    Medium(
      sha256: sha256, format: isPNG ? .png : .jpeg, size: Size(width: width, height: height),
      bytes: bytes)
  }
}
