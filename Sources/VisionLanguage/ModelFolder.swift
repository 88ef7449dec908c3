internal import Autograd
package import Foundations
internal import JSONText
internal import TensorCore
internal import Weights

/// A model as an ordinary Hugging Face folder: weights, configuration, and the files beside them
/// (tokenizer, preprocessor, chat template), which are carried along byte for byte.
package struct ModelFolder: Sendable {
  package let model: Model
  /// Where it was read from; empty for one that was not.
  package let path: String
  /// Every small file of the folder that is not written by `save` itself, by name.
  package var companions: [(name: String, bytes: [UInt8])]

  package init(model: Model, companions: [(name: String, bytes: [UInt8])]) {
    self.model = model
    self.path = ""
    self.companions = companions
  }

  private static let carried = [
    "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "added_tokens.json",
    "special_tokens_map.json", "preprocessor_config.json", "processor_config.json",
    "video_preprocessor_config.json", "chat_template.json", "chat_template.jinja",
    "generation_config.json",
  ]

  /// Reads a folder: any published configuration layout and both layouts of tensor names, one file
  /// or sharded, f32, f16 or bf16.
  package init(path: String) throws(Fault) {
    let json = try JSON.parse(try Files.read(path + "/config.json"), file: path + "/config.json")
    let configuration: Configuration
    do {
      configuration = try Configuration(json: json)
    } catch {
      throw error.placed(in: Place(file: path + "/config.json"))
    }
    let model = Model(configuration)
    try Self.load(try Self.files(in: path), into: model, path)
    self.model = model
    self.path = path
    companions = []
    for name in Self.carried where Files.exists(path + "/" + name) {
      companions.append((name, try Files.read(path + "/" + name)))
    }
  }

  private static func files(in path: String) throws(Fault) -> [String] {
    let index = path + "/model.safetensors.index.json"
    if !Files.exists(index) { return [path + "/model.safetensors"] }
    var names: Set<String> = []
    let map = try JSON.parse(try Files.read(index), file: index).object(at: "weight_map")
    for (_, name) in map { names.insert(try name.asString) }
    return names.sorted().map { path + "/" + $0 }
  }

  private static func load(_ files: [String], into model: Model, _ path: String) throws(Fault) {
    var missing = Set(model.parameters.entries.map(\.name))
    for file in files {
      let weights = try SafetensorsFile(path: file)
      for (name, stored) in weights.entries {
        guard let entry = model.parameters.entry(publishedName(name)) else {
          if name == "lm_head.weight" && model.configuration.text.tied { continue }
          throw Fault(
            "weights.unknown", "the configuration has no place for tensor \(name)",
            at: Place(file: file))
        }
        guard stored.shape == entry.shape else {
          throw Fault(
            "weights.shape",
            "tensor \(name) has shape \(stored.shape), the configuration wants \(entry.shape)",
            at: Place(file: file))
        }
        weights.copy(stored, into: model.parameters.tensor(entry).pointer)
        missing.remove(entry.name)
      }
    }
    if let name = missing.sorted().first {
      throw Fault(
        "weights.missing", "\(missing.count) tensors are missing, the first is \(name)",
        at: Place(file: path))
    }
  }

  /// The published name of a tensor, given that or the in-memory name of transformers 4.52 and later.
  package static func publishedName(_ name: String) -> String {
    let language = "model.language_model."
    if name.hasPrefix(language) { return "model." + name.dropFirst(language.count) }
    if name.hasPrefix("model.visual.") { return String(name.dropFirst("model.".count)) }
    return name
  }

  /// Writes the folder: `model.safetensors` (f32), `config.json`, and the companions.
  ///
  /// Every file is complete under its name or absent; `config.json` is last.
  package func save(to path: String) throws(Fault) {
    try Files.makeFolder(path)
    try Files.writeAtomically(Self.weights(of: model.parameters), to: path + "/model.safetensors")
    for (name, bytes) in companions { try Files.writeAtomically(bytes, to: path + "/" + name) }
    try Files.writeAtomically(
      model.configuration.json.bytes(pretty: true), to: path + "/config.json")
  }

  private static func weights(of parameters: Parameters) -> [UInt8] {
    SafetensorsWriter.bytes(
      parameters.entries.map {
        .init(name: $0.name, shape: $0.shape, values: parameters.tensor($0))
      })
  }
}
