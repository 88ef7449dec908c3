internal import Foundations

/// Whether the files of every sample of a WebDataset lie together, as its readers need them to.
///
/// The key of a sample is the path up to the first dot of the file's name, what follows tells its
/// files apart, whatever the case of letters (webdataset's `base_plus_ext`).
struct SampleKeys {
  private var current: TextKey?
  private var suffixes: Set<String> = []
  private let seen = SeenTexts(in: Files.scratch)

  /// What is wrong with the place or the name of the next file.
  mutating func add(_ path: String, in archive: String) throws(Fault) -> Fault? {
    guard let (key, suffix) = Self.parts(of: path) else { return nil }
    let place = Place(file: archive, member: path)
    let fingerprint = TextKey(key)
    if fingerprint == current {
      if suffixes.insert(suffix).inserted { return nil }
      let message = "the sample \(key) has a file .\(suffix) already"
      return Fault("webdataset.duplicate", message, at: place)
    }
    current = fingerprint
    suffixes = [suffix]
    if try seen.insert(fingerprint) { return nil }
    let message = "other files of the sample \(key) came before, and samples between them"
    return Fault("webdataset.scattered", message, at: place)
  }

  /// Key and suffix; `nil` for a file without either, which readers pass over.
  private static func parts(of path: String) -> (key: String, suffix: String)? {
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
    let start = name ?? path.utf8.startIndex
    guard let dot = path.utf8[start...].firstIndex(of: UInt8(ascii: ".")), dot > start else {
      return nil
    }
    return (String(path[..<dot]), path[path.utf8.index(after: dot)...].lowercased())
  }
}
