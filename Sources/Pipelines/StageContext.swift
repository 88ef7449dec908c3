internal import Archiving
package import Foundations
package import JSONText
internal import Synchronization

/// What a stage may use while it runs: its units, its run folder, its randomness, its voice.
package final class StageContext: Sendable {
  package let stage: String
  package let folder: RunFolder
  package let options: RunOptions
  /// The stages of this run that come before this one, in order.
  package let earlier: [String]
  private let fingerprint: String
  private let results: [String: LedgerEntry]
  private let report: @Sendable (RunEvent) -> Void
  private let done: Mutex<[String: LedgerEntry]>
  private let state = Mutex(State())

  /// Bad records: here, or in the result of a unit, so that memory does not grow with them.
  private enum Bad {
    case here([Quarantined])
    case unit(String)

    var isHere: Bool { if case .here = self { true } else { false } }
  }

  private struct State {
    var counts = StageCounts()
    /// In the order in which phases ran, and in a phase in that of its units.
    var quarantined: [Bad] = []
    var outputs: [Output] = []
    var misses: [String] = []
    var value: JSON = .null
    var expected: Int?
    /// Whether more was quarantined than is allowed.
    var isTooBad = false
  }

  init(
    stage: String, fingerprint: String, earlier: [String], results: [String: LedgerEntry],
    folder: RunFolder, options: RunOptions, report: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.stage = stage
    self.fingerprint = fingerprint
    self.earlier = earlier
    self.results = results
    self.folder = folder
    self.options = options
    self.report = report
    done = Mutex(folder.ledger.units(of: stage, fingerprint))
  }

  /// Randomness that depends on the seed and the stage alone.
  package var random: CounterRandom { CounterRandom(seed: options.seed).child(stage) }
  package var workers: Int { options.workers }
  package var stop: StopFlag { options.stop }

  /// The sum of what the units counted so far.
  package var counts: StageCounts { state.withLock { $0.counts } }

  // MARK: Units

  /// Runs units 0 ..< `count` on the run's workers and returns their values by index.
  ///
  /// A unit that an earlier attempt finished is read back. `phase` names the units of a stage that
  /// has several rounds of them; it must differ from round to round.
  package func units(
    _ count: Int, phase: String = "", _ body: @Sendable (inout Unit) throws -> JSON
  ) throws -> [JSON] {
    let meter = Meter(self, phase: phase, total: count)
    let results = try Lanes.map(count, workers: workers) { index in
      try self.perform(index, phase, meter, body)
    }
    setAside(results.flatMap(\.quarantined))
    return results.map(\.value)
  }

  /// Runs units 0 ..< `count` one after the other on this thread, for work in which each unit goes
  /// on from the one before, such as the slices of a training.
  package func steps(
    _ count: Int, phase: String = "", _ body: (inout Unit) throws -> JSON
  ) throws -> [JSON] {
    let meter = Meter(self, phase: phase, total: count)
    let results = try (0..<count).map { try perform($0, phase, meter, body) }
    setAside(results.flatMap(\.quarantined))
    return results.map(\.value)
  }

  /// Runs a unit for every piece that `pull` gives, on the run's workers, and hands the values to
  /// `deliver` in their order; no more than a few pieces are in memory.
  ///
  /// `pull` must cut the input into the same pieces in every attempt. It gives those of finished
  /// units too, which are passed over.
  ///
  /// - Parameters:
  ///   - total: how many things the pieces hold together, for the progress; nil: unknown.
  ///   - size: how many of them a piece holds.
  package func stream<Piece: Sendable>(
    phase: String = "", total: Int? = nil, pull: () throws -> Piece?, size: (Piece) -> Int,
    _ body: @Sendable (inout Unit, Piece) throws -> JSON, deliver: (Int, JSON) throws -> Void
  ) throws {
    let meter = Meter(self, phase: phase, total: total)
    var pulled = 0
    var delivered = 0
    try Lanes.stream(workers: workers) {
      guard let piece = try pull() else { return nil as (Int, Int, Piece)? }
      defer { pulled += 1 }
      meter.pull()
      return (pulled, size(piece), piece)
    } work: { index, size, piece in
      meter.begin()
      return try self.perform(index, phase, meter, size: size) { unit throws in
        try body(&unit, piece)
      }
    } deliver: { result in
      if !result.quarantined.isEmpty {
        let name = Self.name(phase, delivered)
        state.withLock { $0.quarantined.append(.unit(name)) }
      }
      try deliver(delivered, result.value)
      meter.deliver()
      delivered += 1
    }
  }

  /// How many units of a phase are done, counted from the first up to a gap.
  package func finishedUnits(phase: String = "") -> Int {
    var count = 0
    while result(of: Self.name(phase, count)) != nil { count += 1 }
    return count
  }

  /// The value of a unit that an earlier attempt finished.
  package func finishedValue(ofUnit index: Int, phase: String = "") -> JSON? {
    result(of: Self.name(phase, index))?.value
  }

  /// The path of a file beside a unit's result; see `Unit.path`.
  package func path(ofUnit index: Int, phase: String = "", _ suffix: String) -> String {
    "\(folder.work(stage))/\(Self.name(phase, index)).\(suffix)"
  }

  private func perform(
    _ index: Int, _ phase: String, _ meter: Meter, size: Int = 1,
    _ body: (inout Unit) throws -> JSON
  ) throws -> UnitResult {
    let name = Self.name(phase, index)
    if let result = result(of: name) {
      try add(result.counts)
      meter.advance(size, readBack: true)
      return result
    }
    try stop.check()
    var unit = Unit(
      name: name, index: index, random: random.child(phase).child(index),
      folder: folder.work(stage), stop: stop)
    let value = try body(&unit)
    let result = UnitResult(unit, value: value)
    if unit.hasUnsyncedFiles { try Files.syncFileSystem(of: folder.path) }
    try commit(result, name, unit.files)
    try add(result.counts)
    meter.advance(size, readBack: false)
    return result
  }

  private static func name(_ phase: String, _ index: Int) -> String {
    let digits = String(index)
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    return (phase.isEmpty ? "unit-" : phase + "-") + zeros + digits
  }

  /// The committed result of a unit, if its files still hold the bytes that the ledger names.
  private func result(of name: String) -> UnitResult? {
    guard let entry = done.withLock({ $0[name] }), let output = entry.outputs.first,
      let bytes = try? Files.read(folder.path(output.path)),
      SHA256.hexadecimal(of: bytes) == output.sha256,
      entry.outputs.dropFirst().allSatisfy(folder.holds),
      let json = try? JSON.parse(bytes)
    else { return nil }
    return try? UnitResult(json: json)
  }

  private func commit(
    _ result: UnitResult, _ name: String, _ files: [Output]
  ) throws(Fault) {
    let bytes = result.json.bytes()
    let path = "work/\(stage)/\(name).json"
    try Files.writeAtomically(bytes, to: folder.path(path))
    var entry = LedgerEntry(stage: stage, fingerprint: fingerprint, status: .done)
    entry.unit = name
    entry.counts = result.counts
    entry.outputs = [
      Output(path: path, bytes: bytes.count, sha256: SHA256.hexadecimal(of: bytes))
    ]
    entry.outputs += files.map {
      Output(path: "work/\(stage)/\($0.path)", bytes: $0.bytes, sha256: $0.sha256)
    }
    try folder.ledger.append(entry)
    done.withLock { $0[name] = entry }
  }

  private func add(_ counts: StageCounts) throws(Fault) {
    let (sum, expected) = state.withLock {
      $0.counts += counts
      return ($0.counts, $0.expected)
    }
    if let expected { try checkQuality(sum, of: expected) }
  }

  /// Ends a stage that quarantined too much, and says where to look for what.
  private func checkQuality(_ counts: StageCounts, of total: Int) throws(Fault) {
    do throws(Fault) {
      try counts.checkQuality(
        stage: stage, limit: options.maxBad, of: total, listed: folder.quarantine(stage))
    } catch {
      // Units that are done and not yet taken up count too.
      let units = done.withLock { $0.keys.sorted() }.map(Bad.unit)
      let (bad, isFirst) = state.withLock { state in
        defer { state.isTooBad = true }
        return (state.quarantined.filter(\.isHere), !state.isTooBad)
      }
      if isFirst { try write(units + bad) }
      throw error
    }
  }

  // MARK: What the stage leaves

  /// Says how many records will come in, so that a rotten input stops the run at once, not only at
  /// the end of the stage.
  package func expect(records: Int) { state.withLock { $0.expected = records } }

  /// Sets a bad record aside outside of any unit; count it in what `run` returns.
  package func quarantine(_ fault: Fault) { setAside([Quarantined(fault)]) }

  private func setAside(_ bad: [Quarantined]) {
    if !bad.isEmpty { state.withLock { $0.quarantined.append(.here(bad)) } }
  }

  /// Writes a file of the run folder, complete or not at all, as an output of this stage.
  package func write(_ bytes: [UInt8], as path: String) throws(Fault) {
    try Files.makeFolder(Files.parent(of: folder.path(path)))
    try Files.writeAtomically(bytes, to: folder.path(path))
    let hash = SHA256.hexadecimal(of: bytes)
    add(Output(path: path, bytes: bytes.count, sha256: hash))
  }

  /// Takes a finished file of the run folder, or every file of a folder, as outputs of this stage.
  package func adopt(_ path: String) throws(Fault) {
    let full = folder.path(path)
    if Files.isFolder(full) {
      for name in try Files.names(in: full) where !name.hasSuffix(OutputFile.temporarySuffix) {
        try adopt(path + "/" + name)
      }
    } else {
      let bytes = try Files.size(full)
      add(Output(path: path, bytes: bytes, sha256: try Files.sha256(full)))
    }
  }

  /// Takes a file that was just written below the run folder as an output of this stage.
  package func adopt(_ path: String, _ written: OutputFile.Written) {
    add(Output(path: path, bytes: written.bytes, sha256: written.sha256))
  }

  private func add(_ output: Output) {
    state.withLock { state in
      state.outputs.removeAll { $0.path == output.path }
      state.outputs.append(output)
    }
  }

  /// Keeps a small result of this stage for later stages and for the report.
  package func keep(_ value: JSON) { state.withLock { $0.value = value } }

  /// Says that something asked for was not met; the run goes on and ends with code 1.
  package func miss(_ text: String) { state.withLock { $0.misses.append(text) } }

  /// Tells something to who is watching.
  package func note(_ text: String) { report(.note(stage: stage, text: text)) }

  // MARK: What earlier stages left

  /// The outputs of an earlier stage; empty for an unknown one.
  package func outputs(of stage: String) -> [Output] { results[stage]?.outputs ?? [] }

  /// The small result of an earlier stage, or null.
  package func value(of stage: String) -> JSON { results[stage]?.value ?? .null }

  package func counts(of stage: String) -> StageCounts? { results[stage]?.counts }
  package func seconds(of stage: String) -> Seconds? { results[stage]?.seconds }

  // MARK: The end, for the runner

  /// The ledger's last entry for this stage; also writes the quarantine.
  func finished(_ counts: StageCounts, _ seconds: Seconds) throws(Fault) -> LedgerEntry {
    let state = state.withLock { $0 }
    try counts.checkLaw(stage: stage)
    try checkQuality(counts, of: counts.input)
    if !state.quarantined.isEmpty { try write(state.quarantined) }
    try Files.syncFileSystem(of: folder.path)
    var entry = LedgerEntry(stage: stage, fingerprint: fingerprint, status: .finished)
    entry.counts = counts
    entry.outputs = self.state.withLock { $0.outputs }
    entry.misses = state.misses
    entry.value = state.value
    entry.seconds = seconds
    return entry
  }

  private func write(_ bad: [Bad]) throws(Fault) {
    let path = "quarantine/\(stage).jsonl.zst"
    try Files.makeFolder(folder.path("quarantine"))
    var writer = try SeekableZstdWriter(folder.path(path))
    for bad in bad {
      let records: [Quarantined] =
        switch bad {
        case .here(let records): records
        case .unit(let name): result(of: name)?.quarantined ?? []
        }
      for record in records { try writer.append(JSONLines.bytes(of: [record.json])) }
    }
    adopt(path, try writer.commit())
  }

  /// Removes what units left for an output that is finished now, and what attempts left unfinished.
  func tidy() throws(Fault) {
    let work = folder.work(stage)
    for name in try Files.names(in: work)
    where name.hasSuffix("." + RunData.segment) || name.hasSuffix(".spool")
      || name.hasSuffix(OutputFile.temporarySuffix)
    {
      try Files.remove("\(work)/\(name)")
    }
  }

  func tell(_ event: RunEvent) { report(event) }
}
