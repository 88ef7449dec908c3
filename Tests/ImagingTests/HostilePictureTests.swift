import Foundations
import Geometry
import Testing

@testable import Imaging

@Suite struct HostilePictureTests {
  @Test func `what follows the end of a picture is not looked at`() throws {
    let picture = Synthetic.picture(20, 10)
    #expect(try Picture.decode(picture.encodedPNG() + Array("junk".utf8)) == picture)
    let jpeg = picture.encodedJPEG()
    #expect(try Picture.decode(jpeg + jpeg) == Picture.decode(jpeg))
  }

  @Test(arguments: PictureFormat.allCases)
  func `a picture without its end is refused`(format: PictureFormat) {
    let picture = Synthetic.picture(20, 10)
    let bytes = format == .jpeg ? picture.encodedJPEG() : picture.encodedPNG()
    let end = format == .jpeg ? 2 : 12
    for missing in 1...end { #expect(code(Array(bytes.dropLast(missing))) == "image.truncated") }
  }

  @Test func `checking finds what decoding finds`() throws {
    let png = Synthetic.picture(40, 30).encodedPNG()
    for bytes in [png, Fixture.greyJPEG, Fixture.inkJPEG, Fixture.palettePNG, Fixture.deepPNG] {
      #expect(try Picture.check(bytes).size == Picture.decode(bytes).size)
      for at in stride(from: 30, to: bytes.count, by: 11) {
        var hurt = bytes
        hurt[at] ^= 0x5A
        #expect(code(hurt) == checkCode(hurt), "byte \(at)")
      }
    }
  }

  @Test func `a small file of many scans is refused before it takes long`() throws {
    let jpeg = Fixture.greyJPEG
    let last = try #require(jpeg.indices.last { jpeg[$0...].starts(with: [0xFF, 0xDA]) })
    let scan = jpeg[last..<jpeg.count - 2]
    func repeated(_ times: Int) -> [UInt8] {
      jpeg[..<last] + Array(repeatElement(scan, count: times).joined()) + [0xFF, 0xD9]
    }
    // The same refinement twice is no longer the picture, but no bomb either.
    #expect(code(repeated(600)) != nil)
    let pixels = try Picture.header(of: jpeg).size
    let limits = DecodeLimits(maxScans: 5)
    #expect(code(jpeg, limits: limits) == "image.too-large")
    #expect(code(jpeg) == nil)
    #expect(code(jpeg, limits: DecodeLimits(maxScanPixels: pixels.width)) == nil)
  }

  @Test func `coefficients beyond the limit of memory are refused`() {
    // A progressive file that says it has 2000 x 2000 pixels, of two bytes of coefficients each.
    var large = Fixture.greyJPEG
    for at in large.indices.dropLast() where large[at] == 0xFF && large[at + 1] == 0xC2 {
      large.replaceSubrange(at + 5..<at + 9, with: [0x07, 0xD0, 0x07, 0xD0])
    }
    #expect(code(large, limits: DecodeLimits(maxMemory: 7_000_000)) == "image.too-large")
    #expect(code(large, limits: DecodeLimits(maxMemory: 9_000_000)) != "image.too-large")
  }

  @Test func `a header that announces too much for its file is refused`() {
    var bomb = Synthetic.picture(1, 1).encodedPNG()
    // 7000 x 7000, within the limit of pixels.
    bomb.replaceSubrange(16..<24, with: [0, 0, 0x1B, 0x58, 0, 0, 0x1B, 0x58])
    #expect(code(bomb) == "image.ratio")
    #expect(checkCode(bomb) == "image.ratio")
  }

  @Test(arguments: ["iCCP", "zTXt", "iTXt", "tEXt", "sPLT", "gAMA", "acTL", "fdAT", "vpAg"])
  func `chunks that change no pixel are passed over unread`(name: String) throws {
    let picture = Synthetic.picture(9, 7)
    // Not one of them is well formed.
    for body in [[], [0], Array(repeating: UInt8(0x78), count: 100_000)] {
      let bytes = PNGFile.inserting(name, body, in: picture.encodedPNG())
      #expect(try Picture.decode(bytes) == picture)
      #expect(try Picture.header(of: bytes).hasColorProfile == (name == "iCCP"))
    }
    var torn = PNGFile.inserting(name, [1, 2, 3, 4], in: picture.encodedPNG())
    torn[33 + 8] ^= 1
    #expect(code(torn) == "image.corrupt", "its checksum is wrong")
  }

  @Test func `a chunk longer than its file is refused`() {
    var bytes = PNGFile.inserting("tEXt", [1, 2, 3, 4], in: Synthetic.picture(9, 7).encodedPNG())
    bytes.replaceSubrange(33..<37, with: [0x7F, 0xFF, 0xFF, 0xFF])
    #expect(code(bytes) == "image.truncated")
  }

  @Test func `the profile of a JPEG is noted`() throws {
    let plain = Synthetic.smooth(16, 8).encodedJPEG()
    #expect(try !Picture.header(of: plain).hasColorProfile)
    let body = Array("ICC_PROFILE\0".utf8) + [1, 1, 9, 9]
    let segment = [0xFF, 0xE2, 0, UInt8(body.count + 2)] + body
    let tagged = Array(plain[..<2] + segment + plain[2...])
    #expect(try Picture.header(of: tagged).hasColorProfile)
    #expect(try Picture.decode(tagged) == Picture.decode(plain))
  }

  @Test func `kinds that the library does not decode are named so`() {
    var lossless = Synthetic.smooth(16, 8).encodedJPEG()
    for at in lossless.indices.dropLast() where lossless[at] == 0xFF && lossless[at + 1] == 0xC0 {
      lossless[at + 1] = 0xC3
    }
    #expect(code(lossless) == "image.unsupported")
  }

  @Test func `a JPEG comes out smaller where that is enough`() throws {
    let jpeg = Synthetic.smooth(161, 90).encodedJPEG(quality: 95)
    func decoded(_ width: Int, _ height: Int) throws -> Picture {
      try Picture.decoding(jpeg, covering: Size(width: width, height: height)) { $0 }
    }
    #expect(try decoded(161, 90).size == Size(width: 161, height: 90))
    #expect(try decoded(80, 46).size == Size(width: 161, height: 90))
    #expect(try decoded(80, 45).size == Size(width: 81, height: 45))
    #expect(try decoded(40, 20).size == Size(width: 41, height: 23))
    #expect(try decoded(1, 1).size == Size(width: 21, height: 12))
    let small = try decoded(40, 20)
    let large = try Picture.decode(jpeg).resized(to: small.size)
    let largest = zip(small.pixels, large.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect((largest ?? 0) < 12)
  }

  private func code(_ bytes: [UInt8], limits: DecodeLimits = .default) -> String? {
    do throws(Fault) {
      _ = try Picture.decode(bytes, limits: limits)
      return nil
    } catch { return error.code }
  }

  private func checkCode(_ bytes: [UInt8]) -> String? {
    do throws(Fault) {
      _ = try Picture.check(bytes)
      return nil
    } catch { return error.code }
  }
}

/// PNG files with chunks of any content.
enum PNGFile {
  /// `png` with one more chunk behind its header chunk.
  static func inserting(_ name: String, _ body: [UInt8], in png: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    var crc: UInt32 = ~0
    for byte in named {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return png[..<33] + bigEndian(UInt32(body.count)) + named + bigEndian(~crc) + png[33...]
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }
}
