package import Foundations
internal import Geometry
package import Imaging
package import JSONText

/// What is compared of a picture to tell whether it came before.
package struct PictureSignature: Sendable, Equatable {
  /// SHA-256 of width, height and decoded pixels: the same for a picture in another container or
  /// with other metadata.
  package var pixels: String
  package var hash: PerceptualHash

  package init(pixels: String, hash: PerceptualHash) {
    self.pixels = pixels
    self.hash = hash
  }

  /// - Parameter bytes: the file of the picture.
  /// - Throws: the faults of decoding.
  package init(of bytes: [UInt8]) throws(Fault) {
    self = try Picture.decoding(bytes) { PictureSignature(of: $0) }
  }

  private init(of picture: Picture) {
    var digest = SHA256()
    digest.update(Array("\(picture.size) ".utf8).span)
    digest.update(picture.pixels.span)
    self.init(pixels: digest.hexadecimal(), hash: PerceptualHash(of: picture))
  }

  package init(json: JSON) throws(Fault) {
    let words = try json.strings("hash").compactMap { UInt64($0, radix: 16) }
    guard words.count == 4 else {
      throw Fault("picture.hash", "a hash has four words, found \(words.count)")
    }
    self.init(
      pixels: try json.string("pixels"),
      hash: PerceptualHash(
        words: [words[0], words[1], words[2], words[3]], quality: try json.int("quality")))
  }

  package var json: JSON {
    let words = hash.words.indices.map { JSON.string(String(hash.words[$0], radix: 16)) }
    return [
      "pixels": .string(pixels), "hash": .array(words), "quality": .integer(hash.quality),
    ]
  }
}

/// When two pictures are the same one.
package enum PictureSameness: Sendable, Equatable {
  /// Their files have the same bytes, so that they are one picture anyway.
  case bytes
  /// Their decoded pixels are equal.
  case pixels
  /// Their pixels are equal, or they look the same.
  case near(NearDuplicates)
}
