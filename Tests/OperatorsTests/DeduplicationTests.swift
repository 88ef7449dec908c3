import Foundations
import Geometry
import Imaging
import Operators
import Schemas
import Testing

@Suite struct DeduplicationTests {
  typealias Fate = Deduplication.Fate

  /// A question about pictures that are known by letters.
  static func question(_ pictures: String, _ text: String = "Which?", answer: String = "red")
    -> Question
  {
    var question = SmallDataset.question(0)
    question.images = pictures.map { name in
      var image = question.images[0]
      image.sha256 = SHA256.hexadecimal(of: Array(String(name).utf8))
      return image
    }
    question.question = text
    question.answer = .text(answer)
    return question
  }

  /// Capital letters look the same as small ones.
  static func fates(_ questions: Question...) throws -> [Fate] {
    let scratch = try Scratch()
    var deduplication = try Deduplication(in: scratch.path)
    var table = try PictureTable(in: Files.scratch)
    for question in questions {
      let pictures = try question.images.map {
        try table.number(of: try #require(Digest($0.sha256)))
      }
      try deduplication.append(Deduplication.key(of: question), pictures: pictures)
    }
    let groups = UnionFind(count: table.count)
    for letter in "abc" {
      let both = [String(letter), letter.uppercased()].map { name in
        Digest(of: Array(name.utf8))
      }
      if let small = try table.known(both[0]), let capital = try table.known(both[1]) {
        groups.join(small, capital)
      }
    }
    return try deduplication.fates(groups)
  }

  @Test func `Several questions about one picture stay`() throws {
    #expect(
      try Self.fates(
        Self.question("a", "one"), Self.question("a", "two"), Self.question("a", answer: "blue"))
        == [.kept, .kept, .kept])
  }

  @Test func `The same question goes, the same words about another picture stay`() throws {
    #expect(
      try Self.fates(Self.question("a"), Self.question("b"), Self.question("a"))
        == [.kept, .kept, .askedBefore])
  }

  @Test func `The first picture of a group stays with all its questions`() throws {
    #expect(
      try Self.fates(
        Self.question("a"), Self.question("A"), Self.question("A", "two"),
        Self.question("a", "two"), Self.question("bA"))
        == [.kept, .pictureBefore, .pictureBefore, .kept, .pictureBefore])
  }

  @Test func `A question may compare two pictures that look the same`() throws {
    #expect(
      try Self.fates(
        Self.question("aA", "What changed?"), Self.question("A", "two"), Self.question("a"))
        == [.kept, .kept, .kept])
  }
}

@Suite struct PictureSamenessTests {
  /// A picture that a hash can tell from others.
  static func picture(_ seed: UInt64) -> Picture {
    var random = CounterRandom(seed: seed)
    let size = Size(width: 8, height: 8)
    let small = Picture(
      size: size, pixels: (0..<192).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    return small.resized(to: Size(width: 160, height: 120))
  }

  /// All that can be compared of a picture.
  static func signature(_ file: [UInt8]) throws -> PictureSignature {
    var signature = try PictureSignature(of: file, for: .near(NearDuplicates()))
    signature.pixels = try PictureSignature(of: file, for: .pixels).pixels
    return signature
  }

  /// For every file the number of the first of its group.
  static func groups(_ files: [[UInt8]], _ sameness: PictureSameness) throws -> [Int] {
    var table = try PictureTable(in: Files.scratch)
    let numbers = try files.map { try table.number(of: Digest(of: $0)) }
    for (number, file) in zip(numbers, files) {
      try table.set(PictureSignature(of: file, for: sameness), of: number)
    }
    let groups = try table.groups(sameness, workers: 2)
    return numbers.map { groups.root(of: $0) }
  }

  @Test func `Files of the same pixels are one picture, re-encoded ones look the same`() throws {
    let picture = Self.picture(1)
    let png = picture.encodedPNG()
    // The same pixels in a file of other bytes: a chunk of text before the end.
    let end = png.count - 12
    let text: [UInt8] = [0, 0, 0, 4] + Array("tEXtk\0vv".utf8)
    let checksum = CRC32.of(Array(text[4...]))
    let other = Array(png[..<end]) + text + checksum + Array(png[end...])
    let files = [
      png, picture.encodedJPEG(quality: 70), Self.picture(2).encodedPNG(), other,
      picture.resized(to: Size(width: 120, height: 90)).encodedPNG(),
    ]
    #expect(try Self.groups(files, .bytes) == [0, 1, 2, 3, 4])
    #expect(try Self.groups(files, .pixels) == [0, 1, 2, 0, 4])
    #expect(try Self.groups(files, .near(NearDuplicates())) == [0, 0, 2, 0, 0])
  }

  /// PDQ sees brightness only, and nothing in a plain picture; equal pixels always count.
  @Test func `Plain pictures are the same by their pixels alone`() throws {
    let size = Size(width: 32, height: 32)
    func plain(_ value: UInt8) -> [UInt8] {
      Picture(size: size, pixels: Array(repeating: value, count: 3072)).encodedPNG()
    }
    let other = Self.picture(4).encodedPNG()
    #expect(
      try Self.groups([plain(10), plain(200), other, other], .near(NearDuplicates()))
        == [0, 1, 2, 2])
  }

