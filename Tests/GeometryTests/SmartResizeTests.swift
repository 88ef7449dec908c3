import Foundations
import Geometry
import Testing

/// Golden sizes from transformers' `smart_resize`, written height by width as there.
@Suite struct `Smart resize` {
  struct Golden: Sendable, CustomTestStringConvertible {
    let height: Int
    let width: Int
    let limits: (Int, Int)
    let expected: (Int, Int)

    init(_ height: Int, _ width: Int, _ limits: (Int, Int), _ expected: (Int, Int)) {
      (self.height, self.width, self.limits, self.expected) = (height, width, limits, expected)
    }

    var testDescription: String { "\(height)x\(width) within \(limits)" }
  }

  static let classDefault = (3_136, 1_003_520)
  static let published = (3_136, 12_845_056)
  static let easyR1 = (262_144, 4_194_304)

  static let table: [Golden] = [
    Golden(28, 28, classDefault, (56, 56)), Golden(28, 28, published, (56, 56)),
    Golden(28, 28, easyR1, (532, 532)),
    Golden(14, 400, classDefault, (28, 308)), Golden(14, 400, published, (28, 308)),
    Golden(14, 400, easyR1, (112, 2_744)),
    Golden(70, 70, classDefault, (56, 56)), Golden(70, 70, published, (56, 56)),
    Golden(70, 70, easyR1, (532, 532)),
    Golden(42, 42, classDefault, (56, 56)), Golden(98, 126, classDefault, (112, 112)),
    Golden(97, 57, classDefault, (84, 56)),
    Golden(333, 500, classDefault, (336, 504)), Golden(333, 500, published, (336, 504)),
    Golden(333, 500, easyR1, (420, 644)),
    Golden(480, 640, classDefault, (476, 644)),
    Golden(1_080, 1_920, classDefault, (728, 1_316)),
    Golden(1_080, 1_920, published, (1_092, 1_932)), Golden(1_080, 1_920, easyR1, (1_092, 1_932)),
    Golden(2_160, 3_840, classDefault, (728, 1_316)),
    Golden(2_160, 3_840, published, (2_156, 3_836)), Golden(2_160, 3_840, easyR1, (1_512, 2_716)),
    Golden(1_000, 5, classDefault, (812, 28)),
  ]

  @Test(arguments: table)
  func `sizes are those of transformers`(golden: Golden) throws {
    let size = try SmartResize.size(
      of: Size(width: golden.width, height: golden.height), minPixels: golden.limits.0,
      maxPixels: golden.limits.1)
    #expect(size == Size(width: golden.expected.1, height: golden.expected.0))
  }

  @Test func `an aspect above 200 and an empty picture are refused`() throws {
    let long = try #require(throws: Fault.self) {
      try SmartResize.size(of: Size(width: 1_001, height: 5), minPixels: 1, maxPixels: 1_000_000)
    }
    #expect(long.code == "image.aspect")
    let empty = try #require(throws: Fault.self) {
      try SmartResize.size(of: Size(width: 0, height: 5), minPixels: 1, maxPixels: 1_000_000)
    }
    #expect(empty.code == "image.empty")
  }

  @Test func `sides are multiples of the factor and the area keeps its limits`() throws {
    var random = CounterRandom(seed: 11)
    for _ in 0..<5_000 {
      let size = Size(width: 40 + random.below(3_000), height: 40 + random.below(3_000))
      let seen = try SmartResize.size(of: size, minPixels: 50_000, maxPixels: 1_003_520)
      #expect(seen.width % 28 == 0 && seen.height % 28 == 0 && !seen.isEmpty)
      #expect(seen.area <= 1_003_520 && seen.area >= 50_000, "\(size) -> \(seen)")
    }
  }
}
