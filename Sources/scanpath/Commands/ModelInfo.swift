internal import ArgumentParser
internal import Autograd
internal import Foundations
internal import JSONText
internal import VisionLanguage

/// `scanpath model info`: the files, sizes and parameters of a model folder.
struct ModelInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Shows the files, sizes and parameter counts of a model folder.",
    discussion: "Example: scanpath model info bundled --tensors")

  @Argument(
    help: "The model folder; \(BundledModel.name) is the small model that comes with the program.",
    completion: .directory)
  var model = BundledModel.name

  @Flag(help: "List every tensor with its shape.")
  var tensors = false

  @Flag(help: "Print the facts as JSON.")
  var json = false

  func run() throws {
    let folder = BundledModel.folder(model)
    let model = try ModelFolder(path: folder).model
    let facts = ModelFacts(
      files: try Self.files(folder), configuration: model.configuration,
      tensors: model.parameters.entries.map { ($0.name, $0.shape) })
    if json {
      Output.result(facts.json(tensors: tensors))
    } else {
      Output.result(facts.text(tensors: tensors))
    }
  }

  private static func files(_ folder: String) throws(Fault) -> [(name: String, bytes: Int)] {
    var files: [(name: String, bytes: Int)] = []
    for name in try Files.names(in: folder) where !Files.isFolder(folder + "/" + name) {
      files.append((name, try Files.size(folder + "/" + name)))
    }
    return files
  }
}

/// What there is to say about a model folder.
struct ModelFacts {
  let files: [(name: String, bytes: Int)]
  let configuration: Configuration
  let tensors: [(name: String, shape: [Int])]

  /// Parameters by part; a tied output layer is counted once, as the embedding.
  var parameters: [(part: String, count: Int)] {
    let parts = ["vision", "embedding", "decoder", "output"]
    return parts.map { part in
      let mine = tensors.filter { Self.part(of: $0.name) == part }
      return (part, mine.reduce(0) { $0 + $1.shape.reduce(1, *) })
    }
  }

  var total: Int { parameters.reduce(0) { $0 + $1.count } }

  func json(tensors isAsked: Bool) -> JSON {
    var object: JSONObject = [
      "files": .object(JSONObject(files.map { ($0.name, .integer($0.bytes)) })),
      "parameters": .object(
        JSONObject(
          parameters.map { ($0.part, .integer($0.count)) } + [("total", .integer(total))])),
      "configuration": configuration.json,
    ]
    if isAsked {
      object["tensors"] = .object(
        JSONObject(tensors.map { ($0.name, .array($0.shape.map { .integer($0) })) }))
    }
    return .object(object)
  }

  func text(tensors isAsked: Bool) -> String {
    let (text, vision) = (configuration.text, configuration.vision)
    var lines = [
      "Qwen2.5-VL, \(total) parameters",
      "  decoder  \(text.layers) layers of width \(text.width), \(text.heads) heads "
        + "(\(text.kvHeads) for keys), ffn \(text.ffn), vocabulary \(text.vocabulary)",
      "  vision   \(vision.depth) layers of width \(vision.width), \(vision.heads) heads, "
        + "ffn \(vision.ffn), window \(vision.window) pixels",
      "parameters",
    ]
    lines += Self.table(parameters.map { ($0.part, "\($0.count)") })
    lines.append("files, in bytes")
    lines += Self.table(files.map { ($0.name, "\($0.bytes)") })
    if isAsked {
      lines.append("tensors")
      lines += Self.table(
        tensors.map { ($0.name, $0.shape.map(String.init).joined(separator: " x ")) })
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func part(of tensor: String) -> String {
    if tensor.hasPrefix("visual.") { return "vision" }
    if tensor.hasPrefix("lm_head.") { return "output" }
    return tensor.contains("embed_tokens") ? "embedding" : "decoder"
  }

  private static func table(_ rows: [(String, String)]) -> [String] {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  " + $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
  }
}
