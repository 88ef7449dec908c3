internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Deals questions to train, validation and test without cutting a group of like pictures.
struct SplitStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let sameness: PictureSameness
  let splitter: Splitter

  static let kind = StageCatalog.Kind(
    "split", "deals questions to train, validation and test"
  ) { request, settings throws(Fault) in
    let shares = [
      try settings.share("train", default: 0.8), try settings.share("validation", default: 0.1),
      try settings.share("test", default: 0.1),
    ]
    let by = try settings.choice(
      "by", of: ["duplicate-component", "picture"], default: "duplicate-component")
    let near = NearDuplicates(
      distance: try settings.int("distance", default: 31, in: 0...256),
      quality: try settings.int("quality", default: 50, in: 0...100))
    let keep = try settings.bool("keep", default: true)
    let from = try settings.optionalString("from")
    if abs(shares.reduce(0, +) - 1) > 1e-9 {
      throw Fault(
        "pipeline.range",
        "stage \(request.name): train, validation and test must sum to 1, found "
          + "\(shares.reduce(0, +))", at: settings.place)
    }
    return SplitStage(
      name: request.name, settings: .object(settings.resolved), from: from,
      sameness: by == "picture" ? .bytes : .near(near),
      splitter: Splitter(shares: shares, keepsGiven: keep))
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let questions = try data.questions(from: from)
    let pictures = try PictureGroups(questions, sameness, context)
    let fates = splitter.fates(
      Self.groups(of: questions, pictures), given: questions.map(\.split),
      random: context.random.child("split"))
    var counts = StageCounts(input: questions.count)
    var kept: [Question] = []
    for (question, fate) in zip(questions, fates) {
      switch fate {
      case .dropped(let other): counts.drop("looks like a picture of \(other)")
      case .split(let split):
        var question = question
        question.split = split
        question.provenance = question.provenance.adding(operator: "split", version: "1")
        counts.make(split)
        kept.append(question)
      }
    }
    counts.output = kept.count
    try data.leave(kept)
    return counts
  }

  /// Questions about several pictures join the groups of all of them.
  private static func groups(of questions: [Question], _ pictures: PictureGroups) -> [String] {
    var firsts: [String: Int] = [:]
    var joined = UnionFind(count: questions.count)
    for (index, question) in questions.enumerated() {
      for image in question.images {
        let first = pictures.first(of: image.sha256)
        if let other = firsts[first] { joined.join(other, index) } else { firsts[first] = index }
      }
    }
    return questions.indices.map { questions[joined.root(of: $0)].images[0].sha256 }
  }
}
