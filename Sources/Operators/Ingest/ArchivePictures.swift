package import Foundations

extension ArchiveContents {
  /// The picture that annotations name: by its whole path, from their folder on, or by the last
  /// parts of it if those are of one member only; in their archive, or if it has none, in another.
  ///
  /// Where nothing is found, backslashes are read as slashes. A picture that is neither in the
  /// folder of the annotations nor named by its whole path in their archive is not theirs where
  /// other annotations of their name lie nearer to it, as those of another split do, or where it
  /// lies in the folder of another split.
  ///
  /// - Throws: `ingest.picture`; the fault of a picture that cannot be used.
  package func picture(
    _ image: String, of annotations: String, in archive: Int
  ) throws(Fault) -> (archive: Int, member: String, picture: TakenPicture) {
    if let found = try find(image, of: annotations, in: archive) { return try found.picture() }
    let slashed = image.replacing("\\", with: "/")
    if slashed != image, let found = try find(slashed, of: annotations, in: archive) {
      return try found.picture()
    }
    throw Fault(
      "ingest.picture",
      "the archive\(archives.count > 1 ? "s have" : " has") no picture "
        + (image.hasPrefix("./") ? String(image.dropFirst(2)) : image))
  }

  private func find(
    _ image: String, of annotations: String, in archive: Int
  ) throws(Fault) -> MemberEntry? {
    let folder = Files.parent(of: annotations)
    let beside = PicturePath.resolved(image, in: folder == "." ? "" : folder)
    let whole = PicturePath.resolved(image, in: "")
    for case let path? in beside == whole ? [beside] : [beside, whole] {
      if let found = try usable(.path, path, archive).first { return found }
    }
    if let whole, let found = try only(whole, archive) {
      return try free(found, image, of: annotations, in: archive)
    }
    guard archives.count > 1, let path = whole ?? beside else { return nil }
    let elsewhere = try usable(.path, path, nil)
    if elsewhere.count > 1 { throw Self.ambiguous(path, elsewhere) }
    var found = elsewhere.first
    if found == nil { found = try only(path, nil) }
    guard let found else { return nil }
    return try free(found, image, of: annotations, in: archive)
  }

  /// The member, unless it is in the folder of another split, or annotations of the same name lie
  /// nearer to it.
  private func free(
    _ found: MemberEntry, _ image: String, of annotations: String, in archive: Int
  ) throws(Fault) -> MemberEntry {
    // Folders that the record names are meant.
    let unnamed = found.path.hasSuffix("/" + image) ? found.path.dropLast(image.count) : ""
    if let own = SplitName.member(annotations), let other = SplitName.folder(of: unnamed + "_"),
      own != other
    {
      throw Fault(
        "ingest.picture", "there is no picture \(image); \(found.path) is of another split")
    }
    var folder = found.path
    repeat {
      folder = Files.parent(of: folder)
      let isTop = folder == "."
      let isShared = isTop || annotations.hasPrefix(folder + "/")
      if found.archive == archive && isShared { return found }
      let nearer = (isTop ? "" : folder + "/") + Files.name(of: annotations)
      if try !entries(.path, nearer, in: found.archive).isEmpty {
        let path = archives[found.archive].name + " " + found.path
        throw Fault(
          "ingest.picture", "there is no picture \(image); \(path) is of \(nearer) beside it")
      }
    } while folder != "."
    return found
  }

  /// Pictures of a name, good or bad; as many as a message names at the most.
  private func usable(
    _ kind: MemberIndex.Name, _ name: String, _ archive: Int?, end: String = ""
  ) throws(Fault) -> [MemberEntry] {
    try entries(kind, name, in: archive, most: 3) { entry in
      if case .text = entry.content { false } else { entry.path.hasSuffix(end) }
    }
  }

  /// The one member whose path ends with the parts of `image`.
  private func only(_ image: String, _ archive: Int?) throws(Fault) -> MemberEntry? {
    let end = MemberIndex.Name.end(of: image)
    let named = try usable(end.kind, end.name, archive, end: "/" + image)
    if named.count > 1 { throw Self.ambiguous(image, named) }
    return named.first
  }

  private static func ambiguous(_ image: String, _ members: [MemberEntry]) -> Fault {
    let paths = members.map(\.path).joined(separator: ", ")
    return Fault("ingest.picture", "\(image) can be \(paths); name the whole path")
  }
}

extension MemberEntry {
  fileprivate func picture() throws(Fault) -> (archive: Int, member: String, picture: TakenPicture)
  {
    switch content {
    case .picture(let picture): return (archive, path, picture)
    case .refused(let fault): throw fault
    case .text: preconditionFailure("\(path) is a text")
    }
  }
}
