import Foundations
import JSONText
import Pipelines
import Recipes
import Testing

/// Passes numbers on.
private struct Pass: Stage {
  let name: String
  let settings: JSON
  let count: Int
  var inputs: [String] = []

  func run(_ context: StageContext) throws -> StageCounts {
    StageCounts(input: count, output: count)
  }
}

@Suite struct RecipeTests {
  static let catalog = StageCatalog([
    .init("pass", "Passes numbers on.") { request, reader throws(Fault) in
      let count = try reader.int("count", default: 3)
      let input = try reader.optionalString("input")
      return Pass(
        name: request.name, settings: .object(reader.resolved), count: count,
        inputs: input.map { [$0] } ?? [])
    }
  ])

  static func recipe(_ stages: String, set: [String] = []) throws -> Recipe {
    let text = "name: small\nstages:\n" + stages
    return try Recipe(
      pipeline: PipelineFile(bytes: Array(text.utf8), file: "small.yaml", overrides: set),
      catalog: catalog)
  }

  static func message(_ stages: String) -> String? {
    do {
      _ = try recipe(stages)
      return nil
    } catch { return "\(error)" }
  }

  @Test func `Stages are built in order under their own names`() throws {
    let recipe = try Self.recipe("  - pass: {}\n  - pass: {count: 5}")
    #expect(recipe.stages.map(\.name) == ["pass", "pass-2"])
    #expect(recipe.stages[1].settings == ["count": 5, "input": .null])
    #expect(recipe.folder == "runs/small")
  }

  @Test func `Unknown stages, settings and files are named with their place`() {
    #expect(
      Self.message("  - pas: {}")
        == "small.yaml, line 3, column 5: there is no stage \"pas\"; did you mean \"pass\"? "
        + "[pipeline.unknown-stage]")
    #expect(
      Self.message("  - pass: {cuont: 3}")
        == "small.yaml, line 3, column 12: stage pass has no setting \"cuont\"; "
        + "did you mean \"count\"? [pipeline.unknown-key]")
    #expect(
      Self.message("  - pass: {input: /none/x}")
        == "small.yaml, line 3, column 11: stage pass reads \"/none/x\", which does not exist "
        + "[pipeline.missing-file]")
  }

  @Test func `What runs on the bundled model depends on its weights, what makes it does not`()
    throws
  {
    let kinds = ["pass", "pretrain", "report"].map { name in
      StageCatalog.Kind(name, "Passes numbers on.") { request, reader throws(Fault) in
        Pass(name: request.name, settings: .object(reader.resolved), count: 1)
      }
    }
    func weights(_ stages: String) throws -> JSON? {
      let file = try PipelineFile(
        bytes: Array("name: small\nstages: [\(stages)]".utf8), file: "small.yaml")
      return try Recipe(pipeline: file, catalog: StageCatalog(kinds)).root["weights"]
    }
    #expect(try weights("pass: {}") != nil)
    #expect(try weights("pretrain: {}, pass: {}") == weights("pass: {}"))
    #expect(try weights("pretrain: {}, report: {}") == nil)
  }

  @Test func `A plan shows what is done and makes nothing`() throws {
    let path = "/tmp/scanpath-recipes-\(SystemRandomNumberGenerator().description)"
    defer { try? Files.removeTree(path) }
    let recipe = try Self.recipe("  - pass: {}\n  - pass: {count: 5}")
    #expect(try RunPlan(recipe, folder: path).rows.map(\.isDone) == [false, false])
    #expect(!Files.exists(path))
    _ = try recipe.runner(in: RunFolder(path: path), workers: 1, only: "pass").run()
    let plan = try RunPlan(recipe, folder: path)
    #expect(plan.rows.map(\.isDone) == [true, false])
    #expect(plan.text.hasSuffix("  to do  pass-2  count: 5, input: null\n"))
    let other = try Self.recipe("  - pass: {}", set: ["seed=4"])
    #expect(try RunPlan(other, folder: path).rows.map(\.isDone) == [false])
  }
}

extension SystemRandomNumberGenerator {
  /// A fresh name.
  fileprivate var description: String {
    var random = self
    return String(random.next())
  }
}
