import Foundations
import Geometry
import Imaging
import TaskKinds

/// Grounds and icons made here, so that tests need no files.
enum Samples {
  static let photograph = picture(640, 500)

  static func picture(_ width: Int, _ height: Int) -> Picture {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 { bytes.append(UInt8(truncatingIfNeeded: (x / 3) ^ (y / 5) &+ c * 40)) }
      }
    }
    return Picture(size: Size(width: width, height: height), pixels: bytes)
  }

  /// Twelve icons of plain colours, the first two hard to tell on a red or a white badge.
  static let icons = VisualSearch.Icons((0..<12).map { ("icon-\($0)", icon($0)) })

  private static func icon(_ index: Int) -> PictureRGBA {
    let color: [UInt8] =
      switch index {
      case 0: [214, 32, 32]
      case 1: [246, 246, 246]
      default: [UInt8(index * 20), UInt8(255 - index * 20), UInt8(index % 2 * 200)]
      }
    var pixels: [UInt8] = []
    for y in 0..<32 {
      for x in 0..<32 { pixels += color + [x > 3 && y > 3 ? 255 : 0] }
    }
    return PictureRGBA(size: Size(width: 32, height: 32), pixels: pixels)
  }

  static func background(_ seed: UInt64) -> VisualSearch.Background {
    var random = CounterRandom(seed: seed)
    return VisualSearch.Background.random(of: photograph, using: &random)
  }

  static func scene(_ seed: UInt64) -> VisualSearch.Scene {
    var random = CounterRandom(seed: seed).child("scene")
    return VisualSearch.Scene.random(icons: icons, using: &random)
  }
}
