internal import Archiving
package import Foundations
package import Pipelines

/// What a builder of stages is asked for.
package struct StageRequest: Sendable {
  /// The name the stage must have.
  package let name: String
  /// The names of the stages before it, in order.
  package let earlier: [String]
  package let pipeline: PipelineFile

  /// The stage that this one reads unless it says otherwise; `nil` for the first.
  package var before: String? { earlier.last }
}

/// The kinds of stages that a pipeline file may name.
package struct StageCatalog: Sendable {
  /// Takes the settings of a stage and makes it; keys it does not take are unknown.
  package typealias Builder =
    @Sendable (StageRequest, inout SettingsReader) throws(Fault) -> any Stage

  package struct Kind: Sendable {
    package let name: String
    /// One sentence for `plan` and for the editor's schema.
    package let summary: String
    package let build: Builder

    package init(_ name: String, _ summary: String, build: @escaping Builder) {
      self.name = name
      self.summary = summary
      self.build = build
    }
  }

  package let kinds: [Kind]

  /// Names must be distinct.
  package init(_ kinds: [Kind]) {
    precondition(Set(kinds.map(\.name)).count == kinds.count, "two kinds have the same name")
    self.kinds = kinds
  }

  /// The stages of a file, in order; the first fault of any of them is thrown.
  package func stages(of pipeline: PipelineFile) throws(Fault) -> [any Stage] {
    var stages: [any Stage] = []
    var flow = RecordFlow()
    for entry in pipeline.stages {
      guard let kind = kinds.first(where: { $0.name == entry.kind }) else {
        throw unknown(entry)
      }
      var reader = try SettingsReader(entry.settings, of: "stage \(entry.name)")
      let request = StageRequest(
        name: entry.name, earlier: stages.map(\.name), pipeline: pipeline)
      let stage = try kind.build(request, &reader)
      try reader.finish()
      precondition(stage.name == entry.name, "\(entry.kind) built a stage of another name")
      try checkInputs(of: stage, entry)
      do throws(Fault) { _ = try flow.add(stage) } catch {
        throw error.placed(in: entry.place)
      }
      stages.append(stage)
    }
    return stages
  }

  private func unknown(_ entry: PipelineFile.Entry) -> Fault {
    let names = kinds.map(\.name)
    let nearest = Spelling.nearest(to: entry.kind, in: names)
    return Fault(
      "pipeline.unknown-stage",
      "there is no stage \"\(entry.kind)\"; "
        + (nearest.map { "did you mean \"\($0)\"?" }
          ?? "known are \(names.joined(separator: ", "))"),
      at: entry.place)
  }

  private func checkInputs(of stage: any Stage, _ entry: PipelineFile.Entry) throws(Fault) {
    for path in stage.inputs
    where path != ArchivePattern.standardInput && !Files.exists(path) {
      let what = ArchivePattern.isPattern(path) ? "matches no file" : "does not exist"
      throw Fault(
        "pipeline.missing-file", "stage \(stage.name) reads \"\(path)\", which \(what)",
        at: entry.settings.place)
    }
  }
}
