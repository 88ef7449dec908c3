internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Keeps records that meet rules on their pictures, their texts and any of their fields.
struct KeepStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let filter: RecordFilter

  var needs: [StageNeed] { [.anyRecords(from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "keep", "keeps records that meet rules on pictures, texts and fields"
  ) { request, settings throws(Fault) in
    var filter = RecordFilter()
    for measure in RecordFilter.Measure.allCases {
      let least = try settings.optionalDouble("min-\(measure.rawValue)")
      let most = try settings.optionalDouble("max-\(measure.rawValue)")
      if least == nil && most == nil { continue }
      guard least ?? 0 <= most ?? .infinity else {
        throw Fault(
          "pipeline.range",
          "stage \(request.name): min-\(measure.rawValue) is above max-\(measure.rawValue)",
          at: settings.place)
      }
      filter.bounds[measure] = (least ?? 0)...(most ?? .infinity)
    }
    let formats = try settings.strings("formats", default: Medium.Format.allCases.map(\.rawValue))
    filter.formats = try settings.placed("formats") { () throws(Fault) in
      try KeepStage.formats(formats)
    }
    filter.mustDecode = try settings.bool("decodable", default: false)
    filter.letters = try settings.share("min-letters", default: 0)
    filter.repeatedLines = try settings.share("max-repeated-lines", default: 1)
    filter.repeatedCharacters = try settings.optionalInt("max-repeated-characters") ?? Int.max
    filter.allowsControls = try settings.bool("control-characters", default: true)
    filter.allowsMojibake = try settings.bool("mojibake", default: true)
    filter.condition = try settings.optionalExpression("where")
    let from = try settings.optionalString("from")
    return KeepStage(
      name: request.name, settings: .object(settings.resolved), from: from, filter: filter)
  }

  func check(taking kind: RecordKind) throws(Fault) {
    guard kind.hasQuestion || !filter.looksAtQuestions else {
      throw Fault(
        "keep.kind", "a \(kind.rawValue) has no question; only \"where\" is for it")
    }
    try filter.condition?.check("where", kind)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try data.kind(from: from)
    let counts = try data.pass(kind, from: from) { stored, batch in
      do throws(Fault) {
        let json = try stored.json()
        do throws(Fault) {
          let question = filter.looksAtQuestions ? try kind.question(in: json) : nil
          let rule = try filter.rule(against: json, question) { sha256 throws(Fault) in
            try data.picture(sha256)
          }
          if let rule { return batch.drop(rule) }
        } catch { throw error.placed(in: stored.place(of: json)) }
      } catch {
        if error.code == RunData.lostPicture { throw error }
        return batch.quarantine(error)
      }
      try batch.keep(line: stored.bytes)
    }
    if counts.output == 0 && counts.input > 0 { context.miss("\(name) kept no record") }
    return counts
  }

  private static func formats(
    _ names: [String]
  ) throws(Fault) -> Set<Medium.Format> {
    var formats: Set<Medium.Format> = []
    for name in names {
      guard let format = Medium.Format(rawValue: name) else {
        let known = Medium.Format.allCases.map(\.rawValue)
        throw Fault("pipeline.choice", Spelling.unknown("format", name, known: known))
      }
      formats.insert(format)
    }
    return formats
  }
}
