internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Prompting
internal import Schemas
internal import Shards
internal import Tokenizing

/// Keeps the chains that are worth learning from.
struct FilterStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let filter: ChainFilter
  let pipeline: PipelineFile

  var needs: [StageNeed] { [.records([.sft], from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.sft)] }

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
      pipeline: request.pipeline)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let domain = try DomainCatalog.named(pipeline.domain)
    let tokenizer = filter.maxTokens > 0 ? try LoadedModel.tokenizer(pipeline.model) : nil
    let counts = try RunData(context).pass(.sft, from: from) { stored, batch in
      var record: SFTRecord = try stored.record()
      let filtered = try filter.filtered(record, domain) { tokenizer?.encode($0).count ?? 0 }
      for (reason, count) in filtered.dropped { batch.make("dropped chain: \(reason)", count) }
      batch.make("chains", filtered.chains.count)
      if filtered.chains.isEmpty { return batch.drop("no chain is left") }
      record.chains = filtered.chains
      record.provenance = record.provenance.adding(operator: "filter", version: "1")
      try batch.keep(record.json)
    }
    if counts.output == 0 && counts.input > 0 {
      context.miss("no chain passed the filter: search longer or filter less")
    }
    return counts
  }
}
