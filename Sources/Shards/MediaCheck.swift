internal import Archiving
internal import Foundations
internal import Schemas

/// The check of one media shard: first its headers, then its pictures.
struct MediaCheck: Sendable {
  let path: String
  /// What lies in the shard; none if it cannot be read.
  private(set) var members: [TarIndex.Member] = []
  /// What the index says lies in a shard that cannot be read: its loss is one finding, not one for
  /// every record.
  private(set) var promised: [TarIndex.Member] = []
  private var findings = Findings()

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

  /// All findings, after reading every picture.
  func checked(_ described: [String: Medium], _ check: DatasetCheck.PictureCheck) -> Findings {
    var findings = findings
    for member in members {
      let place = Place(file: path, member: member.name, byte: member.range.lowerBound)
      guard MediaName.format(of: member.name) != nil,
        MediaName.digest(of: member.name).utf8.count == 64
      else {
        let message = "expected a SHA-256 with .jpg or .png as the member's name"
        findings.add("dataset.picture-name", message, at: place)
        continue
      }
      do throws(Fault) {
        let bytes = try InputFile(path).read(member.range)
        if let fault = member.digestFault(of: bytes) {
          findings.add(fault.placed(in: place))
        } else {
          // A picture of other bytes need not be decoded to be wrong.
          let medium = described[MediaName.digest(of: member.name)]
          check(bytes, medium).forEach { findings.add($0.placed(in: place)) }
        }
      } catch {
        findings.add(error.placed(in: place))
      }
    }
    return findings
  }
}
