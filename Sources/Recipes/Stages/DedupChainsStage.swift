internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Drops chains that repeat an earlier chain of the same question.
struct DedupChainsStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let deduplication: ChainDeduplication

  var needs: [StageNeed] { [.records([.sft], from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.sft)] }

  static let kind = StageCatalog.Kind(
    "dedup-chains", "drops chains that repeat an earlier chain of the same question"
  ) { request, settings throws(Fault) in
    let places = try settings.bool("places", default: true)
    // Many answers to one question train well without it, so it is asked for.
    let words = try settings.double("similarity", default: 0, in: 0...1)
    let from = try settings.optionalString("from")
    return DedupChainsStage(
      name: request.name, settings: .object(settings.resolved), from: from,
      deduplication: ChainDeduplication(places: places, similarity: words > 0 ? words : nil))
  }

  func run(_ context: StageContext) throws -> StageCounts {
    try RunData(context).pass(.sft, from: from) { stored, batch in
      var record: SFTRecord = try stored.record()
      let reasons = deduplication.reasons(record.chains)
      for case let reason? in reasons { batch.make("dropped chain: \(reason.rawValue)") }
      record.chains = zip(record.chains, reasons).filter { $1 == nil }.map(\.0)
      batch.make("chains", record.chains.count)
      record.provenance = record.provenance.adding(operator: "dedup-chains", version: "1")
      try batch.keep(record.json)
    }
  }
}
