internal import Foundations
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Schemas
internal import Shards
internal import TraceSearch

/// Cuts the chains for supervised fine-tuning from search trees.
struct LinearizeStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let linearization: LinearizationSettings
  let pipeline: PipelineFile

  var needs: [StageNeed] { [.records([.tree], from: from)] }
  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.sft)] }

  static let kind = StageCatalog.Kind(
    "linearize", "cuts direct and corrected chains from trees"
  ) { request, settings throws(Fault) in
    var linearization = LinearizationSettings()
    linearization.direct = try settings.bool("direct", default: true)
    linearization.corrected = try settings.bool("corrected", default: true)
    linearization.perQuestion = try settings.int("per-question", default: 20, in: 1...100_000)
    let from = try settings.optionalString("from")
    return LinearizeStage(
      name: request.name, settings: .object(settings.resolved), from: from,
      linearization: linearization, pipeline: request.pipeline)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let linearization = Linearization(linearization, try DomainCatalog.named(pipeline.domain))
    let counts = try RunData(context).pass(.tree, from: from, to: .sft) { stored, batch in
      let tree: TreeRecord = try stored.record()
      let cut = try linearization.chains(of: tree)
      for (reason, count) in cut.dropped { batch.make("dropped chain: \(reason)", count) }
      if cut.chains.isEmpty { return batch.drop("no chain is left") }
      for chain in cut.chains { batch.make("\(chain.kind.rawValue) chains") }
      let record = SFTRecord(
        question: tree.question, chains: cut.chains,
        provenance: tree.provenance.adding(operator: "linearize", version: "1"))
      try batch.keep(record.json)
    }
    if counts.output == 0 {
      context.miss("no tree gave a chain: search longer, or begin with a model that can more")
    }
    return counts
  }
}
