import Foundations
import Glibc

/// A folder of its own for a test, deleted with the value.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try Files.makeFolder(path)
  }

  deinit { Self.remove(path) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let whole = "\(path)/\(name)"
    try Files.makeFolder(Files.parent(of: whole))
    try Files.writeAtomically(bytes, to: whole)
    return whole
  }

  private static func remove(_ path: String) {
    for name in (try? Files.names(in: path)) ?? [] {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner) }
    }
    rmdir(path)
  }
}
