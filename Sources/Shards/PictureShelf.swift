internal import Archiving
internal import Foundations
internal import Schemas
internal import Synchronization

/// Where the pictures of a dataset lie, by digest; read from the indices when first asked.
final class PictureShelf: Sendable {
  struct Place: Sendable {
    let path: String
    let member: TarIndex.Member
    fileprivate let shard: Int
  }

  /// A picture in 16 bytes beside its digest.
  private struct Spot {
    let offset: Int
    let bytes: UInt32
    let shard: UInt32
    let isPNG: Bool
  }

  private let folder: String
  private let shards: [ShardEntry]
  /// Asked for what this one has not.
  private let others: [PictureShelf]
  private let spots = Mutex<[Digest: Spot]?>(nil)
  private let files: OpenFiles
  private let checks: ShardChecks?

  /// - Parameter checks: compares shards with the manifest before they are read.
  init(folder: String, manifest: Manifest, others: [PictureShelf], checks: ShardChecks?) {
    self.folder = folder
    shards = manifest.shards.filter { $0.content == .media }
    self.others = others
    self.checks = checks
    files = OpenFiles(folder: folder)
  }

  /// Where the picture lies, here or on another shelf.
  func member(_ sha256: String) throws(Fault) -> Place? {
    if let own = try own(sha256) { return own }
    for other in others {
      if let place = try other.member(sha256) { return place }
    }
    return nil
  }

  private func own(_ sha256: String) throws(Fault) -> Place? {
    guard let digest = Digest(sha256) else { return nil }
    let spot = try spots.withLock { spots throws(Fault) in
      if spots == nil { spots = try self.allSpots() }
      return spots?[digest]
    }
    guard let spot else { return nil }
    let shard = shards[Int(spot.shard)]
    let name = MediaName.name(sha256, spot.isPNG ? .png : .jpeg)
    let range = spot.offset..<spot.offset + Int(spot.bytes)
    return Place(
      path: "\(folder)/\(shard.name)", member: .init(name: name, range: range),
      shard: Int(spot.shard))
  }

  /// The bytes of a picture, or `nil` if no shelf has it.
  func bytes(_ sha256: String, verifying: Bool) throws(Fault) -> [UInt8]? {
    guard let place = try own(sha256) else {
      for other in others {
        if let bytes = try other.bytes(sha256, verifying: verifying) { return bytes }
      }
      return nil
    }
    try checks?.check(shards[place.shard])
    let bytes = try files.file(shards[place.shard].name).read(place.member.range)
    if bytes.count != place.member.range.count {
      throw Fault(
        "dataset.damaged", "the shard ends within the picture",
        at: .init(file: place.path, member: place.member.name, byte: place.member.range.lowerBound))
    }
    if verifying, let fault = place.member.digestFault(of: bytes) {
      throw fault.placed(in: .init(file: place.path))
    }
    return bytes
  }

  /// The formats of the pictures on this shelf.
  func formats() throws(Fault) -> Set<Medium.Format> {
    var formats: Set<Medium.Format> = []
    for entry in shards {
      for member in try MediaIndex(folder: folder, shard: entry.name).members {
        if let format = MediaName.format(of: member.name) { formats.insert(format) }
      }
    }
    return formats
  }

  private func allSpots() throws(Fault) -> [Digest: Spot] {
    var spots: [Digest: Spot] = [:]
    for (number, entry) in shards.enumerated() {
      for member in try MediaIndex(folder: folder, shard: entry.name).members {
        guard let digest = Digest(MediaName.digest(of: member.name)),
          let bytes = UInt32(exactly: member.range.count), let shard = UInt32(exactly: number)
        else { continue }
        spots[digest] = Spot(
          offset: member.range.lowerBound, bytes: bytes, shard: shard,
          isPNG: MediaName.format(of: member.name) == .png)
      }
    }
    return spots
  }
}

/// The files of a folder that were read last, kept open.
final class OpenFiles: Sendable {
  private let folder: String
  private let files = Mutex<[String: SharedFile]>([:])

  /// Well below the 1024 that a process may have open.
  private static let most = 128

  init(folder: String) { self.folder = folder }

  func file(_ name: String) throws(Fault) -> SharedFile {
    try files.withLock { files throws(Fault) in
      if let open = files[name] { return open }
      if files.count >= Self.most { files.removeAll() }
      let file = try SharedFile("\(folder)/\(name)")
      files[name] = file
      return file
    }
  }
}

/// Compares each shard with the manifest once, when it is first read.
final class ShardChecks: Sendable {
  private let folder: String
  private let checked = Mutex<Set<String>>([])

  init(folder: String) { self.folder = folder }

  /// Throws what is wrong with the shard: missing, another length or another SHA-256.
  ///
  /// Other readers wait meanwhile, so that nobody reads what is not checked.
  func check(_ entry: ShardEntry) throws(Fault) {
    try checked.withLock { checked throws(Fault) in
      if checked.contains(entry.name) { return }
      if let fault = entry.fileFault(in: folder) { throw fault }
      checked.insert(entry.name)
    }
  }
}
