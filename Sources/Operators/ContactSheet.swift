package import Foundations
internal import Geometry
package import Imaging
package import Schemas

/// A grid of pictures with the boxes of their questions drawn in.
package struct ContactSheet: Sendable {
  /// Pixels of the longest side of a picture in the grid.
  package let cell: Int
  package let columns: Int

  private static let gap = 8
  /// The line of text below a picture.
  private static let caption = 16
  private static let ground = Color(246, 245, 242)
  private static let ink = Color(60, 64, 72)
  private static let answerColor = Color(217, 72, 15)
  private static let targetColor = Color(24, 100, 171)

  package init(cell: Int, columns: Int) {
    precondition(cell > 0 && columns > 0, "a grid of \(columns) columns of \(cell) pixels")
    self.cell = cell
    self.columns = columns
  }

  /// The first picture of a question, small, with the boxes of targets in blue and of the answer in
  /// orange.
  ///
  /// - Parameter file: of the picture.
  /// - Throws: the faults of decoding.
  package func tile(_ question: Question, file: [UInt8]) throws(Fault) -> Picture {
    let picture = try Picture.decode(file)
    let size = PictureResize.longest(cell).size(of: picture.size)
    var small = size == picture.size ? picture : picture.resized(to: size)
    let fractions = BoxConvention(.corners, .fractions)
    func draw(_ box: Box, _ color: Color) {
      let numbers = fractions.numbers(of: box, in: picture.size)
      small.outline(
        fractions.box(numbers[0], numbers[1], numbers[2], numbers[3], in: size), color)
    }
    for target in question.targets { draw(target.box, Self.targetColor) }
    if case .pointInBox(let box) = question.answer { draw(box, Self.answerColor) }
    return small
  }

  /// All tiles in rows, each with its caption, which is cut where the cell ends.
  package func sheet(_ tiles: [(picture: Picture, caption: String)]) -> Picture {
    let (width, height) = (cell + Self.gap, cell + Self.gap + Self.caption)
    let rows = (tiles.count + columns - 1) / columns
    let used = min(columns, max(1, tiles.count))
    let size = Size(width: used * width + Self.gap, height: max(1, rows) * height + Self.gap)
    var sheet = Picture(size: size, color: Self.ground)
    for (index, tile) in tiles.enumerated() {
      let (x, y) = (Self.gap + index % columns * width, Self.gap + index / columns * height)
      let inside = tile.picture.size
      sheet.paste(
        tile.picture, x: x + (cell - inside.width) / 2, y: y + (cell - inside.height) / 2)
      var text = tile.caption
      while !text.isEmpty && BitmapFont.extent(of: text).width > cell { text.removeLast() }
      sheet.text(text, x: x, y: y + cell + 4, Self.ink)
    }
    return sheet
  }
}

extension PictureResize {
  fileprivate static func longest(_ side: Int) -> PictureResize { PictureResize(.longest(side)) }
}
