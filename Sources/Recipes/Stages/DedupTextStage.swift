internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Drops questions whose words were nearly all there before.
struct DedupTextStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let parts: QuestionText
  /// Whether questions about different pictures are different whatever they say.
  let isWithinPicture: Bool
  let similarity: Double
  let keepsLongest: Bool

  var needs: [StageNeed] { QuestionSource.needs(from: from) }
  func yields(taking kind: RecordKind?) -> [StageYield] { QuestionSource.yields(taking: kind) }

  static let kind = StageCatalog.Kind(
    "dedup-text", "drops questions whose words were nearly all there before"
  ) { request, settings throws(Fault) in
    let parts = try QuestionText(settings.strings("of", default: ["question"]), settings.place)
    // Most questions are asked of many pictures; texts that stand for themselves are not.
    let scope = try settings.choice("scope", of: ["picture", "all"], default: "picture")
    let similarity = try settings.double("similarity", default: 0.8, in: 0.5...1)
    let keep = try settings.choice("keep", of: ["first", "longest"], default: "first")
    let from = try settings.optionalString("from")
    return DedupTextStage(
      name: request.name, settings: .object(settings.resolved), from: from, parts: parts,
      isWithinPicture: scope == "picture", similarity: similarity, keepsLongest: keep == "longest")
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let source = try QuestionSource(context, from: from)
    let index = try TextIndex(in: context.folder.work(name))
    let minHash = MinHash()
    try source.stream().forEach(context) { stored in
      let question = try source.question(of: stored)
      let scope = isWithinPicture ? Self.scope(of: question) : 0
      return TextSketch(of: parts.text(of: question), scope: scope, by: minHash)
    } take: { sketch in
      try index.append(sketch)
    }
    let groups = try index.groups(similarity: similarity, workers: context.workers)
    let kept = keepsLongest ? index.longest(of: groups) : nil
    var counts = try source.pass { record, batch in
      let first = groups.root(of: batch.position)
      if (kept.map { Int($0[first]) } ?? first) == batch.position {
        try source.keep(record, &batch)
      } else {
        batch.drop("nearly the same text")
      }
    }
    counts.make("different texts", groups.groupCount)
    return counts
  }

  /// Of the pictures that a question is about.
  private static func scope(of question: Question) -> UInt64 {
    question.images.reduce(1) { StableHash.mix($0 &+ StableHash.of($1.sha256)) }
  }
}
