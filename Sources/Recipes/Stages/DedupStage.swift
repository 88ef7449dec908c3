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

  var needs: [StageNeed] { QuestionSource.needs(from: from) }
  func yields(taking kind: RecordKind?) -> [StageYield] { QuestionSource.yields(taking: kind) }

  static let kind = StageCatalog.Kind(
    "dedup", "drops repeated questions and pictures that came before"
  ) { request, settings throws(Fault) in
    // Hashes of brightness do not see colours: where only those differ, exact is right.
    let sameness = try settings.pictureSameness("images", default: "perceptual")
    let from = try settings.optionalString("from")
    return DedupStage(
      name: request.name, settings: .object(settings.resolved), from: from, sameness: sameness)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let source = try QuestionSource(context, from: from)
    var deduplication = try Deduplication(in: context.folder.work(name) + "/sort")
    let pictures = try PictureGroups(source, sameness, context) {
      Deduplication.key(of: $0)
    } take: { key, pictures in
      try deduplication.append(key, pictures: pictures)
    }
    let fates = try deduplication.fates(pictures.groups)
    var counts = try source.pass { record, batch in
      switch fates[batch.position] {
      case .kept: try source.keep(record, &batch)
      case .pictureBefore: batch.drop("a picture that came before")
      case .askedBefore: batch.drop("the same question")
      }
    }
    counts.make("pictures", pictures.table.count)
    counts.make("pictures that came before", pictures.table.count - pictures.groups.groupCount)
    return counts
  }
}
