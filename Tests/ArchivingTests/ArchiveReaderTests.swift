import Archiving
import Foundations
import Glibc
import Testing

@Suite struct `Archive reader` {
  /// Members with their data as text, or the code of why there is none.
  func contents(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws -> [String] {
    let reader = try ArchiveReader(path: path, limits: limits)
    var contents: [String] = []
    while let member = try reader.next() {
      if let refusal = member.refusal {
        contents.append("\(member.path): \(refusal.code)")
        continue
      }
      do throws(Fault) {
        contents.append("\(member.path): " + String(decoding: try reader.data(), as: UTF8.self))
      } catch {
        #expect(error.place == Place(file: path, member: member.path))
        contents.append("\(member.path): \(error.code)")
      }
    }
    return contents
  }

  @Test(arguments: Fixture.tree.keys.sorted())
  func `every format gives the same members`(format: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("archive", Fixture.tree[format] ?? [])
    var expected = ["a.txt: Hello\n", "empty: ", "sub/größe.txt: in a folder\n"]
    if format != "rar" { expected.append("link: archive.link") }
    #expect(try contents(path).sorted() == expected.sorted())
  }

  @Test func `zip64 is read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("archive", Fixture.zip64)
    #expect(
      try contents(path) == ["a/b.txt: " + String(repeating: "hello ", count: 20)])
  }

  @Test func `the ratio of a 7z counts from its data, not from the headers behind it`() throws {
    let folder = try TemporaryFolder()
    let data = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = try folder.file("archive", Fixture.stored7z("a.txt", data))
    let reader = try ArchiveReader(path: path, limits: ArchiveLimits(ratio: 2, freeBytes: 1 << 10))
    #expect(try reader.next()?.path == "a.txt")
    #expect(try reader.data() == data)
  }

  @Test func `a size beyond 63 bits is no size`() throws {
    let folder = try TemporaryFolder()
    let reader = try ArchiveReader(path: try folder.file("archive", Fixture.hugeSize))
    let member = try #require(try reader.next())
    #expect(member.path == "x.png" && member.size == nil)
  }

  @Test func `a folder is an archive too, sorted, with its links refused`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("b/2.txt", Array("two".utf8))
    _ = try folder.file("b/10.txt", Array("ten".utf8))
    _ = try folder.file("a.txt", Array("a".utf8))
    _ = try folder.file("c", [])
    symlink("a.txt", folder.path + "/d")
    mkfifo(folder.path + "/e", 0o600)
    #expect(
      try contents(folder.path) == [
        "a.txt: a", "b/10.txt: ten", "b/2.txt: two", "c: ", "d: archive.link", "e: archive.special",
      ])
  }

  @Test func `a folder's file names may be no UTF-8`() throws {
    let folder = try TemporaryFolder()
    let name = Array(folder.path.utf8CString.dropLast()) + [47, 120, -23, 0]
    let descriptor = open(name, O_WRONLY | O_CREAT, 0o600)
    write(descriptor, "é", 2)
    close(descriptor)
    #expect(try contents(folder.path) == ["x\\xE9: é"])
    unlink(name)
  }

