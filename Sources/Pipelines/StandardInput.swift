internal import Archiving
package import Foundations
internal import Glibc

/// An archive that comes through standard input, named `-` among the inputs of a stage.
///
/// It is kept in the run folder before anything else happens, because the fingerprint of a stage
/// holds the hash of its inputs, zip and 7z are read by seeking, and an interrupted run must go on.
/// A run that finds nothing on standard input, or a terminal, takes what was kept before.
package enum StandardInput {
  package static func path(in folder: RunFolder) -> String { folder.path("input/standard-input") }

  /// Keeps what comes from `descriptor` to its end; nothing leaves what was kept as it is.
  ///
  /// - Throws: `run.no-input` if there is neither.
  package static func keep(from descriptor: Int32 = 0, in folder: RunFolder) throws(Fault) {
    let path = path(in: folder)
    var piece = isatty(descriptor) == 1 ? [] : try read(descriptor)
    if piece.isEmpty {
      if Files.exists(path) { return }
      throw Fault("run.no-input", "an archive \"-\" is read from standard input, which is empty")
    }
    try Files.makeFolder(Files.parent(of: path))
    var file = try OutputFile(path)
    while !piece.isEmpty {
      try file.write(piece)
      piece = try read(descriptor)
    }
    _ = try file.commit()
  }

  /// The hash of what was kept; null before that.
  static func hash(in folder: RunFolder) throws(Fault) -> String? {
    Files.exists(path(in: folder)) ? try Files.sha256(path(in: folder)) : nil
  }

  static func isInput(of stages: [any Stage]) -> Bool {
    stages.contains { $0.inputs.contains(ArchivePattern.standardInput) }
  }

  private static func read(_ descriptor: Int32) throws(Fault) -> [UInt8] {
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EBADF { return [] }
      guard count >= 0 else { throw Files.fault("read", "standard input") }
      piece.removeLast(piece.count - count)
      return piece
    }
  }
}
