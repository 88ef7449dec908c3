package import Foundations
package import JSONText

/// How a run is to be done; nothing here but `seed` and `maxBad` may change what it leaves.
package struct RunOptions: Sendable {
  package var seed: UInt64
  package var workers: Int
  /// Share (0...1) of a stage's records that may be quarantined.
  package var maxBad: Double
  /// Runs this stage alone; those before it must have finished.
  package var only: String?
  package var stop: StopFlag

  package init(
    seed: UInt64, workers: Int = Lanes.cores, maxBad: Double = 0.01, only: String? = nil,
    stop: StopFlag = StopFlag()
  ) {
    precondition(workers > 0, "a run with \(workers) workers does nothing")
    self.seed = seed
    self.workers = workers
    self.maxBad = maxBad
    self.only = only
    self.stop = stop
  }
}

/// Runs the stages of a pipeline in order, each until it is finished, and none twice.
///
/// A stage that finished in an earlier run is skipped while its fingerprint is the same and its
/// outputs still hold their bytes; one that kept pictures runs again when a later stage finds one of
/// them gone. Everything before an interruption is kept: the same call goes on
/// where it stopped.
package struct Runner: Sendable {
  package let folder: RunFolder
  package let stages: [any Stage]
  package let options: RunOptions
  /// The resolved pipeline, as it goes into `run.json`.
  package let pipeline: JSON
  private let report: @Sendable (RunEvent) -> Void
  private let fingerprints: [String]

  /// Hashes the inputs of all stages, whose names must be distinct.
  ///
  /// `root` is what every stage depends on beside its own settings, such as seed and domain.
  package init(
    folder: RunFolder, pipeline: JSON, root: JSON, stages: [any Stage], options: RunOptions,
    report: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws(Fault) {
    precondition(Set(stages.map(\.name)).count == stages.count, "two stages have the same name")
    if let only = options.only, !stages.contains(where: { $0.name == only }) {
      let nearest = Spelling.nearest(to: only, in: stages.map(\.name))
      throw Fault(
        "run.unknown-stage",
        "there is no stage \"\(only)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    self.folder = folder
    self.pipeline = pipeline
    self.stages = stages
    self.options = options
    self.report = report
    var standardInput: String?
    if StandardInput.isInput(of: stages) {
      if folder.isHeld { try StandardInput.keep(in: folder) }
      standardInput = try StandardInput.hash(in: folder)
    }
    fingerprints = try Fingerprint.chain(
      stages, from: [.integer(Int(options.seed)), root], standardInput: standardInput)
  }

  /// Whether each stage would be skipped now.
  package var isFinished: [Bool] { fingerprints.indices.map { finished($0) != nil } }

  /// How each stage ended the last time, with these settings or others; nil: it never did.
  package var last: [StageSummary?] {
    stages.map { stage in
      folder.ledger.entries.last { $0.stage == stage.name && $0.status == .finished }
        .map { StageSummary($0, wasSkipped: true) }
    }
  }

  /// Runs what is not finished; throws `Interrupted` at a safe point after the stop flag was raised.
  package func run() throws -> [StageSummary] {
    try Files.writeAtomically(header.bytes(pretty: true), to: folder.path("run.json"))
    var results: [String: LedgerEntry] = [:]
    var summaries: [StageSummary] = []
    for (index, stage) in stages.enumerated() {
      if let entry = finished(index) {
        // The share that is allowed may be another one than when the stage ran.
        try entry.counts?.checkQuality(
          stage: stage.name, limit: options.maxBad, of: entry.counts?.input ?? 0,
          listed: folder.quarantine(stage.name))
        report(.skipped(stage: stage.name))
        results[stage.name] = entry
        summaries.append(StageSummary(entry, wasSkipped: true))
      } else {
        try checkOnly(stage.name)
        let entry = try run(index, results)
        results[stage.name] = entry
        let summary = StageSummary(entry, wasSkipped: false)
        report(.finished(summary))
        summaries.append(summary)
      }
      if stage.name == options.only { break }
    }
    return summaries
  }

  private func finished(_ index: Int) -> LedgerEntry? {
    let name = stages[index].name
    guard let entry = folder.ledger.finished(name, fingerprints[index]) else { return nil }
    return entry.outputs.allSatisfy(folder.holds) ? entry : nil
  }

  private func checkOnly(_ name: String) throws(Fault) {
    guard let only = options.only, only != name else { return }
    throw Fault(
      "run.needs",
      "stage \(only) needs stage \(name), which has not finished with these settings; "
        + "run the whole pipeline first")
  }

  private func run(_ index: Int, _ results: [String: LedgerEntry]) throws -> LedgerEntry {
    let stage = stages[index]
    let fingerprint = fingerprints[index]
    try options.stop.check()
    try prepare(stage.name, fingerprint)
    report(.started(stage: stage.name))
    let context = StageContext(
      stage: stage.name, fingerprint: fingerprint, earlier: stages[..<index].map(\.name),
      results: results, folder: folder, options: options, report: report)
    let before = folder.ledger.spent(on: stage.name, fingerprint)
    let start = Seconds.now
    let heldBefore = PeakMemory.bytes ?? 0
    do {
      let counts = try stage.run(context)
      var entry = try context.finished(counts, before + (Seconds.now - start))
      if let peak = PeakMemory.bytes, peak > heldBefore { entry.peakBytes = peak }
      try folder.ledger.append(entry)
      try context.tidy()
      return entry
    } catch {
      let status: LedgerEntry.Status = error is Interrupted ? .interrupted : .failed
      var entry = LedgerEntry(stage: stage.name, fingerprint: fingerprint, status: status)
      entry.seconds = Seconds.now - start
      try folder.ledger.append(entry)
      throw try recalled(error, before: index)
    }
  }

  /// After the loss of a picture, has the stages that keep pictures run again, and says so in the
  /// fault.
  private func recalled(_ error: any Error, before index: Int) throws(Fault) -> any Error {
    guard var fault = error as? Fault, fault.code == RunData.lostPicture else { return error }
    let keepers = stages.indices.prefix(index).filter { stages[$0].keepsPictures }
    for keeper in keepers {
      try folder.ledger.append(
        LedgerEntry(stage: stages[keeper].name, fingerprint: fingerprints[keeper], status: .lost))
    }
    if !keepers.isEmpty {
      let names = keepers.map { stages[$0].name }.joined(separator: ", then ")
      fault.message += "; run the whole pipeline again, which brings it back: \(names) runs anew"
    }
    return fault
  }

  /// Makes the stage's work folder, empty unless an attempt with the same fingerprint left it that
  /// lost nothing.
  private func prepare(_ stage: String, _ fingerprint: String) throws(Fault) {
    let last = folder.ledger.last(of: stage)
    if last?.fingerprint != fingerprint || last?.status == .lost {
      try Files.removeTree(folder.work(stage))
    }
    try Files.removeTree(folder.quarantine(stage))
    try Files.makeFolder(folder.work(stage))
    try folder.ledger.append(
      LedgerEntry(stage: stage, fingerprint: fingerprint, status: .started))
  }

  private var header: JSON {
    [
      "kind": "run", "version": 1, "pipeline": pipeline,
      "stages": .array(
        zip(stages, fingerprints).map { stage, fingerprint in
          [
            "name": .string(stage.name), "version": .integer(stage.version),
            "settings": stage.settings, "inputs": .array(stage.inputs.map { .string($0) }),
            "fingerprint": .string(fingerprint),
          ]
        }),
    ]
  }
}
