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
      var place = fractions.box(numbers[0], numbers[1], numbers[2], numbers[3], in: size)
      // Around the box, so that a small one stays to be seen.
      place = Box(
        x0: place.x0 - 1.5, y0: place.y0 - 1.5, x1: place.x1 + 1.5, y1: place.y1 + 1.5)
      small.outline(place, color, width: 1.5)
    }
    for target in question.targets { draw(target.box, Self.targetColor) }
    if case .pointInBox(let box) = question.answer { draw(box, Self.answerColor) }
    return small
  }

  /// All tiles in rows as high as their highest, each over its caption, which is cut where the cell
  /// ends.
  package func sheet(_ tiles: [(picture: Picture, caption: String)]) -> Picture {
    let rows = stride(from: 0, to: tiles.count, by: columns).map {
      tiles[$0..<min($0 + columns, tiles.count)]
    }
    let heights = rows.map { $0.map(\.picture.size.height).max() ?? 0 }
    let used = min(columns, max(1, tiles.count))
    let below = Self.gap + Self.caption
    var sheet = Picture(
      size: Size(
        width: used * (cell + Self.gap) + Self.gap,
        height: Self.gap + heights.reduce(0) { $0 + $1 + below }), color: Self.ground)
    var top = Self.gap
    for (row, height) in zip(rows, heights) {
      for (column, tile) in row.enumerated() {
        let left = Self.gap + column * (cell + Self.gap)
        let size = tile.picture.size
        sheet.paste(
          tile.picture, x: left + (cell - size.width) / 2, y: top + (height - size.height) / 2)
        var text = tile.caption
        while !text.isEmpty && BitmapFont.extent(of: text).width > cell { text.removeLast() }
        sheet.text(text, x: left, y: top + height + 4, Self.ink)
      }
      top += height + below
    }
    return sheet
  }
}

extension PictureResize {
  fileprivate static func longest(_ side: Int) -> PictureResize { PictureResize(.longest(side)) }
}
