internal import ArgumentParser

/// `scanpath model`: looks into model folders, and runs them on raw prompts.
struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks into a Qwen2.5-VL model folder, or runs it on a raw prompt.",
    discussion: "Example: scanpath model info bundled",
    subcommands: [ModelInfo.self, ModelLogits.self, ModelGenerate.self])
}
