internal import Foundations
package import Geometry
package import Imaging
internal import JSONText
package import Schemas

/// How pictures of archives are taken in: decoded once, to be checked and, where asked, resized.
package struct PictureIntake: Sendable {
  package var limits: DecodeLimits
  /// nil: the bytes of the archive are kept.
  package var resize: PictureResize?
  /// What later stages are to compare of the pictures; bytes: nothing is computed for them.
  package var sameness: PictureSameness

  package init(
    limits: DecodeLimits = .default, resize: PictureResize? = nil,
    sameness: PictureSameness = .bytes
  ) {
    self.limits = limits
    self.resize = resize
    self.sameness = sameness
  }

  /// A picture that was taken in.
  struct Taken {
    /// To be kept.
    let file: [UInt8]
    let picture: TakenPicture
    /// Of its pixels, before they are stored anew.
    let signature: PictureSignature
    /// Colours are taken as sRGB all the same, which a profile may contradict.
    let hasColorProfile: Bool
  }

  /// - Throws: the faults of decoding; what no decoder accepts is never kept.
  func take(_ bytes: [UInt8]) throws(Fault) -> Taken {
    let header = try Picture.header(of: bytes, within: limits)
    let sha256 = SHA256.hexadecimal(of: bytes)
    let origin = TakenPicture.Origin(sha256: sha256, size: header.size)
    var signature = PictureSignature()
    let look = { (picture: Picture) in
      signature = PictureSignature(of: picture, for: sameness)
    }
    if let file = try resize?.file(of: bytes, header, limits: limits, look: look) {
      let medium = Medium(
        sha256: SHA256.hexadecimal(of: file.bytes), format: file.format, size: file.size,
        bytes: file.bytes.count)
      return Taken(
        file: file.bytes, picture: TakenPicture(medium: medium, origin: origin),
        signature: signature, hasColorProfile: header.hasColorProfile)
    }
    if sameness == .bytes {
      _ = try Picture.check(bytes, limits: limits)
    } else {
      try Picture.decoding(bytes, header, limits: limits) { look($0) }
    }
    let medium = Medium(
      sha256: sha256, format: header.mediumFormat, size: header.size, bytes: bytes.count)
    return Taken(
      file: bytes, picture: TakenPicture(medium: medium, origin: origin), signature: signature,
      hasColorProfile: header.hasColorProfile)
  }
}

/// What is kept of a picture of an archive.
package struct TakenPicture: Sendable, Equatable {
  /// The file in the archive.
  package struct Origin: Sendable, Equatable {
    package let sha256: String
    /// Pixels, as decoded; what annotations speak of.
    package let size: Size
  }

  package let medium: Medium
  package let origin: Origin

  /// The medium before it was resized, as far as annotations see it.
  package var whole: Medium {
    var whole = medium
    whole.size = origin.size
    return whole
  }

  var isResized: Bool { medium.sha256 != origin.sha256 }

  init(medium: Medium, origin: Origin) {
    self.medium = medium
    self.origin = origin
  }

  init(json: JSON) throws(Fault) {
    medium = try Medium(json: json.required("medium"))
    origin = Origin(
      sha256: try json.string("sha256"),
      size: Size(width: try json.int("width"), height: try json.int("height")))
  }

  var json: JSON {
    [
      "medium": medium.json, "sha256": .string(origin.sha256), "width": .integer(origin.size.width),
      "height": .integer(origin.size.height),
    ]
  }
}
