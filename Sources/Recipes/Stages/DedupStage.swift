internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Drops questions about pictures that came before, and questions asked before.
struct DedupStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let sameness: PictureSameness

  var version: Int { 3 }

  static let kind = StageCatalog.Kind(
    "dedup", "drops repeated questions and pictures that came before"
  ) { request, settings throws(Fault) in
    // Hashes of brightness do not see colours: where only those differ, exact is right.
    let images = try settings.choice(
      "images", of: ["perceptual", "exact", "none"], default: "perceptual")
    let near = NearDuplicates(
      distance: try settings.int("distance", default: 31, in: 0...256),
      quality: try settings.int("quality", default: 50, in: 0...100))
    let from = try settings.optionalString("from")
    let sameness: PictureSameness =
      switch images {
      case "perceptual": .near(near)
      case "exact": .pixels
      default: .bytes
      }
    return DedupStage(
      name: request.name, settings: .object(settings.resolved), from: from, sameness: sameness)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let questions = try data.questions(from: from)
    let groups = try PictureGroups(questions, sameness, context)
    var deduplication = Deduplication()
    var counts = StageCounts(input: questions.count)
    var kept: [Question] = []
    for question in questions {
      switch deduplication.fate(of: question, group: groups.first) {
      case .kept: kept.append(question)
      case .pictureBefore: counts.drop("a picture that came before")
      case .askedBefore: counts.drop("the same question")
      }
    }
    counts.output = kept.count
    counts.make("pictures", groups.pictures)
    counts.make("pictures that came before", groups.pictures - groups.groups)
    try data.leave(kept)
    if !groups.lines.isEmpty {
      try context.write(JSONLines.bytes(of: groups.lines), as: PictureGroups.path(name))
    }
    return counts
  }
}
