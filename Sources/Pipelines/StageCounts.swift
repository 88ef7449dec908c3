package import Foundations
package import JSONText

/// What became of the records of a stage.
///
/// The law: every record that came in went out, was dropped for a reason, or was quarantined with a
/// fault. The engine checks it at the end of each stage.
package struct StageCounts: Sendable, Equatable {
  package var input = 0
  package var output = 0
  /// Records left out on purpose, by reason.
  package var dropped: [String: Int] = [:]
  /// Bad records, by the code of their fault.
  package var quarantined: [String: Int] = [:]
  /// Other things made and worth showing, such as `chains`; the law does not know them.
  package var made: [String: Int] = [:]

  package init(input: Int = 0, output: Int = 0) {
    self.input = input
    self.output = output
  }

  package var droppedTotal: Int { dropped.values.reduce(0, +) }
  package var quarantinedTotal: Int { quarantined.values.reduce(0, +) }

  /// Counts one record, or `count` of them, as left out.
  package mutating func drop(_ reason: String, _ count: Int = 1) {
    dropped[reason, default: 0] += count
  }

  /// Counts things that are no records of the law.
  package mutating func make(_ name: String, _ count: Int = 1) {
    made[name, default: 0] += count
  }

  package static func + (left: StageCounts, right: StageCounts) -> StageCounts {
    var sum = StageCounts(input: left.input + right.input, output: left.output + right.output)
    sum.dropped = left.dropped.merging(right.dropped, uniquingKeysWith: +)
    sum.quarantined = left.quarantined.merging(right.quarantined, uniquingKeysWith: +)
    sum.made = left.made.merging(right.made, uniquingKeysWith: +)
    return sum
  }

  package static func += (left: inout StageCounts, right: StageCounts) { left = left + right }

  /// Throws `counts.law` if a record was lost or made up.
  package func checkLaw(stage: String) throws(Fault) {
    let known = output + droppedTotal + quarantinedTotal
    guard input != known else { return }
    throw Fault(
      "counts.law",
      "stage \(stage) took in \(input) records and accounts for \(known): \(output) out, "
        + "\(droppedTotal) dropped, \(quarantinedTotal) quarantined")
  }

  /// Throws `run.max-bad` if more than the share `limit` (0...1) of the `total` was quarantined.
  ///
  /// - Parameter listed: the file that has every bad record with its reason.
  func checkQuality(
    stage: String, limit: Double, of total: Int, listed: String
  ) throws(Fault) {
    guard Double(quarantinedTotal) > limit * Double(total) else { return }
    let worst = quarantined.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first
    throw Fault(
      "run.max-bad",
      "stage \(stage) quarantined \(quarantinedTotal) of \(total) records, more than max-bad "
        + "(\((limit * 10_000).rounded() / 100) %) allows; "
        + "most often \(worst.map { "\($0.key) (\($0.value))" } ?? "nothing"); "
        + "the file lists each with its reason",
      at: Place(file: listed))
  }
}

extension StageCounts {
  package init(json: JSON) throws(Fault) {
    // Tens of thousands of them can be added.
    func count(_ json: JSON) throws(Fault) -> Int {
      let count = try json.asInt
      guard 0..<1 << 48 ~= count else {
        throw Fault("ledger.count", "expected a count below 2^48, found \(count)")
      }
      return count
    }
    func tally(_ key: String) throws(Fault) -> [String: Int] {
      var tally: [String: Int] = [:]
      for (name, value) in try json.object(at: key) { tally[name] = try count(value) }
      return tally
    }
    self.init(input: try json.required("in", count), output: try json.required("out", count))
    dropped = try tally("dropped")
    quarantined = try tally("quarantined")
    made = try tally("made")
  }

  /// All keys are always there; names are sorted.
  package var json: JSON {
    func tally(_ counts: [String: Int]) -> JSON {
      .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }
    return [
      "in": .integer(input), "out": .integer(output), "dropped": tally(dropped),
      "quarantined": tally(quarantined), "made": tally(made),
    ]
  }
}
