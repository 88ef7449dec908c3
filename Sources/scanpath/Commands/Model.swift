internal import ArgumentParser

/// `scanpath model`: looks into model folders.
struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks into a Qwen2.5-VL model folder.",
    discussion: "Example: scanpath model info models/bundled",
    subcommands: [ModelInfo.self])
}