  @Test func `odd members are named and refused, odd names are repaired`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("odd.tar.xz", Fixture.odd)
    #expect(
      try contents(path) == [
        "a/b/c.txt: first", "a/b/c.txt: archive.duplicate", "etc/passwd: archive.absolute-path",
        "a/../../b: archive.path-outside", "gr\\xF6\\xDFe: x", "device: archive.special",
        "hard: archive.link", "soft: archive.link", "last: end",
      ])
    let reader = try ArchiveReader(path: path)
    var refusals: [String] = []
    while let member = try reader.next() {
      if let refusal = member.refusal { refusals.append(refusal.description) }
    }
    #expect(
      refusals.last
        == "\(path), member soft: the member is a symbolic link to /etc/shadow; only files are read"
        + " [archive.link]")
  }

  @Test func `members that nobody reads are passed over`() throws {
    let folder = try TemporaryFolder()
    for (format, bytes) in Fixture.tree {
      let reader = try ArchiveReader(path: try folder.file("archive." + format, bytes))
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(count == (format == "rar" ? 3 : 4), "\(format)")
      #expect(try reader.next() == nil)
    }
  }

  @Test func `an encrypted member is refused`() throws {
    let folder = try TemporaryFolder()
    #expect(
      try contents(try folder.file("a.zip", Fixture.locked)) == ["small: archive.encrypted"])
  }

  // MARK: Limits

  @Test func `a member beyond the limit is a fault, and the next one is read`() throws {
    let folder = try TemporaryFolder()
    let limits = ArchiveLimits(memberBytes: 1 << 20)
    for bytes in [Fixture.bombTar, Fixture.bombZip] {
      #expect(
        try contents(try folder.file("bomb", bytes), limits: limits) == [
          "small: 1", "zeros: archive.member-too-large", "after: 2",
        ])
    }
  }

  @Test func `a bomb is a fault, and zip goes on behind it`() throws {
    let folder = try TemporaryFolder()
    let limits = ArchiveLimits(ratio: 20, freeBytes: 1 << 16)
    let path = try folder.file("bomb.zip", Fixture.bombZip)
    #expect(
      try contents(path, limits: limits) == ["small: 1", "zeros: archive.ratio", "after: 2"])
  }

  @Test func `a bomb in a compressed tar is not expanded even to be skipped`() throws {
    let folder = try TemporaryFolder()
    let limits = ArchiveLimits(ratio: 20, freeBytes: 1 << 16)
    let path = try folder.file("bomb.tar.xz", Fixture.bombTar)
    let reader = try ArchiveReader(path: path, limits: limits)
    #expect(try reader.next()?.path == "small")
    #expect(try reader.next()?.path == "zeros")
    let fault = try #require(throws: Fault.self) { try reader.next() }
    #expect(fault.code == "archive.ratio" && fault.place.file == path)
    #expect(try reader.next() == nil)
  }

  // MARK: What is no archive

  @Test(arguments: [
    ("text", Array("A text file with some words.\nAnd a second line.\n".utf8)),
    ("json", Array(#"{"id": 1}"#.utf8)), ("mtree", Array("#mtree\n./a type=file\n".utf8)),
    ("noise", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }),
  ])
  func `a text file is no archive`(name: String, bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(name, bytes)
    let fault = try #require(throws: Fault.self) { try contents(path) }
    #expect(fault.code == "archive.unknown-format" && fault.place.file == path, "\(fault)")
    #expect(fault.cause == "Unrecognized archive format")
  }

  @Test func `an empty file, a missing file`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("empty.tar", [])
    let empty = try #require(throws: Fault.self) { try ArchiveReader(path: path) }
    #expect(empty.code == "archive.empty" && empty.place.file == path)
    let missing = try #require(throws: Fault.self) { try ArchiveReader(path: path + "x") }
    #expect(missing.code == "file.read" && missing.cause == "No such file or directory")
  }

  @Test func `a cut or damaged archive is a fault with file, member and cause`() throws {
    let folder = try TemporaryFolder()
    let whole = folder.path + "/whole.tar"
    var writer = try TarWriter(whole)
    _ = try writer.append("first", [UInt8](repeating: 1, count: 2000))
    _ = try writer.append("second", [UInt8](repeating: 2, count: 2000))
    _ = try writer.commit()
    let bytes = try Files.read(whole)

    let path = try folder.file("cut.tar", Array(bytes.prefix(4000)))
    let cut = try ArchiveReader(path: path)
    #expect(try cut.next()?.path == "first")
    #expect(try cut.next()?.path == "second")
    let inside = try #require(throws: Fault.self) { try cut.data() }
    #expect(inside.code == "archive.damaged" && inside.place == Place(file: path, member: "second"))
    #expect(inside.cause?.contains("Truncated") == true, "\(inside)")
    let behind = try #require(throws: Fault.self) { try cut.next() }
    #expect(behind.code == "archive.damaged" && behind.place == Place(file: path))
    #expect(try cut.next() == nil)

    var flipped = bytes
    flipped[2560] ^= 1
    let damaged = try ArchiveReader(path: try folder.file("flipped.tar", flipped))
    #expect(try damaged.next()?.path == "first")
    let fault = try #require(throws: Fault.self) { try damaged.next() }
    #expect(fault.code == "archive.damaged" && fault.cause != nil, "\(fault)")
  }

  @Test(arguments: ["zip", "tar.xz", "tar.bz2", "tar.zst", "7z", "rar"])
  func `no cut and no flipped byte brings the reader down`(format: String) throws {
    let folder = try TemporaryFolder()
    let bytes = Fixture.tree[format] ?? []
    for at in stride(from: 1, to: bytes.count, by: 7) {
      _ = try? contents(try folder.file("cut", Array(bytes.prefix(at))))
      var flipped = bytes
      flipped[at] ^= 0x10
      _ = try? contents(try folder.file("flipped", flipped))
    }
  }

  @Test func `a wrong checksum in a zip is a fault of the member`() throws {
    let folder = try TemporaryFolder()
    var bytes = Fixture.tree["zip"] ?? []
    let name = try #require(bytes.indices.first { bytes[$0...].starts(with: "a.txt".utf8) })
    bytes[name + 40] ^= 1
    let contents = try contents(try folder.file("a.zip", bytes))
    #expect(contents.contains("a.txt: archive.damaged"))
    #expect(contents.contains("sub/größe.txt: in a folder\n"))
  }
}
