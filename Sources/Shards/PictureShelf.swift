internal import Archiving
internal import Foundations
internal import Schemas
internal import Synchronization

/// Where the pictures of a dataset lie, by digest; read from the indices when first asked.
final class PictureShelf: Sendable {
  struct Place: Sendable {
    let path: String
    let member: TarIndex.Member
  }

  private let folder: String
  private let manifest: Manifest
  /// Asked for what this one has not.
  private let others: [PictureShelf]
  private let places = Mutex<[String: Place]?>(nil)

  init(folder: String, manifest: Manifest, others: [PictureShelf]) {
    self.folder = folder
    self.manifest = manifest
    self.others = others
  }

  /// Where the picture lies, here or on another shelf.
  func member(_ sha256: String) throws(Fault) -> Place? {
    let own = try places.withLock { places throws(Fault) in
      if places == nil { places = try self.allPlaces() }
      return places?[sha256]
    }
    if let own { return own }
    for other in others {
      if let place = try other.member(sha256) { return place }
    }
    return nil
  }

  /// The bytes of a picture, or `nil` if no shelf has it.
  func bytes(_ sha256: String, verifying: Bool) throws(Fault) -> [UInt8]? {
    guard let place = try member(sha256) else { return nil }
    let bytes = try InputFile(place.path).read(place.member.range)
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
    for entry in manifest.shards where entry.content == .media {
      for member in try MediaIndex(folder: folder, shard: entry.name).members {
        if let format = MediaName.format(of: member.name) { formats.insert(format) }
      }
    }
    return formats
  }

  private func allPlaces() throws(Fault) -> [String: Place] {
    var places: [String: Place] = [:]
    for entry in manifest.shards where entry.content == .media {
      let path = "\(folder)/\(entry.name)"
      for member in try MediaIndex(folder: folder, shard: entry.name).members {
        places[MediaName.digest(of: member.name)] = Place(path: path, member: member)
      }
    }
    return places
  }
}
