package import Foundations
package import Schemas

/// Something that a stage takes of the stages before it.
package enum StageNeed: Sendable, Equatable {
  /// Records of one of the kinds, the first that is left, of the nearest stage that leaves it; or of
  /// the stage or dataset with the name.
  case records([RecordKind], from: String?)
  /// Records of whatever kind, of the nearest stage that leaves any; or of the one with the name.
  case anyRecords(from: String?)
  case dataset(String)
  /// A dataset, or a file or folder with the path, which need not be of the run.
  case datasetOrFile(String)
  /// The checkpoint of a training stage.
  case checkpoint(of: String)
}

/// Something that a stage leaves to the stages after it.
package enum StageYield: Sendable, Equatable {
  case records(RecordKind)
  case dataset(String, RecordKind)
  case checkpoint
}

/// What flows between the stages of a pipeline, known before any of them runs.
package struct RecordFlow: Sendable {
  /// What a stage takes, and where it comes from.
  package struct Edge: Sendable, Equatable {
    /// A stage or a dataset.
    package let source: String
    /// nil: a checkpoint.
    package let kind: RecordKind?

    /// `question of dedup`.
    package var text: String { "\(kind?.rawValue ?? "checkpoint") of \(source)" }
  }

  /// In the order of the stages, as are datasets, which may have the names of stages.
  private var stages: [Edge] = []
  private var datasets: [Edge] = []

  package init() {}

  /// Adds a stage after those before.
  ///
  /// - Returns: where what it needs comes from.
  /// - Throws: `pipeline.no-records`, `.no-dataset`, `.missing-file`, `.no-checkpoint` if a need is
  ///   not met; what the stage throws of the records that it takes.
  package mutating func add(_ stage: any Stage) throws(Fault) -> [Edge] {
    var edges: [Edge] = []
    for need in stage.needs {
      if let edge = try edge(for: need, of: stage.name) { edges.append(edge) }
    }
    if let kind = edges.first?.kind {
      do { try stage.check(taking: kind) } catch {
        throw Fault(error.code, "stage \(stage.name): \(error.message)", at: error.place)
      }
    }
    for yield in stage.yields(taking: edges.first?.kind) {
      switch yield {
      case .records(let kind): stages.append(Edge(source: stage.name, kind: kind))
      case .checkpoint: stages.append(Edge(source: stage.name, kind: nil))
      case .dataset(let name, let kind): datasets.append(Edge(source: name, kind: kind))
      }
    }
    return edges
  }

  /// - Returns: nil for what is not of the run.
  private func edge(for need: StageNeed, of stage: String) throws(Fault) -> Edge? {
    switch need {
    case .records(let kinds, let source):
      for kind in kinds {
        if let edge = last(from: source, where: { $0 == kind }) { return edge }
      }
      throw missing(kinds.map(\.rawValue).joined(separator: " or ") + " records", source, stage)
    case .anyRecords(let source):
      if let edge = last(from: source, where: { $0 != nil }) { return edge }
      throw missing("records", source, stage)
    case .dataset(let name):
      if let edge = datasets.last(where: { $0.source == name }) { return edge }
      throw Fault(
        "pipeline.no-dataset",
        "stage \(stage) reads the dataset \"\(name)\", and no stage before it writes that"
          + suggestion(for: name, in: datasets))
    case .datasetOrFile(let path):
      if let edge = datasets.last(where: { $0.source == path }) { return edge }
      if Files.exists(path) || isLeft(at: path) { return nil }
      throw Fault(
        "pipeline.missing-file",
        "stage \(stage) reads \"\(path)\", which does not exist, and no stage before it writes a "
          + "dataset of that name" + suggestion(for: path, in: datasets))
    case .checkpoint(let name):
      let trained = stages.filter { $0.kind == nil }
      if let edge = trained.last(where: { $0.source == name }) { return edge }
      throw Fault(
        "pipeline.no-checkpoint",
        "stage \(stage) takes the model \"\(name)\", and no stage before it trains one of that name"
          + suggestion(for: name, in: trained))
    }
  }

  /// Whether a path leads to where stages leave what they make: `runs/x/datasets/NAME`.
  private func isLeft(at path: String) -> Bool {
    let parts = path.split(separator: "/")
    return zip(parts, parts.dropFirst()).contains { folder, name in
      ["datasets", "exports", "records"].contains(folder)
        && (stages + datasets).contains { name.hasPrefix($0.source) }
    }
  }

  /// What reads the nearest reads stages; of a name a dataset comes first.
  private func last(from source: String?, where fits: (RecordKind?) -> Bool) -> Edge? {
    guard let source else { return stages.last { fits($0.kind) } }
    return named(source).last { fits($0.kind) }
  }

  private func named(_ source: String) -> [Edge] {
    let found = datasets.filter { $0.source == source }
    return found.isEmpty ? stages.filter { $0.source == source && $0.kind != nil } : found
  }

  private func missing(_ what: String, _ source: String?, _ stage: String) -> Fault {
    guard let source else {
      return Fault(
        "pipeline.no-records", "stage \(stage) reads \(what), and no stage before it leaves any")
    }
    let reason =
      named(source).last?.kind.map { "\"\(source)\" leaves \($0.rawValue) records" }
      ?? "neither a stage nor a dataset before it that is called \"\(source)\" leaves any"
      + suggestion(for: source, in: (stages + datasets).filter { $0.kind != nil })
    return Fault("pipeline.no-records", "stage \(stage) reads \(what), and \(reason)")
  }

  private func suggestion(for name: String, in edges: [Edge]) -> String {
    Spelling.nearest(to: name, in: edges.map(\.source)).map { "; did you mean \"\($0)\"?" } ?? ""
  }
}
