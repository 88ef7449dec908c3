package import Foundations
internal import Geometry
package import Imaging
package import JSONText
package import Pipelines

/// What is compared of a picture to tell whether it came before, as far as it was asked for.
package struct PictureSignature: Sendable, Equatable {
  /// SHA-256 of width, height and decoded pixels: the same for a picture in another container or
  /// with other metadata.
  package var pixels: String?
  package var hash: PerceptualHash?

  package init(pixels: String? = nil, hash: PerceptualHash? = nil) {
    self.pixels = pixels
    self.hash = hash
  }

  /// - Parameters:
  ///   - bytes: the file of the picture.
  ///   - sameness: what is to be compared.
  /// - Throws: the faults of decoding.
  package init(of bytes: [UInt8], for sameness: PictureSameness) throws(Fault) {
    self = try Picture.decoding(bytes) { PictureSignature(of: $0, for: sameness) }
  }

  init(of picture: Picture, for sameness: PictureSameness) {
    switch sameness {
    case .bytes: break
    case .pixels: pixels = Self.digest(of: picture)
    case .near: hash = PerceptualHash(of: picture)
    }
    // Equal pixels have equal hashes, which tell enough unless there is too little to see.
    if !serves(sameness) { pixels = Self.digest(of: picture) }
  }

  /// Whether it has what is compared.
  package func serves(_ sameness: PictureSameness) -> Bool {
    switch sameness {
    case .bytes: true
    case .pixels: pixels != nil
    case .near(let near): hash.map { $0.quality >= near.quality || pixels != nil } ?? false
    }
  }

  private static func digest(of picture: Picture) -> String {
    var digest = SHA256()
    digest.update(Array("\(picture.size) ".utf8).span)
    digest.update(picture.pixels.span)
    return digest.hexadecimal()
  }

  package init(json: JSON) throws(Fault) {
    pixels = try json.optionalString("pixels")
    guard json["hash"] != nil else { return }
    let words = try json.strings("hash").compactMap { UInt64($0, radix: 16) }
    guard words.count == 4 else {
      throw Fault("picture.hash", "a hash has four words, found \(words.count)")
    }
    hash = PerceptualHash(
      words: [words[0], words[1], words[2], words[3]], quality: try json.int("quality"))
  }

  package var json: JSON {
    var object = JSONObject()
    if let pixels { object["pixels"] = .string(pixels) }
    if let hash {
      object["hash"] = .array(
        hash.words.indices.map { .string(String(hash.words[$0], radix: 16)) })
      object["quality"] = .integer(hash.quality)
    }
    return .object(object)
  }
}

/// What pictures look like, left by a stage for those after it: a line for each.
package struct SignatureLine: Sendable {
  package let sha256: String
  package let signature: PictureSignature

  package init(sha256: String, signature: PictureSignature) {
    self.sha256 = sha256
    self.signature = signature
  }

  /// In the run folder.
  package static func path(_ stage: String) -> String { "pictures/\(stage).jsonl" }

  /// The file that a stage leaves.
  package static func file(of context: StageContext) throws(Fault) -> OutputFile {
    let path = context.folder.path(path(context.stage))
    try Files.makeFolder(Files.parent(of: path))
    return try OutputFile(path)
  }

  package init(json: JSON) throws(Fault) {
    sha256 = try json.string("sha256")
    signature = try PictureSignature(json: json.required("signature"))
  }

  package var json: JSON { ["sha256": .string(sha256), "signature": signature.json] }
}

/// When two pictures are the same one.
package enum PictureSameness: Sendable, Equatable {
  /// Their files have the same bytes, so that they are one picture anyway.
  case bytes
  /// Their decoded pixels are equal.
  case pixels
  /// Their pixels are equal, or they look the same.
  case near(NearDuplicates)

  /// What pipelines call them; `none` is bytes alone.
  package static let words = ["perceptual", "exact", "none"]

  package init(_ word: String, _ near: NearDuplicates) {
    switch word {
    case "perceptual": self = .near(near)
    case "exact": self = .pixels
    default: self = .bytes
    }
  }
}
