internal import ArgumentParser
internal import Recipes

/// `scanpath plan`: what `run` would do, without doing it.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the stages of a pipeline file, their settings, and what is done already.",
    discussion: "Example: scanpath plan pipelines/warmstart-then-rl.yaml")

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func run() throws {
    let recipe = try pipeline.recipe()
    let plan = try RunPlan(recipe, folder: pipeline.folder(of: recipe))
    if json { Output.result(plan.json) } else { Output.result(plan.text) }
  }
}
