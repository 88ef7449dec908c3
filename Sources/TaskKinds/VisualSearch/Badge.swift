package import Geometry
package import Imaging

extension VisualSearch {
  /// The colours of badges; the raw value is the word in questions.
  package enum BadgeColor: String, Sendable, CaseIterable {
    case red
    case orange
    case yellow
    case green
    case blue
    case purple
    case white
    case black

    package var ink: Color {
      switch self {
      case .red: Color(214, 32, 32)
      case .orange: Color(245, 130, 18)
      case .yellow: Color(250, 220, 40)
      case .green: Color(38, 158, 58)
      case .blue: Color(32, 84, 214)
      case .purple: Color(138, 48, 172)
      case .white: Color(246, 246, 246)
      case .black: Color(22, 22, 22)
      }
    }

    /// The outline: dark around light colours, light around dark ones.
    var outline: Color { ink.luma > 128 ? Color(16, 16, 16) : Color(250, 250, 250) }
  }

  package enum BadgeShape: String, Sendable, CaseIterable {
    case disc
    case square
    case diamond

    /// Sides in pixels of badges of this shape; a diamond is measured across its corners.
    var sides: ClosedRange<Int> { self == .diamond ? 66...68 : 56...68 }

    /// Sides in pixels of the icons that fit on this shape.
    var iconSides: ClosedRange<Int> { self == .diamond ? 34...36 : 34...42 }
  }

  /// A coloured shape with an icon in its middle.
  package struct Badge: Sendable, Equatable {
    package let color: BadgeColor
    package let shape: BadgeShape
    /// Index of the icon in the scene's `Icons`.
    package let icon: Int
    /// Top left pixel of the badge.
    package let x: Int
    package let y: Int
    /// Pixels of a side, outline included.
    package let side: Int
    package let iconSide: Int

    /// What the badge covers, in pixels of the scene.
    package var box: Box {
      Box(x0: Double(x), y0: Double(y), x1: Double(x + side), y1: Double(y + side))
    }

    package var center: Point { box.center }

    /// Draws the badge; nothing outside `box` changes.
    package func draw(on picture: inout Picture, icons: Icons) {
      let half = Double(side) / 2
      picture.fill(outer(half, inset: 0), color.outline)
      picture.fill(outer(half, inset: Self.outlineWidth), color.ink)
      let margin = (side - iconSide) / 2
      picture.composite(icons.picture(icon, side: iconSide), x: x + margin, y: y + margin)
    }

    private static let outlineWidth = 2.0

    /// The shape, smaller by `inset` pixels on every edge.
    private func outer(_ half: Double, inset: Double) -> Shape {
      switch shape {
      case .disc: .disc(center: center, radius: half - inset)
      case .square:
        .roundedSquare(center: center, halfSide: half - inset, cornerRadius: half / 4)
      // An edge moves by inset when the corner moves by inset times the root of two.
      case .diamond: .diamond(center: center, halfDiagonal: half - inset * 2.0.squareRoot())
      }
    }
  }
}
