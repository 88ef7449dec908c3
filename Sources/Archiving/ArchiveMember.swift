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

  /// The path without `.` parts and doubled slashes.
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
  /// `archive.path-outside`, `archive.no-name`, `archive.duplicate` and `archive.encrypted`.
  package let refusal: Fault?
}

/// What keeps an archive from filling memory or running without end.
package struct ArchiveLimits: Sendable, Equatable {
  /// The largest member, in bytes.
  package var memberBytes: Int
  /// How many bytes one compressed byte may become, once a member is beyond `freeBytes`.
  package var ratio: Int
  /// What a member may have at any ratio, in bytes.
  package var freeBytes: Int

  /// JSON lines rarely compress beyond 1:40; zeros reach 1:1000 in zip and more in xz.
  package init(memberBytes: Int = 512 << 20, ratio: Int = 200, freeBytes: Int = 16 << 20) {
    self.memberBytes = memberBytes
    self.ratio = ratio
    self.freeBytes = freeBytes
  }

  func tooLarge(_ size: Int) -> Fault {
    let message = "the member has \(size) bytes or more, the limit is \(memberBytes)"
    return Fault("archive.member-too-large", message)
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
