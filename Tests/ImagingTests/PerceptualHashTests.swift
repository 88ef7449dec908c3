import Foundations
import Geometry
import Imaging
import Testing

@Suite struct PerceptualHashTests {
  /// Bands and blocks, as an outside program draws them.
  private func banded(_ width: Int, _ height: Int) -> Picture {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          bytes.append(
            UInt8(truncatingIfNeeded: x * x / 50 + y * 3 + c * 40 + (x / 17) * (y / 23) * 29))
        }
      }
    }
    return Picture(size: Size(width: width, height: height), pixels: bytes)
  }

  // Golden: Meta's C++ by way of the package pdqhash 0.2.8. An implementation is called right
  // within 10 bits at quality 80 and above.
  @Test(arguments: [
    (256, 192, "6339e707caaa8f7a8e8fb439f85ef481837807e37fe464d260806ccc5c30cce6"),
    (640, 480, "f041fce0a6aadbd03e3f000051ca7a1c27e08fc7fc076c1afaadd0fcc3b87f03"),
    (100, 333, "87c0c73874e6bdeb4bc1ea3ed81eb52f06b403c07a9d8d54b54a1a92f50a9bb2"),
  ])
  func `agrees with the reference`(width: Int, height: Int, reference: String) {
    let hash = PerceptualHash(of: banded(width, height))
    let differing = zip(hash.hexadecimal, reference).reduce(0) { sum, pair in
      let digits = [pair.0, pair.1].map { $0.hexDigitValue ?? 0 }
      return sum + (digits[0] ^ digits[1]).nonzeroBitCount
    }
    #expect(differing <= 2, "\(differing) of 256 bits differ: \(hash.hexadecimal)")
    #expect(hash.quality == 100)
  }

  @Test func `a re-encoded, resized picture is near, another is far`() throws {
    let picture = banded(320, 240)
    let hash = PerceptualHash(of: picture)
    let again = try Picture.decode(picture.encodedJPEG(quality: 60))
    #expect(hash.distance(to: PerceptualHash(of: again)) <= 31)
    let half = picture.resized(to: Size(width: 160, height: 120))
    #expect(hash.distance(to: PerceptualHash(of: half)) <= 31)
    #expect(hash.distance(to: PerceptualHash(of: Synthetic.picture(320, 240))) > 80)
  }

  @Test func `a featureless picture has no quality`() {
    let plain = Picture(size: Size(width: 100, height: 80), color: Color(9, 120, 44))
    #expect(PerceptualHash(of: plain).quality == 0)
    #expect(PerceptualHash(of: Synthetic.picture(3, 200)).quality == 0)
  }
}
