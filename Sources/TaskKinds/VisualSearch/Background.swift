package import Foundations
internal import Geometry
package import Imaging

extension VisualSearch {
  /// The ground of a scene, with its view computed once for all scenes drawn on it.
  package struct Background: Sendable {
    /// Of `pictureSize`.
    package let picture: Picture
    /// Of `viewSize`.
    package let view: Picture

    static let resizer = Resizer(from: pictureSize, to: viewSize)

    /// - Precondition: the picture has `pictureSize`.
    package init(picture: Picture) {
      self.picture = picture
      view = Self.resizer.resized(picture)
    }

    /// A random part of a photograph of at least 7/10 of its largest 4:3 part, resized to the size of
    /// a scene, mirrored half of the time, a little darker or brighter.
    package static func random(
      of photograph: Picture, using random: inout CounterRandom
    ) -> Background {
      let scale = random.uniform(0.7...1)
      let size = photograph.size
      let width = min(Double(size.width), Double(size.height) * 4 / 3) * scale
      let across = max(Int(width), 1)
      let down = min(max(Int(width * 3 / 4), 1), size.height)
      let x = random.below(size.width - across + 1)
      let y = random.below(size.height - down + 1)
      let box = Box(x0: Double(x), y0: Double(y), x1: Double(x + across), y1: Double(y + down))
      var picture = photograph.cropped(to: box, resizedTo: pictureSize)
      if random.below(2) == 1 { picture = picture.turned(by: .mirrored) }
      return Background(picture: picture.brightened(by: random.uniform(0.85...1.12)))
    }
  }
}
