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
      image.sha256 = String(name)
      return image
    }
    question.question = text
    question.answer = .text(answer)
    return question
  }

  /// Capital letters look the same as small ones.
  static func fates(_ questions: Question...) -> [Fate] {
    var deduplication = Deduplication()
    return questions.map { deduplication.fate(of: $0) { $0.lowercased() } }
  }

  @Test func `Several questions about one picture stay`() {
    #expect(
      Self.fates(
        Self.question("a", "one"), Self.question("a", "two"), Self.question("a", answer: "blue"))
        == [.kept, .kept, .kept])
  }

  @Test func `The same question goes, the same words about another picture stay`() {
    #expect(
      Self.fates(Self.question("a"), Self.question("b"), Self.question("a"))
        == [.kept, .kept, .askedBefore])
  }

  @Test func `The first picture of a group stays with all its questions`() {
    #expect(
      Self.fates(
        Self.question("a"), Self.question("A"), Self.question("A", "two"),
        Self.question("a", "two"), Self.question("bA"))
        == [.kept, .pictureBefore, .pictureBefore, .kept, .pictureBefore])
  }

  @Test func `A question may compare two pictures that look the same`() {
    #expect(
      Self.fates(
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

  static func signatures(_ files: [[UInt8]]) throws -> [PictureSignature] {
    try files.map { try PictureSignature(of: $0) }
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
    let signatures = try Self.signatures(files)
    #expect(PictureSameness.bytes.groups(signatures) == [0, 1, 2, 3, 4])
    #expect(PictureSameness.pixels.groups(signatures) == [0, 1, 2, 0, 4])
    #expect(PictureSameness.near(NearDuplicates()).groups(signatures) == [0, 0, 2, 0, 0])
  }

  /// PDQ sees brightness only, and nothing in a plain picture; equal pixels always count.
  @Test func `Plain pictures are the same by their pixels alone`() throws {
    let size = Size(width: 32, height: 32)
    func plain(_ value: UInt8) -> [UInt8] {
      Picture(size: size, pixels: Array(repeating: value, count: 3072)).encodedPNG()
    }
    let signatures = try Self.signatures([plain(10), plain(200), plain(10)])
    #expect(PictureSameness.near(NearDuplicates()).groups(signatures) == [0, 1, 0])
  }

  @Test func `A signature goes through JSON`() throws {
    let signature = try PictureSignature(of: Self.picture(3).encodedPNG())
    #expect(try PictureSignature(json: signature.json) == signature)
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
