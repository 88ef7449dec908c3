import Foundations
import Geometry
import Imaging
import Operators
import Schemas
import Testing

@Suite struct PictureResizeTests {
  static let wide = Size(width: 640, height: 480)

  @Test(arguments: [
    (PictureResize.Goal.shortest(240), false, Size(width: 320, height: 240)),
    (.longest(320), false, Size(width: 320, height: 240)),
    (.longest(100), false, Size(width: 100, height: 75)),
    (.pixels(640 * 480 / 4), false, Size(width: 320, height: 240)),
    (.pixels(1000), false, Size(width: 36, height: 27)),
    (.exact(Size(width: 100, height: 100)), false, Size(width: 100, height: 100)),
    (.exact(Size(width: 100, height: 900)), false, wide),
    (.exact(Size(width: 100, height: 900)), true, Size(width: 100, height: 900)),
    (.longest(1000), false, wide), (.longest(1280), true, Size(width: 1280, height: 960)),
  ])
  func `sizes`(goal: PictureResize.Goal, enlarges: Bool, expected: Size) {
    var resize = PictureResize(goal)
    resize.enlarges = enlarges
    #expect(resize.size(of: Self.wide) == expected)
  }

  @Test func `a budget of pixels is never passed, and no side vanishes`() {
    var random = CounterRandom(seed: 6)
    for _ in 0..<2000 {
      let size = Size(width: 1 + random.below(3000), height: 1 + random.below(3000))
      let budget = 4000 + random.below(1_000_000)
      let output = PictureResize(.pixels(budget)).size(of: size)
      #expect(output.width * output.height <= budget && output.width > 0 && output.height > 0)
    }
    #expect(PictureResize(.longest(8)).size(of: Size(width: 1, height: 4000)).width == 1)
  }

  @Test(arguments: [
    (PictureResize.Goal.exact(Size(width: 8001, height: 8000)), Medium.Format.png),
    (.longest(65_500), .png), (.shortest(8000), .jpeg), (.pixels(.max), .png),
    (.exact(Size(width: 65_501, height: 1)), .jpeg),
    (.exact(Size(width: 1_000_001, height: 1)), .png),
  ])
  func `what would become too large is refused`(
    goal: PictureResize.Goal, format: Medium.Format
  ) {
    let file = Picture(size: Size(width: 40, height: 20), color: .black).encodedPNG()
    var resize = PictureResize(goal)
    (resize.enlarges, resize.format) = (true, format)
    let fault = #expect(throws: Fault.self) { try resize.file(of: file) }
    #expect(fault?.code == "resize.too-large")
    #expect(fault?.message.hasPrefix("40 x 20 pixels would become ") == true)
  }

  @Test func `a side that no JPEG has is refused also where only the format changes`() throws {
    let file = Picture(size: Size(width: 65_501, height: 1), color: .black).encodedPNG()
    var resize = PictureResize(.longest(100_000))
    #expect(try resize.file(of: file) == nil)
    resize.format = .jpeg
    let fault = #expect(throws: Fault.self) { try resize.file(of: file) }
    #expect(fault?.code == "resize.too-large")
  }

  @Test func `boxes follow the picture and stay inside`() {
    var question = RecordFilterTests.question()
    question.targets = [Target(label: "a", box: Box(x0: 0, y0: 10, x1: 200, y1: 100))]
    question.answer = .pointInBox(Box(x0: 50, y0: 25, x1: 100, y1: 50))
    var image = question.images[0]
    image.size = Size(width: 50, height: 50)
    let resized = question.resized(to: [image])
    #expect(resized.images == [image])
    #expect(resized.targets[0].box == Box(x0: 0, y0: 5, x1: 50, y1: 50))
    #expect(resized.answer == .pointInBox(Box(x0: 12.5, y0: 12.5, x1: 25, y1: 25)))
  }

  @Test func `a picture that fits keeps its bytes, others are encoded anew`() throws {
    let picture = Picture(size: Size(width: 40, height: 20), color: Color(9, 99, 199))
    let file = picture.encodedPNG()
    #expect(try PictureResize(.longest(40)).file(of: file) == nil)
    let small = try #require(try PictureResize(.longest(10)).file(of: file))
    #expect(small.format == .png && small.size == Size(width: 10, height: 5))
    #expect(try Picture.decode(small.bytes) == picture.resized(to: small.size))
    var jpeg = PictureResize(.longest(40))
    jpeg.format = .jpeg
    let same = try #require(try jpeg.file(of: file))
    #expect(same.size == picture.size)
    #expect(try Picture.header(of: same.bytes).format == .jpeg)
    #expect(throws: Fault.self) {
      try PictureResize(.longest(10)).file(of: [1, 2])
    }
  }
}

@Suite struct ContactSheetTests {
  @Test func `tiles stand in rows, in the middle of their cells`() throws {
    let sheet = ContactSheet(cell: 40, columns: 2)
    let tile = Picture(size: Size(width: 40, height: 20), color: .black)
    let drawn = sheet.sheet([(tile, "a"), (tile, "b"), (tile, String(repeating: "x", count: 99))])
    #expect(drawn.size == Size(width: 104, height: 96))
    #expect(drawn[10, 10] == .black && drawn[58, 10] == .black && drawn[10, 54] == .black)
    #expect(drawn[58, 54] == drawn[0, 0] && drawn[10, 50] == drawn[0, 0])
    #expect(sheet.sheet([]).size == Size(width: 56, height: 8))
  }

  @Test func `boxes are drawn at their places`() throws {
    var question = RecordFilterTests.question()
    question.answer = .pointInBox(Box(x0: 40, y0: 40, x1: 160, y1: 80))
    let file = Picture(size: Size(width: 200, height: 100), color: .white).encodedPNG()
    let tile = try ContactSheet(cell: 100, columns: 1).tile(question, file: file)
    #expect(tile.size == Size(width: 100, height: 50))
    #expect(tile[50, 18] != .white && tile[18, 30] != .white && tile[50, 30] == .white)
  }
}
