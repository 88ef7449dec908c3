import Foundations
import Geometry
import Imaging
import Testing

@Suite struct DrawingTests {
  private let grey = Picture(size: Size(width: 80, height: 60), color: Color(100, 110, 120))

  // Golden: Pillow 13.0, `paste(icon, (70, -5), icon)` of the 32 px icon resized to 38 px.
  @Test func `an icon is pasted as Pillow pastes it, also across the border`() {
    var picture = Synthetic.picture(97, 57)
    picture.composite(
      Synthetic.layers(32, 32), x: 70, y: -5, scaledTo: Size(width: 38, height: 38))
    #expect(picture.digest == "70de7fac3e6467ee63ef38f9b8f5e27057ebd6cb69f5a7b1a6639ee8ea2fa0fe")
  }

  private static let shapes: [Shape] = [
    .disc(center: Point(x: 40, y: 30), radius: 12.3),
    .roundedSquare(center: Point(x: 40, y: 30), halfSide: 11, cornerRadius: 4),
    .diamond(center: Point(x: 40, y: 30), halfDiagonal: 15),
    .ring(center: Point(x: 40, y: 30), radius: 10, width: 3),
    .line(from: Point(x: 20, y: 30), to: Point(x: 60, y: 33), width: 3),
  ]

  // Areas in pixels, of the plane's geometry.
  @Test(arguments: [(0, 475.29), (1, 470.27), (2, 450.0), (3, 188.50), (4, 127.44)])
  func `covers its area`(index: Int, area: Double) {
    var picture = Picture(size: grey.size, color: .black)
    picture.fill(Self.shapes[index], .white)
    let covered = picture.pixels.reduce(0) { $0 + Double($1) } / 765
    #expect(abs(covered - area) < 0.02 * area, "\(covered) pixels, expected \(area)")
  }

  @Test(arguments: [20, 21, 66, 67])
  func `nothing is drawn outside the box of a shape`(side: Int) {
    let half = Double(side) / 2
    let center = Point(x: 4 + half, y: 4 + half)
    let shapes: [Shape] = [
      .disc(center: center, radius: half),
      .roundedSquare(center: center, halfSide: half, cornerRadius: 5),
      .diamond(center: center, halfDiagonal: half),
      .ring(center: center, radius: half - 2, width: 4),
    ]
    for shape in shapes {
      var picture = Picture(size: Size(width: side + 8, height: side + 8), color: .black)
      picture.fill(shape, .white)
      #expect(picture[4 + side / 2, 4] != .black)
      picture.paste(
        Picture(size: Size(width: side, height: side), color: .black), x: 4, y: 4)
      #expect(picture == Picture(size: picture.size, color: .black))
    }
  }

  @Test(arguments: 0..<5)
  func `a shape drawn in a part has the bytes of the whole`(index: Int) {
    var whole = grey
    whole.fill(Self.shapes[index], Color(255, 0, 3), opacity: 0.8)
    let box = Box(x0: 30, y0: 25, x1: 58, y1: 47)
    var part = grey.cropped(to: box)
    part.fill(Self.shapes[index].moved(x: -30, y: -25), Color(255, 0, 3), opacity: 0.8)
    #expect(part == whole.cropped(to: box))
  }

  @Test func `what lies outside is left out`() {
    var picture = grey
    picture.fill(.disc(center: Point(x: -50, y: 500), radius: 10), .white)
    picture.fill(.disc(center: Point(x: 1e9, y: -1e9), radius: 10), .white)
    picture.text("outside", x: 500, y: -50, .white)
    #expect(picture == grey)
    picture.fill(.disc(center: Point(x: 0, y: 0), radius: 10), .white)
    picture.text("edge", x: 70, y: 56, .white)
    picture.label("edge", x: 70, y: 56, .white, on: .black)
    picture.marker(12, at: Point(x: 79, y: 59), .white)
    #expect(picture[0, 0] == .white)
  }

  @Test func `letters have the pixels of the font`() {
    var picture = Picture(size: Size(width: 24, height: 8), color: .black)
    picture.text("T1", x: 1, y: 0, .white)
    let rows = (0..<7).map { y in
      String((0..<12).map { picture[$0, y] == .white ? "#" : "." })
    }
    #expect(
      rows == [
        ".#####...#..", "...#....##..", "...#.....#..", "...#.....#..", "...#.....#..",
        "...#.....#..", "...#....###.",
      ])
    #expect(BitmapFont.extent(of: "T1", scale: 2) == Size(width: 22, height: 14))
  }
}

extension Shape {
  fileprivate func moved(x: Double, y: Double) -> Shape {
    func moved(_ point: Point) -> Point { Point(x: point.x + x, y: point.y + y) }
    return switch self {
    case .disc(let center, let radius): .disc(center: moved(center), radius: radius)
    case .roundedSquare(let center, let half, let corner):
      .roundedSquare(center: moved(center), halfSide: half, cornerRadius: corner)
    case .diamond(let center, let half): .diamond(center: moved(center), halfDiagonal: half)
    case .ring(let center, let radius, let width):
      .ring(center: moved(center), radius: radius, width: width)
    case .line(let from, let to, let width):
      .line(from: moved(from), to: moved(to), width: width)
    }
  }
}
