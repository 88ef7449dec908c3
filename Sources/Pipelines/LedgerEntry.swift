package import Foundations
package import JSONText

/// A file of a run folder, as it was when it was committed.
package struct Output: Sendable, Equatable {
  /// Below the run folder.
  package let path: String
  package let bytes: Int
  package let sha256: String

  package init(path: String, bytes: Int, sha256: String) {
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }

  package init(json: JSON) throws(Fault) {
    self.init(
      path: try json.string("path"), bytes: try json.int("bytes"),
      sha256: try json.string("sha256"))
  }

  package var json: JSON {
    ["path": .string(path), "bytes": .integer(bytes), "sha256": .string(sha256)]
  }
}

/// One line of the ledger: something that is committed and will not be done again.
package struct LedgerEntry: Sendable, Equatable {
  package enum Status: String, Sendable {
    /// The stage began; what is in its work folder belongs to this fingerprint.
    case started
    /// One unit is done.
    case done
    case interrupted
    case failed
    /// A picture that the stage kept is gone or was changed: it is not finished any more.
    case lost
    /// The whole stage is done.
    case finished
  }

  package let stage: String
  /// Of the stage's settings and of everything it depends on; see `Fingerprint`.
  package let fingerprint: String
  package let status: Status
  /// Name of the unit of a `done` entry.
  package var unit: String?
  package var counts: StageCounts?
  package var outputs: [Output] = []
  /// Gates that a finished stage did not meet.
  package var misses: [String] = []
  /// The small result of a finished stage.
  package var value: JSON = .null
  /// Time spent since the entry `started`, or in all for `finished`.
  package var seconds = Seconds()
  /// The most memory held during a finished stage; nil if the process had held more before.
  package var peakBytes: Int?

  package init(stage: String, fingerprint: String, status: Status) {
    self.stage = stage
    self.fingerprint = fingerprint
    self.status = status
  }
}

extension LedgerEntry {
  package init(json: JSON) throws(Fault) {
    let word = try json.string("status")
    guard let status = Status(rawValue: word) else {
      throw Fault("ledger.status", "unknown status \"\(word)\"", at: Place(key: "status"))
    }
    self.init(
      stage: try json.string("stage"), fingerprint: try json.string("fingerprint"), status: status)
    unit = try json.optionalString("unit")
    counts = try json.optional("counts") { json throws(Fault) in try StageCounts(json: json) }
    outputs = try json.array("outputs") { json throws(Fault) in try Output(json: json) }
    misses = try json.strings("misses")
    value = try json.required("value")
    peakBytes = try json.optionalInt("peak_bytes")
    seconds = Seconds(
      wall: try Self.seconds(json, "wall_seconds"), cpu: try Self.seconds(json, "cpu_seconds"))
  }

  /// A time that can be added and printed: below 2^40 seconds, which is 30,000 years.
  private static func seconds(_ json: JSON, _ key: String) throws(Fault) -> Double {
    let seconds = try json.double(key)
    guard 0..<0x1p40 ~= seconds else {
      throw Fault(
        "ledger.seconds", "expected a number of seconds, found \(seconds)", at: Place(key: key))
    }
    return seconds
  }

  package var json: JSON {
    var object: JSONObject = [
      "stage": .string(stage), "fingerprint": .string(fingerprint),
      "status": .string(status.rawValue),
    ]
    object["unit"] = unit.map { .string($0) }
    object["counts"] = counts.map(\.json)
    object["outputs"] = .array(outputs.map(\.json))
    object["misses"] = .array(misses.map { .string($0) })
    object["value"] = value
    object["wall_seconds"] = .number(seconds.wall)
    object["cpu_seconds"] = .number(seconds.cpu)
    object["peak_bytes"] = peakBytes.map { .integer($0) }
    return .object(object)
  }
}
