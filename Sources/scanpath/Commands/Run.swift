internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import Pipelines
internal import Recipes

/// `scanpath run`: a pipeline file from its first unfinished unit to its report.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a pipeline file, going on where an earlier run stopped.",
    discussion: "Example: scanpath run pipelines/warmstart-then-rl.yaml --set grpo.steps=20")

  @OptionGroup var pipeline: PipelineOptions

  @Option(help: ArgumentHelp("Run this stage alone; those before it must be done."))
  var only: String?

  @Option(help: ArgumentHelp("Threads; results do not depend on it.", valueName: "n"))
  var workers = Lanes.cores

  @Flag(help: "Print the counts as JSON.")
  var json = false

  @OptionGroup var style: StyleOptions

  func validate() throws {
    if workers < 1 { throw ValidationError("--workers must be at least 1, found \(workers)") }
  }

  func run() throws {
    let recipe = try pipeline.recipe()
    let printer = ProgressPrinter(style)
    defer { printer.close() }
    let folder = try RunFolder(path: pipeline.folder(of: recipe))
    let runner = try recipe.runner(
      in: folder, workers: workers, only: only, stop: Interruption.watch(), report: printer.show)
    let summaries = try runner.run()
    if json {
      Output.result(Self.json(summaries, folder))
    } else {
      Output.result(Self.text(summaries, folder))
    }
    if summaries.contains(where: { !$0.misses.isEmpty }) { throw ExitCode.notMet }
  }

  /// The counts, and in the last line the path of the report, or of the run where there is none.
  private static func text(_ summaries: [StageSummary], _ folder: RunFolder) -> String {
    CountsTable.text(summaries) + (report(folder) ?? folder.path) + "\n"
  }

  private static func json(_ summaries: [StageSummary], _ folder: RunFolder) -> JSON {
    [
      "folder": .string(folder.path),
      "report": report(folder).map { .string($0) } ?? .null,
      "stages": .array(summaries.map(\.json)),
    ]
  }

  private static func report(_ folder: RunFolder) -> String? {
    let path = folder.path("report/index.html")
    return Files.exists(path) ? path : nil
  }
}

/// The pipeline file of a command, its overrides and its run folder.
struct PipelineOptions: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(help: ArgumentHelp("Change a setting: seed=3, grpo.steps=20.", valueName: "key=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("Where the run lives; runs/<name> otherwise.", valueName: "folder"))
  var runFolder: String?

  func recipe() throws(Fault) -> Recipe {
    try Recipe(path: file, overrides: set, catalog: .standard)
  }

  func folder(of recipe: Recipe) -> String { runFolder ?? recipe.folder }
}
