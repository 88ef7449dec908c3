package import Foundations

/// A member of an archive, or a file in a folder that is read as one.
package struct ArchiveMember: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case file
    case folder
    case symbolicLink = "symbolic link"
    case hardLink = "hard link"
    /// Devices, pipes and sockets.
    case special = "device, pipe or socket"
  }

  /// The path without `.` parts and doubled slashes; behind that of the archive and `!/` for a
  /// member of an archive in the archive: `outer.tar!/inner/x.jpg`.
  ///
  /// A path that is not UTF-8 is written with `\xE9` for every byte beyond ASCII.
  package let path: String
  /// The path as it stands in the archive.
  package let pathBytes: [UInt8]
  package let kind: Kind
  /// The size that the archive states, in bytes; some formats state none.
  package let size: Int?
  /// Counted from 0; folders are counted too.
  package let position: Int
  /// Why the member has no data to read; `nil` for an ordinary file.
  ///
  /// The codes are `archive.link`, `archive.special`, `archive.absolute-path`,
  /// `archive.path-outside`, `archive.no-name`, `archive.duplicate`, `archive.encrypted` and
  /// `archive.nesting`; for an archive in the archive also the faults of reading it.
  package let refusal: Fault?

  /// The same member, refused.
  func refused(_ fault: Fault) -> ArchiveMember {
    ArchiveMember(
      path: path, pathBytes: pathBytes, kind: kind, size: size, position: position, refusal: fault)
  }
}

/// A path as archives state it, made fit for comparing.
struct MemberPath {
  let bytes: [UInt8]
  let isAbsolute: Bool
  let isOutside: Bool

  init(_ raw: [UInt8]) {
    let parts = raw.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    bytes = Array(parts.joined(separator: [UInt8(ascii: "/")]))
    isAbsolute = raw.first == UInt8(ascii: "/")
    isOutside = parts.contains { $0.elementsEqual("..".utf8) }
  }

  var text: String { Self.text(of: bytes) }

  static func text(of bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { byte in
      byte < 0x80
        ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
