import Foundations
import Geometry
import Imaging
import Testing

/// Golden values: Pillow 13.0, `resize(…, BICUBIC)` of the pictures of `Synthetic`, SHA-256 of the
/// pixel bytes.
@Suite struct ResizeTests {
  @Test(arguments: [
    (896, 672, 224, 168, "860702c40fab031f6c27b8fdb5fd55b93c73a0559021874d1e8c25ab621f41dd"),
    (97, 57, 33, 20, "ec4416ced255afd30bbdaa19c9a1fc7461510882080fb0e867d6b8cea91f4c34"),
    (33, 20, 97, 57, "a0f0557340d3102bb4fc3c8e3422ba73048c4526cce2461f9547fda8d3b776de"),
    (64, 48, 64, 20, "2c43cb0889ae621798cc6cf866875f3fa68e8fdcd8b12bc1f1b0b3adb927d1b8"),
    (64, 48, 20, 48, "af7db917252fba5ea06ba316308a0ac61c341ce08f1590ae663a2d5b3f12e718"),
    (50, 40, 7, 3, "da36c091bd69b689fe63925adfa163c2f77900ad9248f7cfc77f5b918052d0c0"),
    (5, 5, 1, 1, "cacbce126fa18645aa85c9c87a79c356f88674cf609f9d52abf224b7f414e434"),
    (1, 1, 9, 4, "2432aada51709fc063945ca6e65ccc970fe10abfdecb14d89cc5dc788db34486"),
    (168, 168, 112, 112, "b7b154385d69689939cbb349fedd0e46544b1e1a68feec449bc1d1e95bbcc700"),
  ])
  func `has the bytes of Pillow's bicubic`(
    width: Int, height: Int, toWidth: Int, toHeight: Int, digest: String
  ) {
    let resized = Synthetic.picture(width, height).resized(
      to: Size(width: toWidth, height: toHeight))
    #expect(resized.size == Size(width: toWidth, height: toHeight))
    #expect(resized.digest == digest)
  }

  @Test func `crops first, then resizes, as Pillow does`() {
    let picture = Synthetic.picture(896, 672)
    let inner = picture.cropped(
      to: Box(x0: 100, y0: 50, x1: 268, y1: 218), resizedTo: Size(width: 112, height: 112))
    #expect(inner.digest == "4d91c2c7b26ea188ffdc2ddc80e01cc73f807df7f8b46806182c039d3636bf3f")
    let corner = picture.cropped(
      to: Box(x0: 728, y0: 504, x1: 896, y1: 672), resizedTo: Size(width: 200, height: 100))
    #expect(corner.digest == "aa0b868ad37dab7e1fda95541bb5f6ee1e88b83aa5fa0b5b94fe206ba2d56932")
  }

  @Test func `a crop has the pixels of its place`() {
    let picture = Synthetic.picture(60, 40)
    let crop = picture.cropped(to: Box(x0: 11, y0: 7, x1: 31, y1: 19))
    #expect(crop.size == Size(width: 20, height: 12))
    #expect(crop[0, 0] == picture[11, 7])
    #expect(crop[19, 11] == picture[30, 18])
    let fused = picture.cropped(
      to: Box(x0: 11, y0: 7, x1: 31, y1: 19), resizedTo: Size(width: 9, height: 9))
    #expect(fused == crop.resized(to: Size(width: 9, height: 9)))
  }

  @Test(arguments: [
    (38, 38, "fd5c86961bc3671b8569a959ca63c1664cf8a0c65256d9ba4808c1b7dbb5f0e7"),
    (13, 21, "4ce03be264fe2c69d377e47b0b0d2575ac4b2170356d4b38cd33d287d954d44f"),
    (40, 40, "26fc1fced0fe7f3b5054db034ff8128f4d9b6b3839e80148872ef7a153bf8c75"),
  ])
  func `weighs colours by alpha as Pillow does`(width: Int, height: Int, digest: String) {
    let resized = Synthetic.layers(32, 32).resized(to: Size(width: width, height: height))
    #expect(SHA256.hexadecimal(of: resized.pixels) == digest)
  }

  @Test(arguments: [
    (896, 672, 224, 168), (97, 57, 33, 20), (33, 20, 97, 57), (60, 60, 60, 20), (60, 60, 80, 20),
  ])
  func `an update of a changed place leaves the bytes of the whole resize`(
    width: Int, height: Int, toWidth: Int, toHeight: Int
  ) {
    var random = CounterRandom(seed: 11)
    var picture = Synthetic.picture(width, height)
    let resizer = Resizer(
      from: picture.size, to: Size(width: toWidth, height: toHeight))
    var view = resizer.resized(picture)
    for round in 0..<12 {
      // The first rounds take the corners.
      let x = round < 4 ? (round % 2) * (width - 1) : random.below(width)
      let y = round < 4 ? (round / 2) * (height - 1) : random.below(height)
      let radius = 1 + random.uniform() * Double(width) / 8
      picture.fill(
        .disc(center: Point(x: Double(x), y: Double(y)), radius: radius),
        Color(UInt8(random.below(256)), 250, 0))
      let box = Box(
        x0: (Double(x) - radius - 2).rounded(.down), y0: (Double(y) - radius - 2).rounded(.down),
        x1: (Double(x) + radius + 2).rounded(.up), y1: (Double(y) + radius + 2).rounded(.up))
      resizer.update(&view, from: picture, changed: box)
      #expect(view == resizer.resized(picture))
    }
  }

  @Test func `the size it has already changes nothing`() {
    let picture = Synthetic.picture(20, 10)
    #expect(picture.resized(to: picture.size) == picture)
    #expect(Resizer(from: picture.size, to: picture.size).resized(picture) == picture)
  }

  // Three channels have a kernel of their own, four go through its plain twin.
  @Test(arguments: [
    (640, 48, 341, 25), (33, 17, 5, 9), (5, 5, 64, 64), (100, 3, 40, 3), (16, 16, 15, 15),
    (1, 1, 7, 7), (900, 20, 3, 2), (48, 31, 96, 62), (21, 7, 20, 7), (2, 3, 1, 1),
  ])
  func `opaque pictures become the same with and without alpha`(
    width: Int, height: Int, toWidth: Int, toHeight: Int
  ) {
    let picture = Synthetic.picture(width, height)
    let opaque = (0..<width * height).flatMap { picture.pixels[3 * $0..<3 * $0 + 3] + [255] }
    let output = Size(width: toWidth, height: toHeight)
    let layers = PictureRGBA(size: picture.size, pixels: opaque).resized(to: output)
    #expect(layers.flattenedOnWhite() == picture.resized(to: output))
  }
}
