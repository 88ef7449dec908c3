import Foundations
import Geometry
import Testing

@Suite struct `Boxes` {
  let box = Box(x0: 10, y0: 20, x1: 30, y1: 60)

  @Test(arguments: [
    (10, 20, true), (30, 60, true), (20, 40, true), (9.999, 40, false), (20, 60.001, false),
    (Double.nan, 40, false),
  ])
  func `edges belong to a box`(x: Double, y: Double, inside: Bool) {
    #expect(box.contains(Point(x: x, y: y)) == inside)
  }

  @Test(arguments: [
    (Box(x0: 10, y0: 20, x1: 30, y1: 60), 1.0), (Box(x0: 20, y0: 20, x1: 40, y1: 60), 1.0 / 3),
    (Box(x0: 30, y0: 20, x1: 40, y1: 60), 0.0), (Box(x0: 15, y0: 30, x1: 25, y1: 50), 0.25),
    (Box(x0: 15, y0: 30, x1: 15, y1: 50), 0.0), (Box(x0: 30, y0: 60, x1: 10, y1: 20), 0.0),
  ])
  func `intersection over union`(other: Box, expected: Double) {
    #expect(abs(box.iou(other) - expected) < 1e-15)
    #expect(box.iou(other) == other.iou(box))
  }

  @Test func `two empty boxes overlap by zero`() {
    let empty = Box(x0: 1, y0: 1, x1: 1, y1: 1)
    #expect(empty.iou(empty) == 0)
  }

  @Test func `parts outside a picture are clipped`() {
    let size = Size(width: 20, height: 50)
    #expect(box.clipped(to: size) == Box(x0: 10, y0: 20, x1: 20, y1: 50))
    #expect(Box(x0: 90, y0: -9, x1: 99, y1: 5).clipped(to: size).isEmpty)
  }

  @Test func `a check names what is wrong`() throws {
    try box.check(in: Size(width: 30, height: 60))
    let outside = try #require(throws: Fault.self) {
      try box.check(in: Size(width: 29, height: 60))
    }
    #expect(outside.code == "box.outside")
    let flat = Box(x0: 1, y0: 1, x1: 1, y1: 9)
    let invalid = try #require(throws: Fault.self) { try flat.check(in: Size(width: 9, height: 9)) }
    #expect(invalid.code == "box.invalid")
  }

  @Test(arguments: BoxConvention.Layout.allCases, BoxConvention.Unit.allCases)
  func `every convention comes back`(layout: BoxConvention.Layout, unit: BoxConvention.Unit) {
    let size = Size(width: 640, height: 333)
    let convention = BoxConvention(layout, unit)
    let numbers = convention.numbers(of: box, in: size)
    let back = convention.box(numbers[0], numbers[1], numbers[2], numbers[3], in: size)
    #expect(abs(back.x0 - 10) + abs(back.y0 - 20) + abs(back.x1 - 30) + abs(back.y1 - 60) < 1e-11)
  }

  @Test func `conventions are those of COCO and YOLO`() {
    let size = Size(width: 100, height: 200)
    #expect(BoxConvention(.cornerAndSize).numbers(of: box, in: size) == [10, 20, 20, 40])
    #expect(
      BoxConvention(.centerAndSize, .fractions).numbers(of: box, in: size) == [0.2, 0.2, 0.2, 0.2])
    #expect(BoxConvention(.corners, .thousandths).box(100, 100, 300, 300, in: size) == box)
  }
}

@Suite struct `Frames of reference` {
  @Test func `each axis scales by its own rounded side`() {
    let frame = Frame(original: Size(width: 500, height: 333), seen: Size(width: 504, height: 336))
    #expect(frame.fromOriginal(Point(x: 250, y: 333)) == Point(x: 252, y: 336))
    #expect(frame.toOriginal(Point(x: 504, y: 168)) == Point(x: 500, y: 166.5))
    #expect(
      frame.fromOriginal(Box(x0: 0, y0: 0, x1: 125, y1: 111))
        == Box(x0: 0, y0: 0, x1: 126, y1: 112))
  }

  @Test func `every whole label of a frame comes back through original pixels`() {
    var random = CounterRandom(seed: 5)
    for _ in 0..<300 {
      let seen = Size(width: 28 * (1 + random.below(40)), height: 28 * (1 + random.below(40)))
      let left = random.uniform(0...500)
      let top = random.uniform(0...500)
      let region = Box(
        x0: left, y0: top, x1: left + random.uniform(1...4_000),
        y1: top + random.uniform(1...4_000))
      let frame = Frame(region: region, seen: seen)
      for step in 0..<max(seen.width, seen.height) {
        let label = Point(
          x: Double(min(step, seen.width - 1)), y: Double(min(step, seen.height - 1)))
        #expect(frame.label(of: frame.toOriginal(label)) == label)
      }
    }
  }

  @Test func `labels are whole, half to even, and stay inside`() {
    let frame = Frame(original: Size(width: 200, height: 200), seen: Size(width: 100, height: 100))
    #expect(frame.label(of: Point(x: 3, y: 5)) == Point(x: 2, y: 2))
    #expect(frame.label(of: Point(x: -4, y: 200)) == Point(x: 0, y: 99))
  }

  @Test func `a crop of a crop lies in the original`() {
    let outer = Crop(
      box: Box(x0: 100, y0: 50, x1: 300, y1: 250), output: Size(width: 400, height: 400))
    let inner = outer.frame.toOriginal(Box(x0: 200, y0: 100, x1: 400, y1: 300))
    #expect(inner == Box(x0: 200, y0: 100, x1: 300, y1: 200))
  }
}

@Suite struct `Crop rules` {
  let rule = CropRule(halfSide: 50, output: Size(width: 84, height: 84))
  let size = Size(width: 400, height: 300)

  @Test(arguments: [
    (Point(x: 200, y: 150), Box(x0: 150, y0: 100, x1: 250, y1: 200)),
    (Point(x: 200.4, y: 150.5), Box(x0: 150, y0: 101, x1: 250, y1: 201)),
    (Point(x: 0, y: 0), Box(x0: 0, y0: 0, x1: 100, y1: 100)),
    (Point(x: 399, y: 299), Box(x0: 300, y0: 200, x1: 400, y1: 300)),
    (Point(x: -900, y: 900), Box(x0: 0, y0: 200, x1: 100, y1: 300)),
  ])
  func `the square is shifted inside and keeps its scale`(point: Point, box: Box) {
    #expect(rule.box(around: point, in: size) == box)
  }

  @Test func `only a picture smaller than the square cuts it`() {
    let small = Size(width: 60, height: 300)
    #expect(
      rule.box(around: Point(x: 30, y: 10), in: small) == Box(x0: 0, y0: 0, x1: 60, y1: 100))
  }

  @Test func `boxes have integer edges inside the picture, and hold their point`() {
    var random = CounterRandom(seed: 9)
    for _ in 0..<5_000 {
      let rule = CropRule(halfSide: random.uniform(0.5...80), output: Size(width: 28, height: 28))
      let size = Size(width: 1 + random.below(300), height: 1 + random.below(300))
      let point = Point(
        x: random.uniform(0...Double(size.width)), y: random.uniform(0...Double(size.height)))
      let box = rule.box(around: point, in: size)
      #expect([box.x0, box.y0, box.x1, box.y1].allSatisfy { $0 == $0.rounded() })
      #expect(size.box.contains(box) && !box.isEmpty && box.contains(point))
    }
  }
}
