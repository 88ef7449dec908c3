import Archiving
import Foundations
import Testing

@Suite struct `Tar writer` {
  static let long = String(repeating: "folder/", count: 20) + "file.txt"

  func write(_ path: String) throws -> (offsets: [Int], written: OutputFile.Written) {
    var writer = try TarWriter(path)
    let offsets = [
      try writer.append("a.txt", Array("Hello".utf8)), try writer.append("empty", []),
      try writer.append(Self.long, [UInt8](repeating: 7, count: 512)),
      try writer.append("größe", [1]),
    ]
    return (offsets, try writer.commit())
  }

  @Test func `what is written is read back, and the bytes are always the same`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.tar"
    let (offsets, written) = try write(path)
    #expect(offsets == [512, 1536, 2048, 3072])
    #expect(written.bytes == 4608)
    #expect(written == (try write(folder.path + "/b.tar")).written)
    #expect(written.sha256 == SHA256.hexadecimal(of: try Files.read(path)))
    #expect(
      written.sha256 == "b6cf7b1411c3dd03e296c8a2a34de4b609a1abeef11ad55e96b638346b7f41bc")
    let reader = try ArchiveReader(path: path)
    for (name, data) in [
      ("a.txt", Array("Hello".utf8)), ("empty", []),
      (Self.long, [UInt8](repeating: 7, count: 512)), ("größe", [1]),
    ] {
      let member = try #require(try reader.next())
      #expect(member.path == name && member.size == data.count && member.kind == .file)
      #expect(try reader.data() == data)
    }
    #expect(try reader.next() == nil)
    #expect(
      try TarIndex.scan(path) == [
        .init(name: "a.txt", range: 512..<517), .init(name: "empty", range: 1536..<1536),
        .init(name: Self.long, range: 2048..<2560), .init(name: "größe", range: 3072..<3073),
      ])
  }

  @Test func `nothing shows under the name before the commit`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.tar"
    do {
      var writer = try TarWriter(path)
      _ = try writer.append("a", [1])
    }
    #expect(!Files.exists(path))
    _ = try write(path)
    #expect(try Files.names(in: folder.path) == ["a.tar"])
  }

  @Test(arguments: [
    "", String(repeating: "x", count: 101), String(repeating: "x", count: 156) + "/y",
  ])
  func `a name that does not fit is a fault`(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.tar"
    let fault = try #require(throws: Fault.self) {
      var writer = try TarWriter(path)
      _ = try writer.append(name, [])
    }
    #expect(fault.code == "tar.name" && fault.place.member == name)
  }

  @Test func `the index names the byte that is wrong`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.tar"
    _ = try write(path)
    var bytes = try Files.read(path)
    bytes[1024 + 3] ^= 1
    let flipped = try #require(throws: Fault.self) {
      try TarIndex.scan(try folder.file("b.tar", bytes))
    }
    #expect(flipped.code == "tar.damaged" && flipped.place.byte == 1024)
    let cut = try #require(throws: Fault.self) {
      try TarIndex.scan(try folder.file("c.tar", Array(try Files.read(path).prefix(2100))))
    }
    #expect(cut.code == "tar.damaged" && cut.place.byte == 1536)
  }
}
