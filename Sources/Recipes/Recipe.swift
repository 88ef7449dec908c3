package import Foundations
package import JSONText
package import Pipelines
internal import VisionLanguage

/// A pipeline file with its stages built, ready to be planned or run.
package struct Recipe: Sendable {
  package let pipeline: PipelineFile
  package let stages: [any Stage]

  /// Decodes the file and builds every stage; touches nothing.
  package init(path: String, overrides: [String] = [], catalog: StageCatalog) throws(Fault) {
    try self.init(pipeline: PipelineFile(path: path, overrides: overrides), catalog: catalog)
  }

  package init(pipeline: PipelineFile, catalog: StageCatalog) throws(Fault) {
    self.pipeline = pipeline
    stages = try catalog.stages(of: pipeline)
  }

  /// Where the run lives unless the user says otherwise.
  package var folder: String { "runs/\(pipeline.name)" }

  /// The run in `folder`; `workers`, `only` and `stop` change nothing of what it leaves.
  package func runner(
    in folder: RunFolder, workers: Int = Lanes.cores, only: String? = nil,
    stop: StopFlag = StopFlag(), report: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws(Fault) -> Runner {
    try Runner(
      folder: folder, pipeline: pipeline.json, root: try root, stages: stages,
      options: RunOptions(
        seed: pipeline.seed, workers: workers, maxBad: pipeline.maxBad, only: only, stop: stop),
      report: report)
  }

  /// What every stage depends on beside its own settings and the seed.
  package var root: JSON {
    get throws(Fault) {
      var root: JSONObject = ["model": pipeline.model.json, "domain": .string(pipeline.domain)]
      if let path = try modelFolder { root["weights"] = .string(try Fingerprint.hash(of: path)) }
      return .object(root)
    }
  }

  /// The folder of the model whose weights the stages read; nil where none is read.
  ///
  /// A pipeline that only pretrains makes the bundled model, and must not depend on the last one.
  private var modelFolder: String? {
    get throws(Fault) {
      switch pipeline.model {
      case .endpoint: return nil
      case .bundled:
        let makers = [PretrainStage.kind.name, ReportStage.kind.name]
        return pipeline.stages.allSatisfy { makers.contains($0.kind) } ? nil : BundledModel.path
      case .folder(let path):
        guard Files.isFolder(path) else {
          throw Fault(
            "pipeline.missing-file",
            "the model \"\(path)\" is no folder; write \(BundledModel.name) for the small one",
            at: Place(file: pipeline.file))
        }
        return path
      }
    }
  }
}

/// What a run would do, stage by stage.
package struct RunPlan: Sendable {
  package struct Row: Sendable, Equatable {
    package let stage: String
    package let isDone: Bool
    package let settings: JSON
    package let inputs: [String]
    /// Where the records and models that it takes come from.
    package let takes: [RecordFlow.Edge]
    /// What was read, made and spent the last time, with these settings or others.
    package let last: StageSummary?

    package static func == (left: Row, right: Row) -> Bool {
      left.json == right.json
    }

    var json: JSON {
      [
        "stage": .string(stage), "done": .bool(isDone), "settings": settings,
        "inputs": .array(inputs.map { .string($0) }),
        "takes": .array(takes.map { .string($0.text) }), "last": last?.json ?? .null,
      ]
    }

    /// `600 in, 576 out, 12 s, 210 MB`.
    var figures: String? {
      guard let last else { return nil }
      let counts = last.counts
      let memory = last.peakBytes.map { ", \($0 / 1_000_000) MB" } ?? ""
      return "\(counts.input) in, \(counts.output) out, \(Seconds.text(last.seconds.wall))" + memory
    }
  }

  package let folder: String
  package let rows: [Row]

  /// Looks at what is done in `folder`, which need not exist.
  package init(_ recipe: Recipe, folder: String) throws(Fault) {
    self.folder = folder
    let runner = try recipe.runner(in: RunFolder(reading: folder))
    var rows: [Row] = []
    var flow = RecordFlow()
    for (stage, (isDone, last)) in zip(recipe.stages, zip(runner.isFinished, runner.last)) {
      rows.append(
        Row(
          stage: stage.name, isDone: isDone, settings: stage.settings, inputs: stage.inputs,
          takes: try flow.add(stage), last: last))
    }
    self.rows = rows
  }

  /// The time of what is to do, as far as the last time tells; nil where a stage never ran.
  package var seconds: Double? {
    let left = rows.filter { !$0.isDone }
    let known = left.compactMap(\.last?.seconds.wall)
    return known.count == left.count && !left.isEmpty ? known.reduce(0, +) : nil
  }

  /// `{folder, seconds, stages: [{stage, done, settings, inputs, takes, last}]}`.
  package var json: JSON {
    [
      "folder": .string(folder), "seconds": seconds.map { .number($0) } ?? .null,
      "stages": .array(rows.map(\.json)),
    ]
  }

  /// One line a stage: whether it is done, its name, its settings as they were resolved, then what
  /// it took the last time.
  package var text: String {
    let width = rows.map(\.stage.count).max() ?? 0
    var lines = ["run folder \(folder)"]
    for row in rows {
      let name = row.stage + String(repeating: " ", count: width - row.stage.count)
      lines.append("  \(row.isDone ? "done " : "to do")  \(name)  \(Self.words(row.settings))")
      let margin = String(repeating: " ", count: width + 11)
      if !row.takes.isEmpty {
        lines.append(margin + "takes " + row.takes.map(\.text).joined(separator: ", "))
      }
      if let figures = row.figures {
        let when = row.isDone ? "" : "the last time: "
        lines.append(margin + when + figures)
      }
    }
    if let seconds { lines.append("about \(Seconds.text(seconds)) to do, by the last time") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func words(_ settings: JSON) -> String {
    guard case .object(let object) = settings else { return settings.description }
    return object.map { key, value in
      guard case .string(let text) = value, !text.contains(where: \.isNewline) else {
        return "\(key): \(value)"
      }
      return "\(key): \(text)"
    }.joined(separator: ", ")
  }
}
