import Foundations
import Geometry
import Imaging

/// Pictures that an outside program makes from the same formula:
/// channel c of pixel (x, y) is ((37 x + 59 y + 83 c) xor (x y)) mod 256.
enum Synthetic {
  static func bytes(_ width: Int, _ height: Int, channels: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * channels)
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<channels {
          bytes.append(UInt8(truncatingIfNeeded: (x * 37 + y * 59 + c * 83) ^ (x * y)))
        }
      }
    }
    return bytes
  }

  static func picture(_ width: Int, _ height: Int) -> Picture {
    Picture(
      size: Size(width: width, height: height), pixels: bytes(width, height, channels: 3))
  }

  static func layers(_ width: Int, _ height: Int) -> PictureRGBA {
    PictureRGBA(
      size: Size(width: width, height: height), pixels: bytes(width, height, channels: 4))
  }

  /// A picture without noise, that survives JPEG well.
  static func smooth(_ width: Int, _ height: Int) -> Picture {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        bytes.append(UInt8(x * 255 / width))
        bytes.append(UInt8(y * 255 / height))
        bytes.append(UInt8((x + y) * 255 / (width + height)))
      }
    }
    return Picture(size: Size(width: width, height: height), pixels: bytes)
  }
}

extension Picture {
  var digest: String { SHA256.hexadecimal(of: pixels) }
}
