import Foundations
import Glibc
import Testing

@Suite struct `Hashes, files and lanes` {
  @Test func `SHA-256 agrees with FIPS 180-2`() {
    #expect(
      SHA256.hexadecimal(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `digests computed two at a time are those computed alone`() {
    // Around the lengths at which the padding takes another block, and far from each other.
    let counts = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 140_001]
    let messages = counts.map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) } }
    for count in 0...messages.count {
      let some = Array(messages.suffix(count).reversed())
      #expect(SHA256.hexadecimals(of: some) == some.map { SHA256.hexadecimal(of: $0) })
    }
  }

  @Test func `a file that does not say how long it is is read to its end`() throws {
    let text = String(decoding: try Files.read("/proc/self/status"), as: UTF8.self)
    #expect(text.hasPrefix("Name:") && text.contains("Threads:"))
  }

  @Test func `a missing file is a fault that names file and reason`() {
    let fault = #expect(throws: Fault.self) { try Files.read("/nonexistent/file") }
    #expect(fault?.place.file == "/nonexistent/file")
    #expect(fault?.cause == "No such file or directory")
  }

  @Test func `written bytes come back`() throws {
    let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try Files.makeFolder(folder + "/a/b")
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    try Files.writeAtomically(bytes, to: folder + "/a/b/c")
    #expect(try Files.read(folder + "/a/b/c") == bytes)
    #expect(try Files.names(in: folder + "/a/b") == ["c"])
  }

  @Test func `a line that does not fit leaves nothing, and the next one is whole`() async throws {
    let path = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try Files.appendLine(Array("first".utf8), to: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      // Writes beyond 10 bytes come up short, as on a full disk.
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      limit.rlim_cur = 10
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(throws: Fault.self) { try Files.appendLine(Array("second".utf8), to: path) }
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      try Files.appendLine(Array("third".utf8), to: path)
    }
    #expect(try Files.read(path) == Array("first\nthird\n".utf8))
  }

  @Test func `a range that no file has takes no memory`() throws {
    let path = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try Files.writeAtomically([1, 2, 3], to: path)
    let file = try InputFile(path)
    #expect(try file.read(1..<1 << 61) == [2, 3])
    #expect(try file.read(1 << 60..<1 << 61) == [])
  }

  @Test func `a pipe or device is refused, not waited for`() throws {
    let pipe = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try #require(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/zero"] {
      let fault = #expect(throws: Fault.self) { try Files.sha256(path) }
      #expect(fault?.code == "file.is-special")
    }
  }

  @Test(arguments: [
    ("a/b/c", "c"), ("a/b/", "b"), ("/c", "c"), ("c", "c"), ("é/ü", "ü"), ("/", "/"), ("", ""),
  ])
  func `the name of a path is its last part`(path: String, name: String) {
    #expect(Files.name(of: path) == name)
  }

  @Test(arguments: [1, 2, 5])
  func `lanes join results by index on any number of workers`(workers: Int) throws {
    let squares = try Lanes.map(100, workers: workers) { $0 * $0 }
    #expect(squares == (0..<100).map { $0 * $0 })
  }

  @Test func `a lane's error comes out`() {
    #expect(throws: Fault.self) {
      try Lanes.map(10, workers: 2) { if $0 == 4 { throw Fault("test.four", "four") } }
    }
  }
}
