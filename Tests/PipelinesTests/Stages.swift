import Foundations
import Glibc
import JSONText
import Pipelines
import Synchronization

/// A folder that goes away with the test.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var random = SystemRandomNumberGenerator()
    path = "/tmp/scanpath-pipelines-\(random.next())"
    try Files.makeFolder(path)
  }

  deinit { try? Files.removeTree(path) }

  /// Every file but the ledger (which holds times) and the lock, by path.
  func contents(_ below: String = "") throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try Files.names(in: path + below)
    where !["ledger.jsonl", ".lock"].contains(name) {
      let inner = below + "/" + name
      if Files.isFolder(path + inner) {
        contents.merge(try self.contents(inner)) { $1 }
      } else {
        contents[inner] = try Files.read(path + inner)
      }
    }
    return contents
  }
}

/// Counts calls, and throws or kills the process at one of them.
final class Trap: Sendable {
  private let calls = Mutex(0)
  let at: Int?
  let kills: Bool

  init(at: Int? = nil, kills: Bool = false) {
    self.at = at
    self.kills = kills
  }

  var count: Int { calls.withLock { $0 } }

  func step() throws {
    let call = calls.withLock { calls in
      calls += 1
      return calls - 1
    }
    if call == at && kills { kill(getpid(), SIGKILL) }
    if call == at { throw Interrupted() }
  }
}

/// Makes `units` random numbers; of ten records a unit drops one and may quarantine one.
struct Draw: Stage {
  var name = "draw"
  var units = 5
  var bad: Set<Int> = [3]
  var version = 1
  var inputs: [String] = []
  let trap: Trap
  var settings: JSON { ["units": .integer(units)] }

  func run(_ context: StageContext) throws -> StageCounts {
    let values = try context.units(units) { unit in
      try trap.step()
      unit.counts.input += 10
      unit.counts.drop("even")
      if bad.contains(unit.index) {
        unit.quarantine(
          Fault("image.corrupt", "cut short", at: Place(record: "r\(unit.index)", line: 4)))
      }
      unit.counts.output += 10 - 1 - unit.counts.quarantinedTotal
      unit.counts.make("numbers", 2)
      return .number(unit.random.uniform())
    }
    context.keep(["last": values.last ?? .null])
    try context.write(JSONLines.bytes(of: values), as: "datasets/\(name)/part.jsonl")
    return context.counts
  }
}

/// Adds up the numbers of an earlier stage slice by slice, its state in a file beside the unit.
struct Total: Stage {
  var name = "total"
  var from = "draw"
  var scale = 2
  let trap: Trap
  var settings: JSON { ["from": .string(from), "scale": .integer(scale)] }

  func run(_ context: StageContext) throws -> StageCounts {
    let output = context.outputs(of: from)[0]
    let numbers = try JSONLines.parse(try Files.read(context.folder.path(output.path)))
    var sum = 0.0
    let finished = context.finishedUnits()
    if finished > 0 {
      sum = try JSON.parse(Files.read(context.path(ofUnit: finished - 1, "state"))).asDouble
    }
    _ = try context.steps(numbers.count) { unit in
      try trap.step()
      sum += try numbers[unit.index].asDouble * Double(scale)
      try Files.writeAtomically(JSON.number(sum).bytes(), to: unit.path("state"))
      return .number(sum)
    }
    try context.write(JSON.number(sum).bytes(), as: "checkpoints/total")
    if sum > 0 { context.miss("the sum is \(sum > 0 ? "above" : "at") 0") }
    return StageCounts(input: numbers.count, output: numbers.count)
  }
}
