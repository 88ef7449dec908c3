package import Foundations
package import JSONText

/// What `run.json` says of a run: its pipeline as it was understood, and its stages.
package struct RunHeader: Sendable {
  package struct Stage: Sendable, Equatable {
    package let name: String
    package let fingerprint: String
  }

  package let pipeline: JSON
  package let stages: [Stage]

  /// - Throws: `run.none` if the folder holds no run; faults of reading, syntax and form.
  package init(_ folder: RunFolder) throws(Fault) {
    let path = folder.path("run.json")
    guard Files.exists(path) else {
      throw Fault(
        "run.none", "the folder holds no run: run.json is missing", at: Place(file: folder.path))
    }
    do {
      let json = try JSON.parse(try Files.read(path), file: path)
      pipeline = try json.required("pipeline")
      stages = try json.array("stages") { stage throws(Fault) in
        Stage(name: try stage.string("name"), fingerprint: try stage.string("fingerprint"))
      }
    } catch {
      throw error.placed(in: Place(file: path))
    }
  }

  /// What a stage of this name would see now of the stages before it, for reading alone.
  ///
  /// Counts, values and outputs are those of finished stages. A name that no stage has sees all.
  package func context(of stage: String, in folder: RunFolder, seed: UInt64) -> StageContext {
    let earlier = stages.prefix { $0.name != stage }
    var results: [String: LedgerEntry] = [:]
    for stage in earlier {
      results[stage.name] = folder.ledger.finished(stage.name, stage.fingerprint)
    }
    return StageContext(
      stage: stage, fingerprint: "", earlier: earlier.map(\.name), results: results,
      folder: folder, options: RunOptions(seed: seed), report: { _ in })
  }
}
