import Foundations
import Geometry
import Imaging
import TaskKinds
import Testing

@Suite struct SceneTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `obeys its laws`(seed: UInt64) {
    let scene = Samples.scene(seed)
    let badges = scene.badges
    #expect((5...8).contains(badges.count))
    #expect(Set(badges.map(\.color)).count == badges.count)
    #expect(Set(badges.map(\.icon)).count == badges.count)
    let picture = VisualSearch.pictureSize
    for badge in badges {
      #expect((56...68).contains(badge.side))
      #expect((34...42).contains(badge.iconSide))
      #expect(badge.box.x0 > 0 && badge.box.y0 > 0)
      #expect(badge.box.x1 < Double(picture.width) && badge.box.y1 < Double(picture.height))
      #expect(badge.box.area <= 0.01 * Double(picture.area))
      for other in badges where other != badge {
        #expect(badge.box.intersection(other.box) == nil)
        #expect(badge.center.distance(to: other.center) >= 100)
      }
    }
    #expect(Samples.scene(seed) == scene)
  }

  @Test func `scenes differ from seed to seed`() {
    #expect(Set((0..<20 as Range<UInt64>).map { Samples.scene($0).badges[0].x }).count > 10)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `the view has the bytes of the whole picture resized`(seed: UInt64) {
    let scene = Samples.scene(seed)
    let background = Samples.background(seed)
    let (picture, view) = scene.rendered(on: background, icons: Samples.icons)
    #expect(picture == scene.picture(on: background, icons: Samples.icons))
    #expect(view == picture.resized(to: VisualSearch.viewSize))
    #expect(background.view == background.picture.resized(to: VisualSearch.viewSize))
  }

  @Test func `only the boxes of badges change`() {
    let scene = Samples.scene(3)
    let background = Samples.background(3)
    let picture = scene.picture(on: background, icons: Samples.icons)
    var restored = picture
    for badge in scene.badges {
      #expect(picture.cropped(to: badge.box) != background.picture.cropped(to: badge.box))
      restored.paste(background.picture.cropped(to: badge.box), x: badge.x, y: badge.y)
    }
    #expect(restored == background.picture)
  }

  @Test func `a badge shows its colour and its icon`() {
    let scene = Samples.scene(5)
    let picture = scene.picture(on: Samples.background(5), icons: Samples.icons)
    for badge in scene.badges {
      let (x, y) = (badge.x + badge.side / 2, badge.y + badge.side / 2)
      // Below the outline, above the icon.
      #expect(picture[x, badge.y + 8] == badge.color.ink)
      let icon = Samples.icons.picture(badge.icon, side: badge.iconSide)
      let middle = (badge.iconSide / 2 * badge.iconSide + badge.iconSide / 2) * 4
      #expect(
        picture[x, y]
          == Color(icon.pixels[middle], icon.pixels[middle + 1], icon.pixels[middle + 2])
      )
    }
  }

  @Test func `an icon of the badge's colour is not put on it`() {
    for seed in 0..<200 as Range<UInt64> {
      for badge in Samples.scene(seed).badges {
        let name = Samples.icons.names[badge.icon]
        #expect(!(badge.color == .red && name == "icon-0"))
        #expect(!(badge.color == .white && name == "icon-1"))
      }
    }
  }

  @Test(arguments: [(512, 512), (300, 900), (4, 3), (1, 1), (1280, 720)])
  func `any photograph makes a background`(width: Int, height: Int) {
    var random = CounterRandom(seed: 1)
    let photograph = Samples.picture(width, height)
    let background = VisualSearch.Background.random(of: photograph, using: &random)
    #expect(background.picture.size == VisualSearch.pictureSize)
    #expect(background.view.size == VisualSearch.viewSize)
  }
}
