import Foundations
import Geometry
import Testing

@testable import Imaging

@Suite struct CodecTests {
  @Test func `a PNG brings back every pixel`() throws {
    let picture = Synthetic.picture(33, 17)
    let bytes = picture.encodedPNG()
    #expect(try Picture.decode(bytes) == picture)
    let header = try Picture.header(of: bytes)
    #expect(header.format == .png)
    #expect(header.size == picture.size)
    #expect(header.channels == 3 && header.bitDepth == 8)
    let layers = Synthetic.layers(12, 20)
    #expect(try PictureRGBA.decode(layers.encodedPNG()) == layers)
  }

  @Test func `a JPEG brings back nearly every pixel`() throws {
    let picture = Synthetic.smooth(65, 43)
    let bytes = picture.encodedJPEG(quality: 92)
    #expect(try Picture.header(of: bytes).format == .jpeg)
    let back = try Picture.decode(bytes)
    #expect(back.size == picture.size)
    let largest = zip(back.pixels, picture.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect((largest ?? 0) <= 12)
    #expect(picture.encodedJPEG(quality: 92) == bytes)
    #expect(picture.encodedJPEG(quality: 30).count < bytes.count)
  }

  // Digests of what Pillow 13.0 makes of the same bytes.
  @Test(arguments: [
    (Fixture.inkJPEG, "8b0345c317fd653188dbd110259214b59de228b36dcc8561abfc80ed6375df28"),
    (Fixture.luminousInkJPEG, "287aeec962e726e207a343973945407954304aec7b83202303c57ac920ae935c"),
    (Fixture.greyJPEG, "ea826745e5655f76bdb0cedee4122305aa6e6bed5e8be08d159c1a41b7dc057b"),
    (Fixture.palettePNG, "be72601fd831d56d1c30cfeba898ffb33d2a2d5239c0b6d8a8fd7e20c4840432"),
    (Fixture.deepPNG, "5eb6718ab94d9eabfd5f9979df16ea7a2e9c2c0e37995bd9a8bccf0822935ec7"),
  ])
  func `other colour models become RGB as Pillow makes them`(bytes: [UInt8], digest: String) throws
  {
    #expect(try Picture.decode(bytes).digest == digest)
  }

  @Test func `junk and nothing are told apart`() {
    #expect(code([]) == "image.empty")
    #expect(code(Array("GIF89a, no picture".utf8)) == "image.unknown-format")
    #expect(code([0xFF]) == "image.unknown-format")
    #expect(code([0xFF, 0xD8, 0xFF, 0xD8]) == "image.corrupt")
    #expect(code([0xFF, 0xD8]) == "image.truncated")
    #expect(code([0x89] + Array("PNG\r\n\u{1A}\n".utf8)) == "image.truncated")
  }

  @Test(arguments: PictureFormat.allCases)
  func `every cut is refused`(format: PictureFormat) throws {
    let picture = Synthetic.picture(40, 30)
    let bytes = format == .jpeg ? picture.encodedJPEG() : picture.encodedPNG()
    // What may be missing unnoticed: the end marker of a JPEG is 2 bytes, a PNG's IEND 12.
    for count in stride(from: 1, to: bytes.count - 12, by: 7) {
      let code = self.code(Array(bytes.prefix(count)))
      #expect(code?.hasPrefix("image.") == true, "cut after \(count) of \(bytes.count) bytes")
    }
    #expect(code(Array(bytes.prefix(bytes.count * 2 / 3))) == "image.truncated")
  }

  @Test func `a flipped byte in a PNG is noticed`() {
    var bytes = Synthetic.picture(40, 30).encodedPNG()
    bytes[bytes.count / 2] ^= 0x40
    #expect(code(bytes) == "image.corrupt")
  }

  @Test func `limits are checked on the header`() {
    // A header that announces 30000 x 30000 pixels, and nothing behind it.
    var bomb = Synthetic.picture(1, 1).encodedPNG()
    bomb.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
    #expect(code(bomb) == "image.too-large")
    let small = Synthetic.picture(20, 10).encodedJPEG()
    let limits = DecodeLimits(maxPixels: 199, maxBytes: 1 << 20)
    #expect(code(small, limits: limits) == "image.too-large")
    let bytes = DecodeLimits(maxPixels: 1000, maxBytes: small.count - 1)
    #expect(code(small, limits: bytes) == "image.too-large")
    #expect(code(small, limits: DecodeLimits(maxPixels: 200, maxBytes: small.count)) == nil)
  }

  /// The place that stored pixel (x, y) of a 5 x 3 picture has when upright (EXIF 2.32, tag 274).
  private static let upright: [(orientation: UInt8, place: @Sendable (Int, Int) -> (Int, Int))] = [
    (1, { ($0, $1) }), (2, { (4 - $0, $1) }), (3, { (4 - $0, 2 - $1) }), (4, { ($0, 2 - $1) }),
    (5, { ($1, $0) }), (6, { (2 - $1, $0) }), (7, { (2 - $1, 4 - $0) }), (8, { ($1, 4 - $0) }),
  ]

  @Test(arguments: 0..<8, [true, false])
  func `the orientation tag is applied`(index: Int, littleEndian: Bool) throws {
    let (orientation, place) = Self.upright[index]
    let stored = Synthetic.picture(5, 3)
    let tagged = Self.tagged(stored.encodedPNG(), orientation, littleEndian: littleEndian)
    let picture = try Picture.decode(tagged)
    #expect(try Picture.header(of: tagged).size == picture.size)
    #expect(picture.size.width == (orientation < 5 ? 5 : 3))
    for y in 0..<3 {
      for x in 0..<5 {
        let (atX, atY) = place(x, y)
        #expect(picture[atX, atY] == stored[x, y])
      }
    }
  }

  @Test func `the orientation tag of a JPEG is found behind its other segments`() throws {
    let plain = Synthetic.smooth(16, 8).encodedJPEG()
    let exif = Array("Exif\0\0".utf8) + Self.tiff(6, littleEndian: true)
    let comment: [UInt8] = [0xFF, 0xFE, 0, 4, 0x41, 0x42]
    let segment = [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
    let tagged = plain[..<2] + comment + segment + plain[2...]
    #expect(try Picture.header(of: Array(tagged)).orientation == .turnedRight)
    #expect(try Picture.decode(Array(tagged)).size == Size(width: 8, height: 16))
  }

  private static func tiff(_ orientation: UInt8, littleEndian: Bool) -> [UInt8] {
    littleEndian
      ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
      : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
  }

  /// A PNG with an eXIf chunk behind its header chunk.
  private static func tagged(
    _ png: [UInt8], _ orientation: UInt8, littleEndian: Bool
  ) -> [UInt8] {
    PNGFile.inserting("eXIf", tiff(orientation, littleEndian: littleEndian), in: png)
  }

  /// The code of the fault that decoding ends with, nil if it succeeds.
  private func code(_ bytes: [UInt8], limits: DecodeLimits = .default) -> String? {
    do throws(Fault) {
      _ = try Picture.decode(bytes, limits: limits)
      return nil
    } catch { return error.code }
  }
}
