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

  var keepsPictures: Bool { true }
  var needs: [StageNeed] { [.records([.question], from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.question)] }

  static let kind = StageCatalog.Kind(
    "resize", "resizes pictures and moves their boxes along"
  ) { request, settings throws(Fault) in
    let resize = try settings.pictureResize()
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
          question.provenance = question.provenance.adding(
            operator: PictureResize.name, version: PictureResize.version)
          try question.check()
          resized = question
        } catch { throw error.placed(in: Place(file: stored.place.file, record: question.id)) }
      } catch {
        // A disk that is full, or a file that the run has lost, is no fault of the picture.
        if error.isOfSystem || error.code == RunData.lostPicture { throw error }
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
    if let file = try resize.file(of: data.picture(image.sha256)) {
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
