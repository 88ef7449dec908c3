internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Prompting
internal import Schemas

/// Keeps the chains that are worth learning from.
struct FilterStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let filter: ChainFilter
  let domain: String

  static let kind = StageCatalog.Kind(
    "filter", "keeps the chains that are worth learning from"
  ) { request, settings throws(Fault) in
    var filter = ChainFilter()
    filter.correct = try settings.bool("correct", default: true)
    filter.grounded = try settings.bool("grounded", default: true)
    filter.minSteps = try settings.int("min-steps", default: 0, in: 0...100)
    filter.nearDuplicate = try settings.double("near-duplicate-px", default: 10)
    filter.maxTokens = try settings.int("max-tokens", default: 0)
    let from = try settings.optionalString("from")
    return FilterStage(
      name: request.name, settings: .object(settings.resolved), from: from, filter: filter,
      domain: request.pipeline.domain)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let domain = try DomainCatalog.named(domain)
    let records: [SFTRecord] = try data.records(from: from)
    var counts = StageCounts(input: records.count)
    var kept: [SFTRecord] = []
    for record in records {
      let (chains, dropped) = try filter.filtered(record, domain)
      for (reason, count) in dropped { counts.make("dropped chain: \(reason)", count) }
      counts.make("chains", chains.count)
      if chains.isEmpty {
        counts.drop("no chain is left")
        continue
      }
      var record = record
      record.chains = chains
      record.provenance = record.provenance.adding(operator: "filter", version: "1")
      kept.append(record)
    }
    counts.output = kept.count
    guard !kept.isEmpty else {
      throw Fault("filter.empty", "no chain passed the filter: search longer or filter less")
    }
    try data.leave(kept)
    return counts
  }
}
