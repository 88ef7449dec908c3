import Archiving
import Foundations
import Testing

@Suite struct `Seekable zstd` {
  /// Lines of some length that compress as records do.
  func lines(_ count: Int) -> [[UInt8]] {
    var random = CounterRandom(seed: 1)
    return (0..<count).map { index in
      let numbers = (0..<8).map { _ in String(random.below(1000)) }
      return Array("{\"id\":\(index),\"numbers\":[\(numbers.joined(separator: ","))]}\n".utf8)
    }
  }

  func write(
    _ path: String, _ pieces: [[UInt8]], frameBytes: Int = 4096
  ) throws -> OutputFile.Written {
    var writer = try SeekableZstdWriter(path, frameBytes: frameBytes)
    for piece in pieces { try writer.append(piece) }
    return try writer.commit()
  }

  func all(_ path: String) throws -> [UInt8] {
    var stream = try SeekableZstdReader(path).stream()
    var bytes: [UInt8] = []
    while let piece = try stream.next() { bytes += piece }
    return bytes
  }

  @Test func `what is written is read back, frame by frame and as a whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    let lines = lines(1000)
    let written = try write(path, lines)
    #expect(written == (try write(folder.path + "/b.zst", lines)))
    let reader = try SeekableZstdReader(path)
    let table = try #require(reader.table)
    #expect(reader.frameCount == 14 && table.contentBytes == lines.joined().count)
    var content: [UInt8] = []
    for index in [Int](0..<reader.frameCount) {
      let frame = try reader.frame(index)
      #expect(table.frames[index].content == content.count..<content.count + frame.count)
      #expect(frame.last == 0x0A, "no line is split")
      #expect(index == reader.frameCount - 1 || frame.count >= 4096)
      content += frame
    }
    #expect(content == Array(lines.joined()))
    #expect(try all(path) == content)
    #expect(try reader.frame(5) == Array(content[table.frames[5].content]))
  }

  @Test func `frames are cut where the caller says`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    var writer = try SeekableZstdWriter(path)
    try writer.append([1, 2])
    try writer.cutFrame()
    try writer.cutFrame()
    try writer.append([3])
    try writer.append([])
    #expect(writer.frameCount == 1)
    _ = try writer.commit()
    let reader = try SeekableZstdReader(path)
    #expect(try (0..<reader.frameCount).map { try reader.frame($0) } == [[1, 2], [3]])
  }

  @Test func `the table is the one of the format's description`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    _ = try write(path, [Array("abc".utf8)])
    let bytes = try Files.read(path)
    // XXH64 of "abc" is 44BC2CF5AD770999.
    #expect(
      Array(bytes.suffix(29)) == [
        0x5E, 0x2A, 0x4D, 0x18, 21, 0, 0, 0,
        UInt8(bytes.count - 29), 0, 0, 0, 3, 0, 0, 0, 0x99, 0x09, 0x77, 0xAD,
        1, 0, 0, 0, 0x80, 0xB1, 0xEA, 0x92, 0x8F,
      ])
  }

  @Test func `no content is a table without frames`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    _ = try write(path, [])
    let reader = try SeekableZstdReader(path)
    #expect(reader.isSeekable && reader.frameCount == 0)
    #expect(try all(path).isEmpty)
  }

  /// Few bits of a frame mean nothing, such as the padding of a Huffman stream.
  @Test func `a flipped byte is found at its frame or leaves the content as it was`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    _ = try write(path, lines(200))
    let bytes = try Files.read(path)
    let frames = try #require(try SeekableZstdReader(path).table).frames
    let contents = try (0...1).map { try SeekableZstdReader(path).frame($0) }
    var found = 0
    for at in stride(from: 0, to: frames[1].compressed.upperBound, by: 13) {
      var flipped = bytes
      flipped[at] ^= 0x04
      let reader = try SeekableZstdReader(try folder.file("flipped.zst", flipped))
      let hit = frames.firstIndex { $0.compressed.contains(at) } ?? -1
      for index in 0...1 where index != hit { _ = try reader.frame(index) }
      do throws(Fault) {
        #expect(try reader.frame(hit) == contents[hit], "byte \(at)")
      } catch {
        found += 1
        #expect(error.code == "zstd.damaged")
        #expect(error.place.byte == frames[hit].compressed.lowerBound)
      }
    }
    #expect(found > 220)
  }

  @Test func `a flipped byte is found by streaming too`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    _ = try write(path, lines(400))
    let frame = try #require(try SeekableZstdReader(path).table).frames[2].compressed
    var bytes = try Files.read(path)
    bytes[frame.upperBound - 1] ^= 1
    let flipped = try folder.file("flipped.zst", bytes)
    let fault = try #require(throws: Fault.self) { try all(flipped) }
    #expect(fault.code == "zstd.damaged" && fault.place.byte == frame.lowerBound, "\(fault)")
    #expect(fault.cause?.contains("checksum") == true)
  }

  @Test func `a frame that would fill memory is not expanded`() throws {
    let folder = try TemporaryFolder()
    var writer = try SeekableZstdWriter(folder.path + "/a.zst")
    try writer.append([1, 2, 3])
    _ = try writer.commit()
    var bytes = try Files.read(folder.path + "/a.zst")
    // The length of the only frame's content, in front of its checksum and the footer.
    bytes.replaceSubrange(bytes.count - 17..<bytes.count - 13, with: [1, 0, 0, 0x10])
    let reader = try SeekableZstdReader(try folder.file("large.zst", bytes))
    let fault = try #require(throws: Fault.self) { try reader.frame(0) }
    #expect(fault.code == "zstd.frame-size" && fault.place.byte == 0, "\(fault)")
  }

  @Test func `a damaged table is a fault, a lost one leaves a plain file`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.zst"
    _ = try write(path, lines(200))
    let bytes = try Files.read(path)
    for back in [8, 7, 5, 14, 18, 9 + 12 * 3 + 8] {
      var flipped = bytes
      flipped[bytes.count - back] ^= 0x20
      let damaged = try folder.file("damaged.zst", flipped)
      let reader = try? SeekableZstdReader(damaged)
      let isFound = reader.map { reader in
        (0..<reader.frameCount).contains { (try? reader.frame($0)) == nil }
      }
      #expect(isFound ?? true, "byte \(back) from the end")
    }
    let table = try #require(try SeekableZstdReader(path).table)
    let plain = try folder.file("plain.zst", Array(bytes.prefix(table.compressedBytes)))
    #expect(try !SeekableZstdReader(plain).isSeekable)
    #expect(try all(plain) == all(path))
    let cut = try folder.file("cut.zst", Array(bytes.prefix(table.compressedBytes - 3)))
    let fault = try #require(throws: Fault.self) { try all(cut) }
    #expect(fault.code == "zstd.truncated")
    #expect(fault.place.byte == table.frames.last?.compressed.lowerBound)
  }

  @Test func `other files are told apart`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.file("text", Array("not compressed at all".utf8))
    #expect(try #require(throws: Fault.self) { try all(text) }.code == "zstd.unknown-format")
    let empty = try folder.file("empty", [])
    #expect(try #require(throws: Fault.self) { try all(empty) }.code == "zstd.truncated")
  }
}
