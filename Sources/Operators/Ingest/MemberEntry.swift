package import Foundations
internal import JSONText
internal import Pipelines

/// What a member of an archive turned out to be.
package struct MemberEntry: Sendable {
  package enum Content: Sendable {
    case picture(TakenPicture)
    /// What can be annotations, as it lies in the spool.
    case text([SpoolExtent])
    /// Why the member cannot be used.
    case refused(Fault)
  }

  /// Counted from 0 in the list of archives.
  package let archive: Int
  package let path: String
  /// Counted from 0 in the archive.
  package let position: Int
  package let content: Content

  init(archive: Int, path: String, position: Int, content: Content) {
    self.archive = archive
    self.path = path
    self.position = position
    self.content = content
  }
}

/// A part of a text in the spool of one unit.
package struct SpoolExtent: Sendable, Equatable {
  let unit: Int
  let bytes: Range<Int>
}

extension MemberEntry {
  init(json: JSON) throws(Fault) {
    archive = try json.int("archive")
    path = try json.string("path")
    position = try json.int("position")
    if let picture = json["picture"] {
      content = .picture(try TakenPicture(json: picture))
    } else if json["text"] != nil {
      content = .text(
        try json.array("text") { json throws(Fault) in
          let start = try json.int("start")
          return SpoolExtent(
            unit: try json.int("unit"), bytes: start..<start + (try json.int("bytes")))
        })
    } else {
      content = .refused(try Quarantined(json: json.required("refused")).fault)
    }
  }

  var json: JSON {
    var object: JSONObject = [
      "archive": .integer(archive), "path": .string(path), "position": .integer(position),
    ]
    switch content {
    case .picture(let picture): object["picture"] = picture.json
    case .text(let extents):
      object["text"] = .array(
        extents.map {
          [
            "unit": .integer($0.unit), "start": .integer($0.bytes.lowerBound),
            "bytes": .integer($0.bytes.count),
          ]
        })
    case .refused(let fault): object["refused"] = Quarantined(fault).json
    }
    return .object(object)
  }

  /// Whether annotations that name it mean a picture.
  var isPicture: Bool {
    switch content {
    case .picture: true
    case .text: false
    case .refused: PictureName.isOne(path)
    }
  }
}

/// Names that promise a picture.
enum PictureName {
  private static let endings = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic",
  ]

  static func isOne(_ path: String) -> Bool {
    let name = path.lowercased()
    return endings.contains(where: name.hasSuffix)
  }

  /// Whether a file begins like a JPEG or a PNG.
  static func begins(_ head: [UInt8]) -> Bool {
    head.starts(with: [0xFF, 0xD8, 0xFF]) || head.starts(with: [0x89, 0x50, 0x4E, 0x47])
  }
}
