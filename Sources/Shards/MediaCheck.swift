internal import Archiving
internal import Foundations
internal import Schemas

/// The check of the headers of one media shard.
struct MediaCheck: Sendable {
  let path: String
  /// What lies in the shard; none if it cannot be read.
  private(set) var members: [TarIndex.Member] = []
  /// What the index says lies in a shard that cannot be read: its loss is one finding, not one for
  /// every record.
  private(set) var promised: [TarIndex.Member] = []
  private(set) var findings = Findings()

  init(folder: String, entry: ShardEntry) {
    path = "\(folder)/\(entry.name)"
    let fileFault = entry.fileFault(in: folder)
    if let fileFault { findings.add(fileFault) }
    let index = Self.index(folder, entry.name, &findings)
    guard Files.exists(path) else {
      promised = index ?? []
      return
    }
    do {
      members = try TarIndex.scan(path)
    } catch {
      findings.add(error)
      promised = index ?? []
      return
    }
    let isWhole = compare(members.map { MediaName.digest(of: $0.name) }, with: entry)
    guard let index, index != members else { return }
    if fileFault == nil && isWhole {
      let path = "\(folder)/\(DatasetFiles.index(of: entry.name))"
      let other = zip(members, index).first { $0 != $1 }?.0 ?? members.last
      let message = "the index does not say where this picture lies"
      findings.add("dataset.index", message, at: Place(file: path, member: other?.name))
    } else {
      findLost(index)
    }
  }

  private static func index(
    _ folder: String, _ shard: String, _ findings: inout Findings
  ) -> [TarIndex.Member]? {
    do {
      return try MediaIndex.stored(folder, shard)?.members
    } catch {
      findings.add(error)
      return nil
    }
  }

  /// Whether the shard has as many pictures as the manifest says, with its first and last.
  private mutating func compare(_ digests: [String], with entry: ShardEntry) -> Bool {
    if digests.count != entry.count {
      let message = "the manifest says \(entry.count) pictures, the shard has \(digests.count)"
      findings.add("dataset.count", message, at: Place(file: path))
      return false
    }
    if digests.first != entry.firstKey || digests.last != entry.lastKey {
      let message = "the first or last picture is not that of the manifest"
      findings.add("dataset.keys", message, at: Place(file: path))
      return false
    }
    return true
  }

  /// Names the pictures of the index that a changed shard has no longer.
  private mutating func findLost(_ index: [TarIndex.Member]) {
    let names = Set(members.map(\.name))
    for member in index where !names.contains(member.name) {
      findings.add(
        "dataset.missing-picture", "the index has a picture here that the shard has not",
        at: Place(file: path, member: member.name, byte: member.range.lowerBound))
    }
  }
}

/// Some pictures of one media shard, to be checked side by side with others.
struct MediaPiece: Sendable {
  /// Counted from 0 among the media shards.
  let shard: Int
  fileprivate let path: String
  fileprivate let members: ArraySlice<TarIndex.Member>

  /// Reads and checks every picture.
  func findings(
    _ pictures: MediaTable, _ check: DatasetCheck.PictureCheck
  ) throws(Fault) -> Findings {
    var findings = Findings()
    for member in members {
      let place = Place(file: path, member: member.name, byte: member.range.lowerBound)
      let digest = MediaName.digest(of: member.name)
      guard MediaName.format(of: member.name) != nil, digest.utf8.count == 64 else {
        let message = "expected a SHA-256 with .jpg or .png as the member's name"
        findings.add("dataset.picture-name", message, at: place)
        continue
      }
      let medium = try pictures.description(of: digest)
      do throws(Fault) {
        let bytes = try InputFile(path).read(member.range)
        if let fault = member.digestFault(of: bytes) {
          findings.add(fault.placed(in: place))
        } else {
          // A picture of other bytes need not be decoded to be wrong.
          check(bytes, medium).forEach { findings.add($0.placed(in: place)) }
        }
      } catch {
        findings.add(error.placed(in: place))
      }
    }
    return findings
  }
}

/// Cuts the pictures of media shards into pieces; holds the names of one shard.
struct MediaPieces {
  private let paths: [String]
  private var shard = -1
  private var members: ArraySlice<TarIndex.Member> = []

  private static let pieceBytes = 4 << 20
  private static let pieceMembers = 1024

  init(_ paths: [String]) { self.paths = paths }

  /// The next piece, or `nil` at the end; a shard that cannot be read has none.
  mutating func next() -> MediaPiece? {
    while members.isEmpty {
      guard shard + 1 < paths.count else { return nil }
      shard += 1
      members = ((try? TarIndex.scan(paths[shard])) ?? [])[...]
    }
    var (count, bytes) = (0, 0)
    for member in members.prefix(Self.pieceMembers) where bytes < Self.pieceBytes {
      count += 1
      bytes += member.range.count
    }
    defer { members = members.dropFirst(count) }
    return MediaPiece(shard: shard, path: paths[shard], members: members.prefix(count))
  }
}
