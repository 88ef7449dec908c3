package import Foundations
package import Geometry
package import Imaging
internal import Synchronization
package import TaskKinds

/// Endless scenes of badges on photographs, for teaching the base skills.
package final class BadgeWorld: Sendable {
  package let icons: VisualSearch.Icons
  private let photographs: [Picture]
  private let random: CounterRandom
  /// Backgrounds kept at a time, and samples after which all are drawn anew.
  private static let kept = 192
  private static let samplesPerGeneration = 12_000
  // Guards the backgrounds drawn for the current generation.
  private let backgrounds = Mutex<(generation: Int, slots: [Int: VisualSearch.Background])>(
    (-1, [:]))

  package init(photographs: [Picture], icons: VisualSearch.Icons, seed: UInt64) {
    self.photographs = photographs
    self.icons = icons
    random = CounterRandom(seed: seed).child("badge-world")
  }

  /// All JPEG and PNG pictures of a folder, by name.
  package static func photographs(in folder: String) throws(Fault) -> [Picture] {
    var pictures: [Picture] = []
    for name in try Files.names(in: folder) {
      do throws(Fault) {
        pictures.append(try Picture.decode(try Files.read(folder + "/" + name)))
      } catch { throw error.placed(in: Place(file: folder + "/" + name)) }
    }
    guard !pictures.isEmpty else {
      throw Fault("pretrain.photographs", "the folder holds no picture", at: Place(file: folder))
    }
    return pictures
  }

  /// A scene as it is shown: full size, view, and what is on it.
  package struct Shown {
    package let scene: VisualSearch.Scene
    package let picture: Picture
    package let view: Picture
    package let icons: VisualSearch.Icons

    /// The point of the view, in whole pixels, where the badge's centre is.
    package func viewPoint(of badge: VisualSearch.Badge) -> (x: Int, y: Int) {
      let point = BadgeWorld.viewPoint(of: badge)
      return (Int(point.x), Int(point.y))
    }

    /// The colour words of the view's cells that hold a badge's centre.
    package var viewContents: [String?] {
      var contents = [String?](repeating: nil, count: 48)
      for badge in scene.badges {
        let point = viewPoint(of: badge)
        contents[point.y / 28 * 8 + point.x / 28] = badge.color.rawValue
      }
      return contents
    }

    /// The zoomed crop around a point of the scene, and the icon words of its cells.
    package func crop(around center: Point) -> (picture: Picture, contents: [String?]) {
      let side = 168.0
      let x = min(max((center.x - side / 2).rounded(), 0), Double(picture.size.width) - side)
      let y = min(max((center.y - side / 2).rounded(), 0), Double(picture.size.height) - side)
      let box = Box(x0: x, y0: y, x1: x + side, y1: y + side)
      var contents = [String?](repeating: nil, count: 16)
      for badge in scene.badges {
        let (column, row) = (
          Int(((badge.center.x - x) / 42).rounded(.down)),
          Int(((badge.center.y - y) / 42).rounded(.down))
        )
        if (0..<4).contains(column) && (0..<4).contains(row) {
          contents[row * 4 + column] = icons.names[badge.icon]
        }
      }
      return (
        picture.cropped(to: box, resizedTo: Size(width: 112, height: 112)), contents
      )
    }
  }

  /// The point of the view, in whole pixels, where a badge's centre is.
  static func viewPoint(of badge: VisualSearch.Badge) -> Point {
    Point(x: (badge.center.x / 4).rounded(.down), y: (badge.center.y / 4).rounded(.down))
  }

  /// The `index`-th scene of the world, always the same.
  package func scene(_ index: Int) -> Shown {
    var draws = random.child("scene").child(index)
    let background = background(draws.below(Self.kept), index / Self.samplesPerGeneration)
    let scene = VisualSearch.Scene.random(icons: icons, using: &draws)
    let (picture, view) = scene.rendered(on: background, icons: icons)
    return Shown(scene: scene, picture: picture, view: view, icons: icons)
  }

  private func background(_ slot: Int, _ generation: Int) -> VisualSearch.Background {
    let found = backgrounds.withLock { kept in
      if kept.generation != generation { kept = (generation, [:]) }
      return kept.slots[slot]
    }
    if let found { return found }
    var draws = random.child("background").child(generation).child(slot)
    let made = VisualSearch.Background.random(of: draws.pick(photographs), using: &draws)
    backgrounds.withLock { kept in
      if kept.generation == generation { kept.slots[slot] = made }
    }
    return made
  }
}
