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

  var needs: [StageNeed] { QuestionSource.needs(from: from) }
  func yields(taking kind: RecordKind?) -> [StageYield] { QuestionSource.yields(taking: kind) }

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
    let source = try QuestionSource(context, from: from)
    /// Of every question one picture, and the split it comes with as its place in `splits`.
    var notes: [(picture: UInt32, split: UInt32?)] = []
    var splits: [String] = []
    var joined: [(Int, Int)] = []
    let pictures = try PictureGroups(source, sameness, context) {
      $0.split
    } take: { split, pictures in
      // Questions about several pictures join the groups of all of them.
      for picture in pictures.dropFirst() { joined.append((pictures[0], picture)) }
      let place = split.map { split in
        splits.firstIndex(of: split)
          ?? {
            splits.append(split)
            return splits.count - 1
          }()
      }
      notes.append((UInt32(pictures[0]), place.map { UInt32($0) }))
    }
    for (left, right) in joined { pictures.groups.join(left, right) }
    var claims: [Int: String] = [:]
    for note in notes {
      guard let split = note.split else { continue }
      let group = pictures.groups.root(of: Int(note.picture))
      claims[group] = splitter.claim(splits[Int(split)], over: claims[group])
    }
    let random = context.random.child("split")
    return try source.pass { [notes, splits, claims] record, batch in
      let note = notes[batch.position]
      let group = pictures.groups.root(of: Int(note.picture))
      let fate = splitter.fate(
        given: note.split.map { splits[Int($0)] }, group: pictures.table.name(group).hexadecimal,
        claimed: claims[group], random: random)
      switch fate {
      case .dropped(let other): batch.drop("looks like a picture of \(other)")
      case .split(let split):
        batch.make(split)
        try source.keep(record, &batch) { question in
          question.split = split
          question.provenance = question.provenance.adding(operator: "split", version: "1")
        }
      }
    }
  }
}
