internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Keeps the first records of every key, and the first in all.
struct CapStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let per: Expression?
  let most: Int
  let inAll: Int

  var needs: [StageNeed] { [.anyRecords(from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { kind.map { [.records($0)] } ?? [] }

  static let kind = StageCatalog.Kind(
    "cap", "keeps at most so many records of a key, or in all"
  ) { request, settings throws(Fault) in
    let per = try settings.optionalExpression("per")
    let most = try settings.optionalInt("most")
    let inAll = try settings.optionalInt("in-all")
    let from = try settings.optionalString("from")
    guard (per == nil) == (most == nil) else {
      throw Fault(
        "pipeline.missing-key", "stage \(request.name): \"per\" and \"most\" go together",
        at: settings.place)
    }
    return CapStage(
      name: request.name, settings: .object(settings.resolved), from: from, per: per,
      most: most ?? .max, inAll: inAll ?? .max)
  }

  func check(taking kind: RecordKind) throws(Fault) { try per?.check("per", kind) }

  func run(_ context: StageContext) throws -> StageCounts {
    let kind = try RunData(context).kind(from: from)
    var survey = RecordSurvey(kind, from: from, context)
    var selection = try Selection(in: survey.folder)
    let per = per
    try survey.run { json throws(Fault) in
      .string(
        try per.map { per throws(Fault) in StratifiedSample.name(of: try per.value(of: json)) }
          ?? "")
    } deliver: { key, position in
      // Without a key all records are one group, and the earliest are the first.
      try selection.add(group: key.asString, order: UInt64(position), position: position)
    }
    let chosen = try selection.chosen { _ throws(Fault) in most }
    try survey.leave(chosen, most: inAll)
    survey.dropRest("over the cap of its key")
    return survey.counts
  }
}
