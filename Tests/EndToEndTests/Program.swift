import Foundation

/// The program as a user starts it.
struct Program {
  /// What a finished call left.
  struct Result {
    let code: Int32
    let output: String
    let messages: String
  }

  /// The executable beside the one that runs the tests.
  static let path = Bundle.main.bundleURL.appending(path: "scanpath").path

  /// Starts `scanpath` with `arguments`, waits for its end, and returns code and streams.
  static func run(_ arguments: String..., in folder: URL? = nil) throws -> Result {
    try run(arguments, in: folder)
  }

  static func run(_ arguments: [String], in folder: URL? = nil) throws -> Result {
    try finish(start(arguments, in: folder))
  }

  /// Starts a shell command in which `scanpath` names the program.
  static func shell(_ command: String) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "set -o pipefail; scanpath() { \"\(path)\" \"$@\"; }; \(command)"]
    return try finish(process)
  }

  static func start(_ arguments: [String], in folder: URL?) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    return process
  }

  private static func finish(_ process: Process) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: a pipe that nobody empties while the program runs would stop it.
    let streams = try ["out", "err"].map { name in
      let url = folder.appending(path: name)
      _ = FileManager.default.createFile(atPath: url.path, contents: nil)
      return (url, try FileHandle(forWritingTo: url))
    }
    process.standardOutput = streams[0].1
    process.standardError = streams[1].1
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try streams.map { try String(contentsOf: $0.0, encoding: .utf8) }
    return Result(code: process.terminationStatus, output: texts[0], messages: texts[1])
  }
}
