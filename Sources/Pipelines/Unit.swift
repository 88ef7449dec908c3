package import Foundations
internal import JSONText

/// One numbered piece of a stage's work while it is being done.
///
/// What the body counts and quarantines here is kept with the unit's result, so that a resumed run
/// knows it without doing the unit again.
package struct Unit: Sendable {
  /// Counted from 0 within its phase.
  package let index: Int
  /// `unit-000012`, or with the phase's name in front.
  package let name: String
  /// Randomness that depends on the seed, the stage, the phase and the index alone.
  package var random: CounterRandom
  /// The stage's work folder; files that the unit writes there start with its name.
  package let folder: String
  /// Raised when the user asked to stop; long work looks at it and throws `Interrupted`.
  package let stop: StopFlag
  package var counts = StageCounts()
  package private(set) var quarantined: [Quarantined] = []
  /// Finished files beside the result, by their names, which must be there with these bytes for the
  /// unit to count as done.
  package private(set) var files: [Output] = []
  /// Whether the unit wrote files that nobody has synced yet, such as pictures.
  package private(set) var hasUnsyncedFiles = false

  init(name: String, index: Int, random: CounterRandom, folder: String, stop: StopFlag) {
    self.name = name
    self.index = index
    self.random = random
    self.folder = folder
    self.stop = stop
  }

  /// Sets one bad record aside, counted under its code.
  package mutating func quarantine(_ fault: Fault) {
    counts.quarantined[fault.code, default: 0] += 1
    quarantined.append(Quarantined(fault))
  }

  /// Sets something aside that is no record of the law, such as a member of an archive; counted as
  /// `refused` with its code.
  package mutating func refuse(_ fault: Fault) {
    counts.make("refused \(fault.code)")
    quarantined.append(Quarantined(fault))
  }

  /// The path of a file beside the unit's result, such as a trainer's state.
  package func path(_ suffix: String) -> String { "\(folder)/\(name).\(suffix)" }

  /// Takes the finished file `path(suffix)` as a part of the result.
  package mutating func adopt(_ suffix: String, _ written: OutputFile.Written) {
    files.append(
      Output(path: "\(name).\(suffix)", bytes: written.bytes, sha256: written.sha256))
  }

  /// Has everything that the unit wrote brought to the disk before the unit counts as done.
  package mutating func leavesUnsyncedFiles() { hasUnsyncedFiles = true }
}

/// What a unit left: the content of `work/<stage>/<unit>.json`.
struct UnitResult: Sendable, Equatable {
  let value: JSON
  let counts: StageCounts
  let quarantined: [Quarantined]

  init(_ unit: Unit, value: JSON) {
    self.value = value
    counts = unit.counts
    quarantined = unit.quarantined
  }

  init(json: JSON) throws(Fault) {
    value = try json.required("value")
    counts = try json.required("counts") { json throws(Fault) in try StageCounts(json: json) }
    quarantined = try json.array("quarantined") { json throws(Fault) in
      try Quarantined(json: json)
    }
  }

  var json: JSON {
    ["value": value, "counts": counts.json, "quarantined": .array(quarantined.map(\.json))]
  }
}
