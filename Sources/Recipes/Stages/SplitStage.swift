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
    let near = try settings.nearDuplicates()
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
    /// Of every question one picture, and the split it comes with, as its place in `splits`.
    var shown: [UInt32] = []
    var given: [UInt16] = []
    var splits = GivenSplits()
    var joined: [(UInt32, UInt32)] = []
    let pictures = try PictureGroups(source, sameness, context) {
      $0.split
    } take: { split, pictures in
      // Questions about several pictures join the groups of all of them.
      let first = UInt32(pictures[0])
      for picture in pictures.dropFirst() { joined.append((first, UInt32(picture))) }
      shown.append(first)
      given.append(try splits.number(of: split))
    }
    for (left, right) in joined { pictures.groups.join(Int(left), Int(right)) }
    var claims = [UInt16](repeating: GivenSplits.none, count: pictures.groups.count)
    for (picture, number) in zip(shown, given) {
      guard let split = splits[number] else { continue }
      let group = pictures.groups.root(of: Int(picture))
      claims[group] = try splits.number(of: splitter.claim(split, over: splits[claims[group]]))
    }
    let random = context.random.child("split")
    return try source.pass { [shown, given, splits, claims] record, batch in
      let group = pictures.groups.root(of: Int(shown[batch.position]))
      let fate = splitter.fate(
        given: splits[given[batch.position]], group: try pictures.table.name(group).hexadecimal,
        claimed: splits[claims[group]], random: random)
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

/// The splits that questions come with, as numbers: they are few.
private struct GivenSplits: Sendable {
  /// Of a question without one.
  static let none = UInt16.max

  private var names: [String] = []
  private var numbers: [String: UInt16] = [:]

  /// - Throws: `split.too-many`.
  mutating func number(of name: String?) throws(Fault) -> UInt16 {
    guard let name else { return Self.none }
    if let number = numbers[name] { return number }
    guard names.count < Int(Self.none) else {
      throw Fault("split.too-many", "the questions come with more than \(Self.none) splits")
    }
    numbers[name] = UInt16(names.count)
    names.append(name)
    return UInt16(names.count - 1)
  }

  subscript(number: UInt16) -> String? { number == Self.none ? nil : names[Int(number)] }
}
