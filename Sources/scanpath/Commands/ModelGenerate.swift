internal import ArgumentParser
internal import Foundations
internal import JSONText
internal import VisionLanguage

/// `scanpath model generate`: how a model goes on after a raw prompt.
struct ModelGenerate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continues a raw prompt.",
    discussion: """
      Nothing is added to the prompt. Picture and vision ids are removed from the softmax, since no \
      text may hold them; at temperature 0 the lowest of equally probable ids is taken. The end \
      token, if it comes, is in the ids and not in the text.

      Example: scanpath model generate --image samples/icons/house.png \
      --prompt 'It shows <|vision_start|><|image_pad|><|vision_end|>' --temperature 0
      """)

  @OptionGroup var prompt: PromptOptions

  @Option(help: ArgumentHelp("Tokens at most.", valueName: "n"))
  var maxTokens = 128

  @Option(help: ArgumentHelp("0 takes the most probable token.", valueName: "t"))
  var temperature = 0.0

  @Option(help: ArgumentHelp("Sample among the most probable ids of this much.", valueName: "p"))
  var topP = 1.0

  @Option(
    help: ArgumentHelp(
      "Text that ends it, beside the end token; may be repeated.", valueName: "text"))
  var stop: [String] = []

  @Option(help: ArgumentHelp("The same seed samples the same.", valueName: "n"))
  var seed: UInt64 = 1

  @Flag(help: "Print one JSON object with the ids and the text.")
  var json = false

  func validate() throws {
    if maxTokens < 0 { throw ValidationError("--max-tokens must not be negative") }
    if !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more, found \(temperature)")
    }
    if !(topP > 0 && topP <= 1) { throw ValidationError("--top-p must be above 0 and at most 1") }
  }

  func run() throws {
    let (inference, prompt) = try prompt.read()
    var settings = SamplingSettings()
    settings.maxTokens = maxTokens
    settings.temperature = temperature
    settings.topP = topP
    let (ids, text) = inference.generate(
      prompt, settings, stop: stop, random: CounterRandom(seed: seed))
    if json {
      let facts: JSON = ["output_ids": .integers(ids), "text": .string(text)]
      Output.result(facts.bytes() + [10])
    } else {
      Output.result(text + "\n")
    }
  }
}
