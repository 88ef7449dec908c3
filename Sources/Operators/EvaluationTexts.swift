internal import Archiving
internal import Foundations

/// The texts of an evaluation set, on disk, and the names of what lies beside them in memory.
final class EvaluationTexts {
  private let file: ScratchFile
  private var end = 0
  private var places: [String: Range<Int>] = [:]
  private var keys: [String: [AnnotationSibling]] = [:]
  private(set) var paths: [String] = []
  let limits: ArchiveLimits

  /// - Parameter folder: on a disk with room for the texts.
  init(in folder: String, _ limits: ArchiveLimits) throws(Fault) {
    file = try ScratchFile(in: folder)
    self.limits = limits
  }

  /// Takes the member that the reader is at.
  func take(_ member: ArchiveMember, of archive: ArchiveReader) throws(Fault) {
    let start = end
    while true {
      let piece = try archive.read(Self.pieceBytes)
      if piece.isEmpty { break }
      try file.write(piece, at: end)
      end += piece.count
    }
    places[member.path] = start..<end
    paths.append(member.path)
    note(member, isPicture: false)
  }

  /// Says that a member lies beside the texts.
  func note(_ member: ArchiveMember, isPicture: Bool) {
    guard let (key, _) = AnnotationPath.key(of: member.path) else { return }
    keys[key, default: []].append(
      AnnotationSibling(path: member.path, position: member.position, isPicture: isPicture))
  }

  private static let pieceBytes = 1 << 18

  /// One of the texts.
  struct Member: StoredMember {
    let path: String
    let texts: EvaluationTexts

    var limits: ArchiveLimits { texts.limits }

    func stored() -> () throws -> [UInt8] {
      var rest = texts.places[path] ?? 0..<0
      return { [file = texts.file] in
        let bytes = rest.prefix(EvaluationTexts.pieceBytes)
        rest = bytes.endIndex..<rest.upperBound
        return try file.read(bytes.count, at: bytes.startIndex)
      }
    }

    func beside(_ path: String) throws(Fault) -> [UInt8]? {
      texts.places[path] == nil ? nil : try Member(path: path, texts: texts).content()
    }

    func siblings(_ key: String) -> [AnnotationSibling] { texts.keys[key] ?? [] }
  }
}
