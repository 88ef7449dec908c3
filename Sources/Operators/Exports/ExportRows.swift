internal import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// The rows that a record becomes, for a target that reads rows.
struct ExportRows: Sendable {
  /// One compact JSON object each.
  private(set) var rows: [JSON] = []
  /// The pictures that the rows name, each once.
  private(set) var pictures: [MediaReference] = []
  private let settings: ExportSettings

  init(_ sample: ExportSample, _ settings: ExportSettings) throws(Fault) {
    self.settings = settings
    do throws(Fault) {
      switch settings.target {
      case .llamaFactory: try addLLaMAFactory(sample)
      case .trl: try addTRL(sample)
      case .verl: try addVerl(sample)
      case .easyR1: try addEasyR1(sample)
      case .msSwift: try addMsSwift(sample)
      case .webdataset, .mds: preconditionFailure("\(settings.target) has no rows")
      }
    } catch {
      throw error.placed(in: Place(record: sample.question.id))
    }
  }

  /// Adds a row of an id, what is the target's own, and the record.
  ///
  /// `scanpath` stands second, so that a reader knows such files by their first bytes.
  mutating func add(_ id: String, _ sample: ExportSample, _ members: [(String, JSON)]) {
    let opening: [(key: String, value: JSON)] = [
      ("id", .string(id)), ("scanpath", sample.scanpath),
    ]
    rows.append(.object(JSONObject(opening + members.map { (key: $0.0, value: $0.1) })))
  }

  /// Adds a row of messages and pictures for every chain; false if the sample has none.
  mutating func addChains(
    _ sample: ExportSample, messages: (ExportChat) -> JSON = \.json,
    images: (inout ExportRows, ExportChat) -> JSON
  ) throws(Fault) -> Bool {
    for (number, chain) in sample.chains.enumerated() {
      let chat = try sample.chat(chain)
      add(
        "\(sample.question.id)-\(number)", sample,
        [("messages", messages(chat)), ("images", images(&self, chat))])
    }
    return !sample.chains.isEmpty
  }

  /// The paths of pictures as rows name them.
  mutating func paths(_ references: [MediaReference], _ sample: ExportSample) -> [String] {
    references.map { reference in
      if !pictures.contains(reference) { pictures.append(reference) }
      return settings.imageRoot + ExportPicture.path(of: reference, in: sample, settings)
    }
  }

  mutating func images(_ chat: ExportChat, _ sample: ExportSample) -> JSON {
    .array(paths(chat.pictures, sample).map(JSON.string))
  }
}

/// The picture files beside rows.
enum ExportPicture {
  static let folder = "images"

  /// `images/<sha256>.jpg` of a whole picture; what is rendered names box, in the whole pixels that
  /// are shown, and size too.
  static func path(
    of reference: MediaReference, in sample: ExportSample, _ settings: ExportSettings
  ) -> String {
    var name = reference.sha256
    if let crop = reference.crop {
      for edge in crop.edges { name += "-\(edge)" }
      name += "-\(crop.output.width)x\(crop.output.height).png"
    } else if settings.pictures == .view {
      name += "-\(reference.size.width)x\(reference.size.height).png"
    } else {
      let medium = sample.question.images.first { $0.sha256 == reference.sha256 }
      name += medium?.format == .png ? ".png" : ".jpg"
    }
    return "\(folder)/\(name)"
  }
}

extension Crop {
  /// Left, top, right and bottom of the whole pixels that are shown, of a box inside its picture.
  var edges: [Int] { [box.x0, box.y0, box.x1, box.y1].map { Int($0.rounded()) } }
}
