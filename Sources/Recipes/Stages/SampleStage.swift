internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Chooses records at random, as many of every stratum as asked for.
struct SampleStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  /// Whose value names the stratum; nil: all are one.
  let by: Expression?
  let sample: StratifiedSample

  var needs: [StageNeed] { [.anyRecords(from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "sample", "chooses records at random, by strata"
  ) { request, settings throws(Fault) in
    let by = try settings.optionalExpression("by")
    var amounts: [StratifiedSample.Amount] = []
    let count = try settings.optionalInt("count", in: 0...1 << 48)
    if let share = try settings.optionalShare("share") { amounts.append(.share(share)) }
    if let each = try settings.optionalInt("each") { amounts.append(.each(each)) }
    let counts = try settings.members("counts") { key, value throws(Fault) in
      (key, try SampleStage.positive(key, value.json.asInt))
    }
    if !counts.isEmpty { amounts.append(.counts(Dictionary(counts) { $1 })) }
    let shares = try settings.members("shares") { key, value throws(Fault) in
      (key, try SampleStage.positive(key, value.json.asDouble))
    }
    if shares.isEmpty {
      if let count { amounts.append(.count(count)) }
    } else if let count {
      amounts.append(.shares(Dictionary(shares) { $1 }, of: count))
    } else {
      throw Fault("pipeline.missing-key", "shares need a count to deal", at: settings.place)
    }
    let from = try settings.optionalString("from")
    guard amounts.count == 1 || settings.isDescribing else {
      throw Fault(
        "pipeline.range",
        "stage \(request.name) needs one of count, share, each, counts, or shares with count; "
          + "found \(amounts.count)", at: settings.place)
    }
    return SampleStage(
      name: request.name, settings: .object(settings.resolved), from: from, by: by,
      sample: StratifiedSample(amounts.first ?? .share(1)))
  }

  private static func positive<T: Comparable & Numeric>(
    _ stratum: String, _ value: T
  ) throws(Fault) -> T {
    guard value >= 0 else {
      throw Fault("pipeline.range", "\(stratum) must be at least 0, found \(value)")
    }
    return value
  }

  func check(taking kind: RecordKind) throws(Fault) { try by?.check("by", kind) }

  func run(_ context: StageContext) throws -> StageCounts {
    let kind = try RunData(context).kind(from: from)
    let order = RandomOrder(context.random.child("order"))
    var survey = RecordSurvey(kind, from: from, context)
    var selection = try Selection(in: survey.folder)
    var sizes: [String: Int] = [:]
    let by = by
    try survey.run { json throws(Fault) in
      let stratum = try by.map { by throws(Fault) in
        StratifiedSample.name(of: try by.value(of: json))
      }
      return [.string(stratum ?? "all"), .word(order.of(try json.string("id")))]
    } deliver: { found, position in
      let found = try found.asArray
      let stratum = try found[0].asString
      sizes[stratum, default: 0] += 1
      guard sizes.count <= StratifiedSample.mostStrata else {
        throw Fault(
          "sample.strata",
          "stage \(name): more than \(StratifiedSample.mostStrata) different values of \"by\"; "
            + "choose an expression with fewer")
      }
      try selection.add(group: stratum, order: found[1].asWord, position: position)
    }
    for shortfall in sample.shortfalls(of: sizes) { context.miss("\(name): \(shortfall)") }
    let quotas = sample.quotas(of: sizes)
    try survey.leave(try selection.chosen { name throws(Fault) in quotas[name] ?? 0 })
    survey.dropRest("not in the sample")
    survey.counts.make("strata", sizes.count)
    return survey.counts
  }
}
