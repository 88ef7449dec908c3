internal import Glibc

/// A path as the system has it: bytes, which need not be UTF-8.
package struct RawPath: Sendable {
  private let bytes: [UInt8]

  package init(_ path: String) { bytes = Array(path.utf8) }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path of an entry of this folder.
  package func entry(_ name: [UInt8]) -> RawPath {
    RawPath(bytes: bytes + [UInt8(ascii: "/")] + name)
  }

  /// What is not UTF-8 is shown by replacement characters.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The names in the folder, sorted by bytes, without `.` and `..`.
  package func names() throws(Fault) -> [[UInt8]] {
    guard let handle = unsafe opendir(location) else { throw Files.fault("list", text) }
    defer { unsafe closedir(handle) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
        unsafe Array(buffer.prefix { $0 != 0 })
      }
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What is there, a link being what it leads to unless `following` is false; nil: nothing.
  package func kind(following: Bool = true) -> Files.Kind? {
    var status = stat()
    let found = unsafe following ? stat(location, &status) : lstat(location, &status)
    return found == 0 ? Files.Kind(mode: status.st_mode) : nil
  }

  /// The SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits; the file may be larger
  /// than memory.
  package func sha256() throws(Fault) -> String { try InputFile(self).sha256() }

  /// As calls of the system want it, ended by a zero.
  package var location: [CChar] { (bytes + [0]).map(CChar.init(bitPattern:)) }
}

extension Files {
  /// What a path names.
  package enum Kind: Sendable {
    case file
    case folder
    case link
    /// A pipe, a socket or a device.
    case special

    init(mode: mode_t) {
      switch mode & S_IFMT {
      case S_IFREG: self = .file
      case S_IFDIR: self = .folder
      case S_IFLNK: self = .link
      default: self = .special
      }
    }
  }
}
