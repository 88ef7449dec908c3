package import Foundations
package import JSONText
internal import Prompting
internal import VisionLanguage

/// A decoded pipeline file: what to run, on which model, in which domain.
package struct PipelineFile: Sendable {
  /// One entry of `stages`.
  package struct Entry: Sendable {
    /// The key in the file: `filter`.
    package let kind: String
    /// Distinct in the file: `filter`, and `filter-2` for the second.
    package let name: String
    package let place: Place
    package var settings: Located
  }

  package let file: String
  /// Names the run folder.
  package let name: String
  package let seed: UInt64
  package let model: ModelChoice
  package let domain: String
  /// Share of a stage's records that may be quarantined.
  package let maxBad: Double
  package let stages: [Entry]

  /// Decodes a file, after `overrides` such as `grpo.steps=20` have been put in.
  ///
  /// Throws faults with codes `pipeline.*` and the place in the file.
  package init(path: String, overrides: [String] = []) throws(Fault) {
    try self.init(bytes: try Files.read(path), file: path, overrides: overrides)
  }

  package init(bytes: [UInt8], file: String, overrides: [String] = []) throws(Fault) {
    var root = try YAMLText.parse(bytes, file: file)
    for text in overrides { try Override(text).apply(to: &root) }
    var reader = try SettingsReader(root, of: "the pipeline")
    self.file = file
    name = try reader.string("name")
    seed = UInt64(try reader.int("seed", default: 1))
    model = try ModelChoice(reader.located("model"))
    domain = try reader.choice(
      "domain", of: DomainCatalog.all.map(\.name), default: DomainCatalog.visualSearch.name)
    maxBad = try reader.share("max-bad", default: 0.01)
    guard let stages = try reader.located("stages") else {
      throw Fault("pipeline.missing-key", "the pipeline needs a list of stages", at: root.place)
    }
    try reader.finish()
    self.stages = try Self.entries(stages)
    if name.isEmpty || name.contains("/") || name.hasPrefix(".") {
      throw root.fault("name", "the name \"\(name)\" cannot name a folder")
    }
  }

  /// A file as `json` gives it.
  package init(resolved json: JSON) throws(Fault) {
    // JSON is YAML, so that one decoder is enough.
    let members = try json.asObject.members.filter { $0.key != "file" }
    let bytes = JSON.object(JSONObject(members)).bytes()
    try self.init(bytes: bytes, file: try json.string("file"), overrides: [])
  }

  static func entries(_ stages: Located) throws(Fault) -> [Entry] {
    guard case .list(let elements) = stages.value else {
      throw stages.fault("kind", "stages must be a list, found \(stages.found)")
    }
    if elements.isEmpty { throw stages.fault("stage", "there is no stage to run") }
    var entries: [Entry] = []
    for element in elements {
      guard case .map(let members) = element.value, members.count == 1 else {
        throw element.fault(
          "stage",
          "a stage is one key with its settings, such as \"filter: {grounded: true}\"; "
            + "found \(element.found)")
      }
      let count = entries.count { $0.kind == members[0].key }
      entries.append(
        Entry(
          kind: members[0].key, name: members[0].key + (count == 0 ? "" : "-\(count + 1)"),
          place: members[0].place, settings: members[0].value))
    }
    return entries
  }

  /// The file as it was understood, for `run.json`; settings as written, without defaults.
  package var json: JSON {
    [
      "file": .string(file), "name": .string(name), "seed": .integer(Int(seed)),
      "model": model.json,
      "domain": .string(domain), "max-bad": .number(maxBad),
      "stages": .array(stages.map { [$0.kind: $0.settings.json] }),
    ]
  }
}

/// The value of `model:` in a pipeline file.
package enum ModelChoice: Sendable, Equatable {
  /// The small model that comes with the program.
  case bundled
  /// A checkpoint folder.
  case folder(String)
  /// A model behind an OpenAI-compatible endpoint.
  case endpoint(url: String, model: String)

  /// `nil` is the bundled model.
  init(_ value: Located?) throws(Fault) {
    switch value?.value {
    case nil: self = .bundled
    case .scalar(.string(let text)): self = text == BundledModel.name ? .bundled : .folder(text)
    case .map:
      guard let value else { preconditionFailure("a map is a value") }
      var reader = try SettingsReader(value, of: "model")
      self = .endpoint(url: try reader.string("endpoint"), model: try reader.string("model"))
      try reader.finish()
    default:
      throw Fault(
        "pipeline.kind",
        "model must be \"bundled\", a folder, or a map with endpoint and model, "
          + "found \(value?.found ?? "nothing")", at: value?.place ?? Place())
    }
  }

  package var json: JSON {
    switch self {
    case .bundled: .string(BundledModel.name)
    case .folder(let path): .string(path)
    case .endpoint(let url, let model): ["endpoint": .string(url), "model": .string(model)]
    }
  }
}
