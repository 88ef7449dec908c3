internal import ArgumentParser
internal import Foundations
internal import Pipelines
internal import Recipes

/// `scanpath report`: the page of a run, without running anything.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the page of a run again from its folder.",
    discussion: """
      Nothing is searched, trained or asked: the page shows what the finished stages left.

      Example: scanpath report runs/warmstart-then-rl
      """)

  @Argument(help: "The run folder.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Where to write it; report/index.html of the run otherwise.",
      valueName: "file"))
  var out: String?

  func run() throws {
    // The page of a run that is going on is that run's own: the folder is held while it is written.
    let holds = out == nil && RunListing.isRun(folder)
    let run = try holds ? RunFolder(path: folder) : RunFolder(reading: folder)
    let page = try RunPage.bytes(of: run)
    let path = out ?? run.path("report/index.html")
    try Files.makeFolder(Files.parent(of: path))
    try Files.writeAtomically(page, to: path)
    Output.result(path + "\n")
  }
}
