package import Foundations
internal import JSONText
package import Prompting
package import Tokenizing

/// The files beside the weights.
extension ModelFolder {
  /// Everything that other programs look for beside the weights of a model of this house: tokenizer,
  /// preprocessor, chat template with the prompt the model is trained with, generation settings.
  ///
  /// - Parameters:
  ///   - system: the system prompt that the chat template falls back on, as a `Domain` names it.
  ///   - pixels: of the view of a whole picture.
  ///   - maxLength: tokens that the model can read.
  /// - Throws: `model.tokenizer` when the tokenizer lacks one of the house's special tokens.
  package static func companions(
    tokenizer: Tokenizer, system: String, pixels: PixelBudget, maxLength: Int
  ) throws(Fault) -> [(name: String, bytes: [UInt8])] {
    let template = ChatTemplate.jinja(system: system)
    let legacy: JSON = ["chat_template": .string(template)]
    return tokenizer.files(chatTemplate: template, maxLength: maxLength) + [
      ("preprocessor_config.json", pixels.json.bytes(pretty: true)),
      ("generation_config.json", try generation(tokenizer).bytes(pretty: true)),
      ("chat_template.jinja", Array(template.utf8)),
      ("chat_template.json", legacy.bytes(pretty: true)),
    ]
  }

  /// The companions of a model that is trained for one domain.
  package static func companions(
    tokenizer: Tokenizer, domain: Domain, maxLength: Int
  ) throws(Fault) -> [(name: String, bytes: [UInt8])] {
    try companions(
      tokenizer: tokenizer, system: domain.system,
      pixels: PixelBudget(
        minPixels: domain.pixels.lowerBound, maxPixels: domain.pixels.upperBound),
      maxLength: maxLength)
  }

  private static func generation(_ tokenizer: Tokenizer) throws(Fault) -> JSON {
    func id(_ token: SpecialToken) throws(Fault) -> JSON {
      guard let id = tokenizer.id(of: token) else {
        throw Fault("model.tokenizer", "the tokenizer has no token \(token.rawValue)")
      }
      return .integer(id)
    }
    return [
      "bos_token_id": try id(.endOfText),
      "do_sample": false,
      "eos_token_id": [try id(.imEnd), try id(.endOfText)],
      "pad_token_id": try id(.endOfText),
    ]
  }

  /// The tokenizer of the folder.
  package func tokenizer() throws(Fault) -> Tokenizer {
    try Tokenizer(folder: path.isEmpty ? "." : path) { name throws(Fault) in companion(name) }
  }

  /// The pixels of a view, from `preprocessor_config.json` or `processor_config.json`; as published
  /// without either.
  package func pixelBudget() throws(Fault) -> PixelBudget {
    for name in ["preprocessor_config.json", "processor_config.json"] {
      guard let bytes = companion(name) else { continue }
      let json = try JSON.parse(bytes, file: place(of: name).file)
      // A processor_config.json of transformers 4 names the processor's class and no more.
      if name.hasPrefix("processor") && json["image_processor"] == nil { continue }
      do { return try PixelBudget(json: json) } catch { throw error.placed(in: place(of: name)) }
    }
    return .published
  }

  /// The ids that end a text: those of `generation_config.json`, or else the model's own.
  package func endIDs() throws(Fault) -> [Int] {
    let name = "generation_config.json"
    guard let bytes = companion(name),
      let ids = try JSON.parse(bytes, file: place(of: name).file)[
        "eos_token_id"]
    else { return [model.configuration.tokens.end] }
    if case .array = ids { return try ids.elements { id throws(Fault) in try id.asInt } }
    return [try ids.asInt]
  }

  private func place(of name: String) -> Place {
    Place(file: path.isEmpty ? name : path + "/" + name)
  }

  private func companion(_ name: String) -> [UInt8]? {
    companions.first { $0.name == name }?.bytes
  }
}
