package import Foundations
internal import Geometry
package import Imaging

extension VisualSearch {
  /// What is drawn on a background: 5 to 8 badges of different colours with different icons.
  package struct Scene: Sendable, Equatable {
    package let badges: [Badge]

    static let badgeCounts = 5...8
    /// Badges of 68 pixels a side whose centres are this far apart cannot overlap.
    static let minimumDistance = 100.0
    /// Pixels between a badge and the border.
    static let margin = 8

    package init(badges: [Badge]) { self.badges = badges }

    /// Draws a scene: colours, shapes, icons, sizes and places at random.
    ///
    /// - Precondition: there are at least 8 icons.
    package static func random(icons: Icons, using random: inout CounterRandom) -> Scene {
      let count = random.pick(Array(badgeCounts))
      let colors = random.shuffled(BadgeColor.allCases).prefix(count)
      var free = random.shuffled(Array(0..<icons.count))
      var badges: [Badge] = []
      for color in colors {
        let slot = free.firstIndex { icons.standsOut($0, on: color) } ?? 0
        let icon = free.remove(at: slot)
        let shape = random.pick(BadgeShape.allCases)
        let side = random.pick(Array(shape.sides))
        let iconSide = random.pick(Array(shape.iconSides))
        // Eight discs of this distance cover a seventh of the picture: a free place is always near.
        while true {
          let badge = Badge(
            color: color, shape: shape, icon: icon,
            x: margin + random.below(pictureSize.width - side - 2 * margin + 1),
            y: margin + random.below(pictureSize.height - side - 2 * margin + 1), side: side,
            iconSide: iconSide)
          if badges.allSatisfy({ $0.center.distance(to: badge.center) >= minimumDistance }) {
            badges.append(badge)
            break
          }
        }
      }
      return Scene(badges: badges)
    }

    /// The scene in full size.
    package func picture(on background: Background, icons: Icons) -> Picture {
      var picture = background.picture
      for badge in badges { badge.draw(on: &picture, icons: icons) }
      return picture
    }

    /// The scene in full size and its view.
    ///
    /// Only what the badges touch of the view is computed; its bytes are those of
    /// `picture.resized(to: viewSize)`.
    package func rendered(
      on background: Background, icons: Icons
    ) -> (picture: Picture, view: Picture) {
      let picture = picture(on: background, icons: icons)
      var view = background.view
      for badge in badges {
        Background.resizer.update(&view, from: picture, changed: badge.box)
      }
      return (picture, view)
    }
  }
}
