internal import ArgumentParser

/// `scanpath synth`: archives of made questions with known truth.
struct Synth: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes an archive of questions with known truth.",
    discussion: """
      Example: scanpath synth visual-search --photos photos --icons samples/icons \
      --out visual-search.tar --scenes train=80,validation=10,test=10
      """,
    subcommands: [SynthVisualSearch.self])
}
