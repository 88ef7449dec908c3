internal import Foundations
internal import Imaging
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Drops questions that are there already, and those about pictures that look like an earlier one.
struct DedupStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  /// nil: pictures are the same when their bytes are.
  let near: NearDuplicates?

  static let kind = StageCatalog.Kind(
    "dedup", "drops repeated questions and near-duplicate pictures"
  ) { request, settings throws(Fault) in
    let images = try settings.choice(
      "images", of: ["perceptual", "exact"], default: "perceptual")
    let near = NearDuplicates(
      distance: try settings.int("distance", default: 31, in: 0...256),
      quality: try settings.int("quality", default: 50, in: 0...100))
    let from = try settings.optionalString("from")
    return DedupStage(
      name: request.name, settings: .object(settings.resolved), from: from,
      near: images == "perceptual" ? near : nil)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let questions = try data.questions(from: from)
    let groups = try PictureGroups(questions, near, context)
    var counts = StageCounts(input: questions.count)
    var kept: [Question] = []
    var known: Set<[String]> = []
    for question in questions {
      if question.images.contains(where: { groups.first(of: $0.sha256) != $0.sha256 }) {
        counts.drop("a picture looks like an earlier one")
      } else if !known.insert(Self.identity(of: question)).inserted {
        counts.drop("the same question")
      } else {
        kept.append(question)
      }
    }
    counts.output = kept.count
    counts.make("pictures", groups.pictures)
    counts.make("pictures like an earlier one", groups.pictures - groups.groups)
    try data.leave(kept)
    return counts
  }

  private static func identity(of question: Question) -> [String] {
    question.images.map(\.sha256) + [question.question] + question.options
      + ["\(question.answer.json)"]
  }
}

/// The pictures of questions, joined where they look the same.
struct PictureGroups {
  private let firsts: [String: String]

  /// Hashes pictures in units of the stage; without `near` every picture is alone.
  init(_ questions: [Question], _ near: NearDuplicates?, _ context: StageContext) throws {
    var seen: Set<String> = []
    let shas = questions.flatMap(\.images).map(\.sha256).filter { seen.insert($0).inserted }
    guard let near else {
      firsts = Dictionary(uniqueKeysWithValues: shas.map { ($0, $0) })
      return
    }
    let data = RunData(context)
    let cohorts = shas.chunks(of: 32)
    let values = try context.units(cohorts.count, phase: "hashes") { unit in
      .array(
        try cohorts[unit.index].map { sha in
          PerceptualHash(of: try Picture.decode(try data.picture(sha))).json
        })
    }
    let hashes = try values.flatMap { try $0.asArray }.map { try PerceptualHash(json: $0) }
    let groups = near.groups(hashes)
    firsts = Dictionary(uniqueKeysWithValues: shas.indices.map { (shas[$0], shas[groups[$0]]) })
  }

  /// The first picture that looks like this one; itself if none came before.
  func first(of sha256: String) -> String { firsts[sha256] ?? sha256 }

  var pictures: Int { firsts.count }
  var groups: Int { Set(firsts.values).count }
}

extension PerceptualHash {
  fileprivate var json: JSON {
    [
      "words": .array(words.indices.map { .string(String(words[$0])) }),
      "quality": .integer(quality),
    ]
  }

  fileprivate init(json: JSON) throws(Fault) {
    let words = try json.strings("words").compactMap { UInt64($0) }
    guard words.count == 4 else {
      throw Fault("picture.hash", "a hash has four words, found \(words.count)")
    }
    self.init(
      words: [words[0], words[1], words[2], words[3]], quality: try json.int("quality"))
  }
}
