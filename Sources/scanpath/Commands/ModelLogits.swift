internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import TensorCore
internal import Tokenizing
internal import VisionLanguage

/// `scanpath model logits`: what a model thinks of every token of a raw prompt.
struct ModelLogits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits",
    abstract: "Prints ids, positions and the most probable next tokens of a raw prompt.",
    discussion: """
      Nothing is added to the prompt and no id is banned, so that the numbers can be compared with \
      those of another implementation, on any Qwen2.5-VL folder.

      Example: scanpath model logits --image samples/icons/house.png \
      --prompt 'It shows <|vision_start|><|image_pad|><|vision_end|>' --json
      """)

  @OptionGroup var prompt: PromptOptions

  @Flag(help: "Print one JSON object; with all 20 ids of a position.")
  var json = false

  @Flag(help: "Print the scores of all ids, [T][V]; goes with --json.")
  var full = false

  func validate() throws {
    if full && !json { throw ValidationError("--full goes with --json") }
  }

  func run() throws {
    let (inference, prompt) = try prompt.read()
    let logits = inference.logits(prompt)
    if json {
      Output.result(facts(prompt, logits).bytes() + [10])
    } else {
      Output.result(Self.table(prompt, logits, inference))
    }
  }

  private func facts(_ prompt: Inference.Prompt, _ logits: Tensor) -> JSON {
    var facts: JSONObject = [
      "input_ids": .integers(prompt.ids),
      "image_grid_thw": .array(
        prompt.grids.map { [$0.frames, $0.rows, $0.columns] }.map(JSON.integers)),
      "position_ids": .array(prompt.positionIDs.map(JSON.integers)),
      "top": .array(
        prompt.ids.indices.map { row in
          .array(
            Inference.top(logits, row: row).map { [.integer($0.id), .number($0.logProbability)] })
        }),
    ]
    if full { facts["logits"] = .array((0..<logits.rows).map { Self.scores(logits, row: $0) }) }
    return .object(facts)
  }

  /// A row as the shortest decimals that name the same floats.
  private static func scores(_ logits: Tensor, row: Int) -> JSON {
    .array(
      (0..<logits.columns).map { id in
        let value = logits[row, id]
        return .number(Double(value.description) ?? Double(value))
      })
  }

  /// A line for every token: its place, its text, and the three most probable to follow.
  private static func table(
    _ prompt: Inference.Prompt, _ logits: Tensor, _ inference: Inference
  ) -> String {
    prompt.ids.indices.map { row in
      let best = Inference.top(logits, row: row, count: 3).map { id, logProbability in
        "\(quoted(id, inference)) \(rounded(logProbability))"
      }
      return "\(row)  \(quoted(prompt.ids[row], inference))  →  \(best.joined(separator: ", "))\n"
    }.joined()
  }

  private static func quoted(_ id: Int, _ inference: Inference) -> String {
    String(decoding: JSON.string(inference.tokenizer.decode([id])).bytes(), as: UTF8.self)
  }

  private static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}

/// The model that a command runs.
struct ModelOption: ParsableArguments {
  @Option(
    name: .customLong("model"),
    help: ArgumentHelp(
      "The model folder; \(BundledModel.name) is the small model that comes with the program.",
      valueName: "folder"), completion: .directory)
  var name = BundledModel.name

  var folder: String { BundledModel.folder(name) }
}

/// A model folder and a raw prompt with its pictures.
struct PromptOptions: ParsableArguments {
  @OptionGroup var model: ModelOption

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The pictures, in the order of their places.", valueName: "file"),
    completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var image: [String] = []

  @Option(
    help: ArgumentHelp(
      "Text in which each <|vision_start|><|image_pad|><|vision_end|> stands for the next picture.",
      valueName: "text"))
  var prompt: String

  func read() throws(Fault) -> (Inference, Inference.Prompt) {
    let inference = try Inference(folder: try ModelFolder(path: model.folder))
    var pictures: [Inference.PictureFile] = []
    for path in image { pictures.append(.init(name: path, bytes: try Files.read(path))) }
    return (inference, try inference.prompt(prompt, pictures: pictures))
  }
}

extension JSON {
  static func integers(_ values: [Int]) -> JSON { .array(values.map { .integer($0) }) }
}
