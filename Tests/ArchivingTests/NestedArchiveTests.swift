import Archiving
import Foundations
import Testing

@Suite struct `Archives in archives` {
  func tar(_ members: [(String, [UInt8])]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    var writer = try TarWriter(folder.path + "/a.tar")
    for (name, bytes) in members { _ = try writer.append(name, bytes) }
    _ = try writer.commit()
    return try Files.read(folder.path + "/a.tar")
  }

  func contents(
    _ path: String, nesting: Int?, limits: ArchiveLimits = ArchiveLimits()
  ) throws -> [String] {
    let reader = try ArchiveReader(path: path, limits: limits, nesting: nesting)
    var contents: [String] = []
    while let member = try reader.next() {
      if let refusal = member.refusal {
        #expect(refusal.place.file == path)
        contents.append("\(member.path): \(refusal.code)")
        continue
      }
      do throws(Fault) {
        let bytes = try reader.data()
        contents.append("\(member.path): " + String(decoding: bytes.prefix(20), as: UTF8.self))
      } catch { contents.append("\(member.path): \(error.code)") }
    }
    return contents
  }

  @Test(arguments: Fixture.tree.keys.sorted())
  func `every format is read inside of a tar`(format: String) throws {
    let folder = try TemporaryFolder()
    let inner = format == "cpio" ? "cpio.gz" : format == "iso" ? "tar.xz" : format
    let members = [
      ("a", Array("1".utf8)), ("in/x.\(inner)", Fixture.tree[format] ?? []), ("z", [UInt8(0x32)]),
    ]
    let path = try folder.file("outer", try tar(members))
    var expected = ["a.txt: Hello\n", "empty: ", "sub/größe.txt: in a folder\n"]
    if format != "rar" { expected.append("link: archive.link") }
    let found = try contents(path, nesting: 1)
    #expect(found.first == "a: 1" && found.last == "z: 2")
    #expect(
      found.dropFirst().dropLast().sorted() == expected.map { "in/x.\(inner)!/\($0)" }.sorted())
    #expect(try contents(path, nesting: nil).count == 3)
  }

  @Test func `beyond the depth archives are refused`() throws {
    let folder = try TemporaryFolder()
    let innermost = try tar([("deep", [0x33])])
    let middle = try tar([("b", [0x32]), ("c.tar", innermost)])
    let path = try folder.file("o.tar", try tar([("a", [0x31]), ("b.tar", middle), ("d", [0x34])]))
    #expect(
      try contents(path, nesting: 2) == ["a: 1", "b.tar!/b: 2", "b.tar!/c.tar!/deep: 3", "d: 4"])
    #expect(
      try contents(path, nesting: 1)
        == ["a: 1", "b.tar!/b: 2", "b.tar!/c.tar: archive.nesting", "d: 4"])
    #expect(try contents(path, nesting: 0) == ["a: 1", "b.tar: archive.nesting", "d: 4"])
    _ = try folder.file("f/b.tar", middle)
    #expect(
      try contents(folder.path + "/f", nesting: 2) == ["b.tar!/b: 2", "b.tar!/c.tar!/deep: 3"])
  }

  @Test
  func `an archive in the archive that is none, is empty or is cut does not end the outer one`()
    throws
  {
    let folder = try TemporaryFolder()
    let inner = try tar([("x", [0x31]), ("y", [UInt8](repeating: 0x32, count: 2000))])
    let path = try folder.file(
      "o.tar",
      try tar([
        ("text.zip", Array("no archive".utf8)), ("empty.tar", []),
        ("cut.tar", Array(inner.prefix(2000))), ("twice.tar", inner), ("last", [0x39]),
      ]))
    #expect(
      try contents(path, nesting: 2) == [
        "text.zip: archive.unknown-format", "empty.tar: archive.empty", "cut.tar!/x: 1",
        "cut.tar!/y: archive.damaged", "cut.tar: archive.damaged", "twice.tar!/x: 1",
        "twice.tar!/y: 22222222222222222222", "last: 9",
      ])
  }

  @Test func `a bomb in a bomb is measured by the outermost bytes`() throws {
    let folder = try TemporaryFolder()
    let bomb = Fixture.bombTar
    let limits = ArchiveLimits(ratio: 10, freeBytes: 1 << 16)
    let inner = try folder.file("in.tar", try tar([("b.tar.xz", bomb), ("after", [0x32])]))
    #expect(
      try contents(inner, nesting: 2, limits: limits) == [
        "b.tar.xz!/small: 1", "b.tar.xz!/zeros: archive.ratio", "b.tar.xz: archive.ratio",
        "after: 2",
      ])
  }

  @Test func `a single file of text is a folder of one file`() throws {
    let folder = try TemporaryFolder()
    for name in ["q.jsonl", "q.TSV", "q.csv.gz", "q.json.zst"] {
      let path = try folder.file(name, Array("a text".utf8))
      #expect(try contents(path, nesting: 2) == ["\(name): a text"])
    }
    let path = try folder.file("q.txt", Array("a text".utf8))
    #expect(throws: Fault.self) { try contents(path, nesting: 2) }
  }
}

@Suite struct `Expanded text` {
  func expand(_ bytes: [UInt8], piece: Int, limits: ArchiveLimits = ArchiveLimits()) throws
    -> [UInt8]
  {
    var rest = bytes[...]
    let text = ExpandedText(limits: limits) {
      defer { rest = rest.dropFirst(piece) }
      return Array(rest.prefix(piece))
    }
    var all: [UInt8] = []
    while let next = try text.next() { all += next }
    return all
  }

  @Test(arguments: [1, 7, 1 << 18])
  func `zstd with a seek table, gzip and plain text give their content`(piece: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    var content: [UInt8] = []
    var writer = try SeekableZstdWriter(path, frameBytes: 1000)
    for number in 0..<200 {
      let line = Array("line \(number)\n".utf8)
      content += line
      try writer.append(line)
    }
    _ = try writer.commit()
    #expect(try expand(try Files.read(path), piece: piece) == content)
    #expect(try expand(content, piece: piece) == content)
    #expect(try expand([], piece: piece) == [])
    let tar = try expand(Fixture.tree["tar.gz"] ?? [], piece: piece)
    #expect(tar.count % 512 == 0)
    #expect(String(decoding: tar, as: UTF8.self).contains("ustar"))
  }

  @Test func `damage and bombs are faults`() throws {
    let gzip = Fixture.tree["tar.gz"] ?? []
    let fault = try #require(throws: Fault.self) { try expand(Array(gzip.dropLast(20)), piece: 99) }
    #expect(fault.code == "archive.damaged" && fault.cause != nil)
    let folder = try TemporaryFolder()
    var writer = try SeekableZstdWriter(folder.path + "/z.zst")
    for _ in 0..<4 { try writer.append([UInt8](repeating: 0, count: 1 << 20)) }
    _ = try writer.commit()
    let zeros = try Files.read(folder.path + "/z.zst")
    let bomb = try #require(throws: Fault.self) {
      try expand(zeros, piece: 99, limits: ArchiveLimits(ratio: 20, freeBytes: 1 << 16))
    }
    #expect(bomb.code == "archive.ratio")
    struct Broken: Error {}
    let text = ExpandedText { throw Broken() }
    #expect(throws: Broken.self) { try text.next() }
  }
}
