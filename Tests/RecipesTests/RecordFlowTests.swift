import Foundations
import Pipelines
import Recipes
import Testing

@Suite struct RecordFlowTests {
  func flow(_ stages: [String]) throws(Fault) -> [String] {
    let text = "name: x\nstages:\n" + stages.map { "  - \($0)\n" }.joined()
    let recipe = try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "x.yaml"), catalog: .standard)
    var flow = RecordFlow()
    var takes: [String] = []
    for stage in recipe.stages {
      takes.append(try flow.add(stage).map(\.text).joined(separator: ", "))
    }
    return takes
  }

  static let ingest = "ingest: {archives: /dev/null}"

  @Test func `Every stage takes the nearest that leaves what it reads`() throws {
    let takes = try flow([
      Self.ingest, "split: {}", "search: {}", "linearize: {}", "filter: {}",
      "write: {dataset: chains}", "write: {dataset: rl, records: rl, from: split}", "sft: {}",
      "grpo: {data: rl}", "evaluate: {data: split, compare: [base, sft, grpo]}", "shuffle: {}",
      "keep: {from: chains, max-question: 90}", "validate: {datasets: [rl]}",
    ])
    #expect(
      takes == [
        "", "question of ingest", "question of split", "tree of search", "sft of linearize",
        "sft of filter", "question of split", "sft of filter", "rl of rl, checkpoint of sft",
        "question of split, checkpoint of sft, checkpoint of grpo", "evaluation of evaluate",
        "sft of chains", "rl of rl",
      ])
  }

  @Test func `A dataset called like a stage hides it only from those that name it`() throws {
    let takes = try flow([
      Self.ingest, "dedup: {}", "write: {dataset: dedup, records: rl}", "cap: {in-all: 3}",
      "cap: {from: dedup, in-all: 3}",
    ])
    #expect(takes.suffix(2) == ["question of dedup", "rl of dedup"])
  }

  @Test func `What questions are compared with may be outside of the run, or made before`() throws {
    let takes = try flow([
      Self.ingest, "write: {dataset: held-out}",
      "decontaminate: {against: [/dev/null, held-out, runs/x/datasets/held-out]}",
    ])
    #expect(takes.last == "question of ingest, question of held-out")
  }

  @Test(arguments: [
    (
      "keep: {from: ingest, where: 'answr.kind == 3'}",
      "answr.kind == 3: unknown field \"answr\"; did you mean"
    ),
    (
      "keep: {from: ingest, where: 'answer.txt == \"yes\"'}",
      "unknown field \"txt\"; did you mean \"text\"?"
    ),
    (
      "sample: {from: ingest, by: len(answer.txt), each: 1}",
      "stage sample: by: len(answer.txt): unknown field"
    ),
    ("cap: {from: ingest, per: images.sha256, most: 1}", "a list, which begins with images[0]"),
    (
      "map: {from: ingest, set: {source: anwser.kind}}",
      "stage map: set source: anwser.kind: unknown field"
    ),
    (
      "map: {from: ingest, set: {sorce: '\"x\"'}}",
      "set sorce: unknown field \"sorce\"; did you mean"
    ),
    (
      "map: {from: ingest, remove: [quesion]}",
      "remove quesion: unknown field \"quesion\"; did you mean"
    ),
    (
      "map: {from: ingest, rename: {nofield: question}}",
      "rename nofield: unknown field \"nofield\""
    ),
    ("map: {from: ingest, rename: {a: b}, set: {a: '1'}}", "rename a: unknown field"),
    ("statistics: {from: evaluate}", "a evaluation has no question"),
    ("keep: {from: evaluate, max-question: 9}", "only \"where\" is for it"),
    ("keep: {from: evaluate, where: answer.kind == 1}", "answer has no field \"kind\""),
  ])
  func `A field that the records do not have is told before anything runs`(
    stage: String, words: String
  ) {
    let fault = #expect(throws: Fault.self) {
      try flow([Self.ingest, "evaluate: {compare: [base]}", stage])
    }
    #expect(fault?.message.contains(words) == true, "\(fault as Any)")
    #expect(fault?.place.line == 5 && fault?.place.file == "x.yaml")
  }

  @Test(arguments: [
    (["split: {}"], "pipeline.no-records", "question records, and no stage before it leaves any"),
    ([ingest, "linearize: {}"], "pipeline.no-records", "tree records, and no stage"),
    ([ingest, "linearize: {from: ingest}"], "pipeline.no-records", "\"ingest\" leaves question"),
    ([ingest, "dedup: {from: injest}"], "pipeline.no-records", "did you mean \"ingest\"?"),
    (
      [ingest, "statistics: {}", "cap: {from: statistics, in-all: 3}"], "pipeline.no-records",
      "neither"
    ),
    (
      [ingest, "export: {dataset: q, to: trl}"], "pipeline.no-dataset", "no stage before it writes"
    ),
    (
      [ingest, "write: {dataset: q}", "validate: {datasets: [qq]}"], "pipeline.no-dataset",
      "\"q\"?"
    ),
    (
      [ingest, "write: {dataset: held-out}", "decontaminate: {against: [/dev/null, held-uot]}"],
      "pipeline.missing-file", "\"held-uot\", which does not exist"
    ),
    (
      [ingest, "write: {dataset: held-out}", "decontaminate: {against: held-uot}"],
      "pipeline.missing-file", "did you mean \"held-out\"?"
    ),
    (
      [ingest, "decontaminate: {against: runs/x/datasets/q}"],
      "pipeline.missing-file", "does not exist"
    ),
    ([ingest, "evaluate: {compare: [base, stf]}"], "pipeline.no-checkpoint", "the model \"stf\""),
    ([ingest, "grpo: {model: ingest}"], "pipeline.no-checkpoint", "trains one of that name"),
  ])
  func `A need that nothing meets is told before anything runs`(
    stages: [String], code: String, words: String
  ) {
    let fault = #expect(throws: Fault.self) { try flow(stages) }
    #expect(fault?.code == code && fault?.message.contains(words) == true, "\(fault as Any)")
    #expect(fault?.place.line == stages.count + 2)
  }
}
