internal import ArgumentParser
internal import Foundations

/// The command: parses its words, runs one verb, and turns every ending into an exit code.
@main struct Scanpath: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scanpath",
    abstract: "Turns archives of images into models that reason about where they look.",
    discussion: """
      Results go to standard output, everything else to standard error. Exit codes: 0 done; \
      1 done, but something asked for was not met; 2 could not run; 64 wrong usage; \
      130 interrupted, the same command goes on.

      Example: scanpath run pipelines/warmstart-then-rl.yaml
      """,
    subcommands: [
      Run.self, Plan.self, Validate.self, Show.self, Export.self, Merge.self, Evaluate.self,
      Report.self,
      Ask.self,
      Synth.self, Model.self,
    ])

  static func main() {
    Output.survivePipes()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let fault as Fault {
      Output.complain("error: \(fault)")
      exit(withError: ExitCode(2))
    } catch is Interrupted {
      Output.complain("interrupted; the same command goes on from here")
      exit(withError: ExitCode(130))
    } catch {
      exit(withError: error)
    }
  }
}

extension ExitCode {
  /// The work is done, but something that was asked for is not met.
  static let notMet = ExitCode(1)
}
