internal import Foundations
internal import Pipelines
internal import Prompting
internal import Tokenizing
internal import VisionLanguage

/// A model with its tokenizer and folder, as stages use it.
struct LoadedModel: Sendable {
  let folder: ModelFolder
  let tokenizer: Tokenizer

  var model: Model { folder.model }

  init(path: String) throws(Fault) {
    folder = try ModelFolder(path: path)
    tokenizer = try Tokenizer(folder: path)
  }

  /// The model that a pipeline starts from.
  init(_ choice: ModelChoice) throws(Fault) { try self.init(path: Self.path(choice)) }

  /// The tokenizer of the model that a pipeline starts from.
  static func tokenizer(_ choice: ModelChoice) throws(Fault) -> Tokenizer {
    try Tokenizer(folder: path(choice))
  }

  private static func path(_ choice: ModelChoice) throws(Fault) -> String {
    switch choice {
    case .bundled: return BundledModel.path
    case .folder(let path): return path
    case .endpoint(let url, _):
      throw Fault("model.endpoint", "an endpoint cannot be trained or searched here: \(url)")
    }
  }

  /// The name of the pipeline's own model.
  private static let base = "base"

  /// What stages before must leave for models of these names.
  static func needs(_ names: [String]) -> [StageNeed] {
    names.filter { $0 != base }.map { .checkpoint(of: $0) }
  }

  /// The checkpoint that a training stage left, or the pipeline's own model for `base`.
  init(_ name: String, _ choice: ModelChoice, _ context: StageContext) throws(Fault) {
    if name == Self.base {
      try self.init(choice)
    } else {
      try self.init(path: context.folder.path(Self.checkpoint(name)))
    }
  }

  static func checkpoint(_ stage: String) -> String { "checkpoints/\(stage)/final" }

  /// Writes weights of this model's shape as the checkpoint of a stage.
  func save(_ weights: Model, _ context: StageContext) throws(Fault) {
    let path = Self.checkpoint(context.stage)
    try ModelFolder(model: weights, companions: folder.companions).save(
      to: context.folder.path(path))
    try context.adopt(path)
  }
}

extension Array {
  /// Runs of at most `size` elements, in order.
  func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
