internal import Foundations
internal import Geometry
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards
internal import Synchronization

/// Resizes the pictures of questions, and moves their places along.
struct ResizeStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let resize: PictureResize

  private static let same = "same"

  static let kind = StageCatalog.Kind(
    "resize", "resizes pictures and moves their boxes along"
  ) { request, settings throws(Fault) in
    var goals: [PictureResize.Goal] = []
    let most = 1 << 16
    if let side = try settings.optionalInt("shortest", in: 1...most) {
      goals.append(.shortest(side))
    }
    if let side = try settings.optionalInt("longest", in: 1...most) { goals.append(.longest(side)) }
    if let count = try settings.optionalInt("pixels", in: 1...Int.max) {
      goals.append(.pixels(count))
    }
    let exact = try settings.doubles("exact", default: [])
    let sides = exact.compactMap { Int(exactly: $0) }.filter { 1...most ~= $0 }
    if exact.count == 2 && sides.count == 2 {
      goals.append(.exact(Size(width: sides[0], height: sides[1])))
    } else if !exact.isEmpty {
      throw Fault(
        "pipeline.range", "stage \(request.name): exact is [width, height] of 1 to \(most)",
        at: settings.place)
    }
    guard goals.count == 1 || settings.isDescribing else {
      throw Fault(
        "pipeline.range",
        "stage \(request.name) needs one of shortest, longest, pixels and exact, found "
          + "\(goals.count)", at: settings.place)
    }
    var resize = PictureResize(goals.first ?? .longest(1))
    resize.enlarges = try settings.bool("enlarge", default: false)
    let format = try settings.choice(
      "format", of: [same] + Medium.Format.allCases.map(\.rawValue), default: same)
    resize.format = Medium.Format(rawValue: format)
    resize.quality = try settings.int("quality", default: 90, in: 1...100)
    let from = try settings.optionalString("from")
    return ResizeStage(
      name: request.name, settings: .object(settings.resolved), from: from, resize: resize)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let done = ResizedPictures(resize, data)
    return try data.pass(.question, from: from) { stored, batch in
      let resized: Question
      do throws(Fault) {
        var question: Question = try stored.record()
        do throws(Fault) {
          var images: [Medium] = []
          for image in question.images { images.append(try done.medium(of: image)) }
          if images != question.images { batch.make("about resized pictures") }
          question = question.resized(to: images)
          question.provenance = question.provenance.adding(operator: "resize", version: "1")
          try question.check()
          resized = question
        } catch { throw error.placed(in: Place(file: stored.place.file, record: question.id)) }
      } catch {
        // A disk that is full is no fault of the picture.
        if error.code.hasPrefix("file.") { throw error }
        return batch.quarantine(error)
      }
      batch.unit.leavesUnsyncedFiles()
      try batch.keep(resized.json)
    }
  }
}

/// What became of pictures, so that questions about one picture resize it once.
private final class ResizedPictures: Sendable {
  private let resize: PictureResize
  private let data: RunData
  private let known = Mutex([String: Medium]())

  /// Pictures remembered; the questions about one mostly stand together.
  private static let limit = 4096

  init(_ resize: PictureResize, _ data: RunData) {
    self.resize = resize
    self.data = data
  }

  func medium(of image: Medium) throws(Fault) -> Medium {
    if let medium = known.withLock({ $0[image.sha256] }) { return medium }
    var medium = image
    if let file = try resize.file(of: data.picture(image.sha256), image) {
      medium = Medium(
        sha256: try data.keep(picture: file.bytes), format: file.format, size: file.size,
        bytes: file.bytes.count)
    }
    known.withLock { known in
      if known.count >= Self.limit { known.removeAll() }
      known[image.sha256] = medium
    }
    return medium
  }
}