  @Test func `A table of pictures groups as their signatures do`() throws {
    let picture = Self.picture(1)
    let files = [
      picture.encodedPNG(), Self.picture(2).encodedPNG(), picture.encodedJPEG(quality: 70),
      picture.encodedPNG(),
    ]
    var table = try PictureTable(in: Files.scratch)
    let numbers = try files.map { try table.number(of: Digest(of: $0)) }
    #expect(numbers == [0, 1, 2, 0])
    #expect(try table[0] == nil)
    for (number, file) in zip(numbers, files) {
      try table.set(Self.signature(file), of: number)
    }
    #expect(try table[2] == Self.signature(files[2]))
    #expect(try table.name(1).hexadecimal == SHA256.hexadecimal(of: files[1]))
    let near = try table.groups(.near(NearDuplicates()), workers: 2)
    #expect((0..<3).map { near.root(of: $0) } == [0, 1, 0])
    let exact = try table.groups(.pixels, workers: 1)
    #expect((0..<3).map { exact.root(of: $0) } == [0, 1, 2])
    #expect(Digest("12") == nil && Digest(String(repeating: "g", count: 64)) == nil)
  }

  @Test func `A signature goes through JSON`() throws {
    let file = Self.picture(3).encodedPNG()
    for signature in [
      try Self.signature(file), try PictureSignature(of: file, for: .pixels), PictureSignature(),
      try PictureSignature(of: file, for: .near(NearDuplicates())),
    ] {
      #expect(try PictureSignature(json: signature.json) == signature)
    }
  }

  @Test func `Only what is compared is computed`() throws {
    let size = Size(width: 32, height: 32)
    let plain = Picture(size: size, pixels: Array(repeating: 7, count: 3072)).encodedPNG()
    let exact = try PictureSignature(of: plain, for: .pixels)
    #expect(exact.hash == nil && exact.serves(.pixels) && exact.serves(.bytes))
    let strict = PictureSameness.near(NearDuplicates(quality: 100))
    let near = PictureSameness.near(NearDuplicates())
    let detailed = Self.picture(5).encodedPNG()
    let looks = try PictureSignature(of: detailed, for: near)
    #expect(looks.pixels == nil && looks.serves(near))
    #expect(!looks.serves(.pixels) && !exact.serves(near))
    #expect(try PictureSignature(of: detailed, for: strict).serves(strict))
    // Too plain to be judged by its looks.
    #expect(try PictureSignature(of: plain, for: near).pixels == exact.pixels)
  }
}

/// The check of PNG chunks.
private enum CRC32 {
  static func of(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = .max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return (0..<4).reversed().map { UInt8(truncatingIfNeeded: ~crc >> (8 * $0)) }
  }
}
