package import Foundations
package import Geometry

extension VisualSearch {
  /// A question about a scene, with its truth.
  package struct Question: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
      case iconOfColor = "icon-of-color"
      case placeOfIcon = "place-of-icon"
      case colorOfIcon = "color-of-icon"
      case side
    }

    package enum Truth: Sendable, Equatable {
      /// One of `options`.
      case option(String)
      /// Any point in the box, in pixels of the scene.
      case pointInBox(Box)
    }

    /// Where one has to look, in pixels of the scene.
    package struct Target: Sendable, Equatable {
      package let label: String
      package let box: Box
    }

    package let kind: Kind
    package let text: String
    /// Empty for questions that are answered by a place.
    package let options: [String]
    package let truth: Truth
    package let targets: [Target]

    /// A question of a random kind: 60 % icons, 15 % places, 15 % colours, 10 % sides.
    package static func random(
      about scene: Scene, icons: Icons, using random: inout CounterRandom
    ) -> Question {
      let draw = random.uniform()
      let kind: Kind =
        draw < 0.6 ? .iconOfColor : draw < 0.75 ? .placeOfIcon : draw < 0.9 ? .colorOfIcon : .side
      return make(kind, about: scene, icons: icons, using: &random)
    }

    /// A question of a kind about a random badge; where no two badges lie far enough apart for a
    /// question of sides, one about an icon.
    package static func make(
      _ kind: Kind, about scene: Scene, icons: Icons, using random: inout CounterRandom
    ) -> Question {
      let badge = random.pick(scene.badges)
      let others = random.shuffled(scene.badges.filter { $0 != badge })
      let color = badge.color.rawValue
      let icon = icons.names[badge.icon]
      switch kind {
      case .iconOfColor:
        let absent = Set(0..<icons.count).subtracting(scene.badges.map(\.icon)).sorted()
        let wrong = others.map(\.icon) + random.shuffled(absent)
        return Question(
          kind: kind, text: "Which icon is on the \(color) badge?",
          options: random.shuffled([icon] + wrong.prefix(3).map { icons.names[$0] }),
          truth: .option(icon), targets: [Target(label: "\(color) badge", box: badge.box)])
      case .placeOfIcon:
        return Question(
          kind: kind, text: "Where is the \(icon) icon?", options: [],
          truth: .pointInBox(badge.box), targets: [Target(label: "\(icon) icon", box: badge.box)])
      case .colorOfIcon:
        return Question(
          kind: kind, text: "What colour is the badge with the \(icon) icon?",
          options: random.shuffled([color] + others.prefix(3).map(\.color.rawValue)),
          truth: .option(color), targets: [Target(label: "\(icon) icon", box: badge.box)])
      case .side:
        let far = others.filter { abs($0.center.x - badge.center.x) > sideDistance }
        guard let other = far.first else {
          return make(.iconOfColor, about: scene, icons: icons, using: &random)
        }
        return Question(
          kind: kind,
          text: "Is the \(color) badge left of or right of the \(other.color.rawValue) badge?",
          options: ["left", "right"],
          truth: .option(badge.center.x < other.center.x ? "left" : "right"),
          targets: [badge, other].map {
            Target(label: "\($0.color.rawValue) badge", box: $0.box)
          })
      }
    }

    /// Pixels between the centres from which on left and right are beyond doubt.
    private static let sideDistance = 80.0
  }
}
