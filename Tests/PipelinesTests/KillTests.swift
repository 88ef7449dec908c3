import Foundations
import Glibc
import JSONText
import Pipelines
import Testing

/// Runs that end without any chance to clean up.
@Suite struct KillTests {
  @Test(arguments: [0, 3, 6, 9]) func `A run that was killed goes on to the same bytes`(
    unit: Int
  ) async throws {
    let scratch = try Scratch()
    let path = scratch.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, unit = unit as Int] in
      try Self.run(path, Trap(at: unit, kills: true))
    }
    #expect(try Ledger(path: path + "/ledger.jsonl").entries.contains { $0.status == .started })
    let trap = Trap()
    try Self.run(path, trap)
    #expect(trap.count == 10 - unit)
    #expect(try scratch.contents() == RunnerTests.undisturbed())
  }

  static func run(_ path: String, _ trap: Trap) throws {
    let options = RunOptions(seed: 7, workers: 1, maxBad: 0.05)
    _ = try Runner(
      folder: RunFolder(path: path), pipeline: ["name": "test"], root: .null,
      stages: [Draw(trap: trap), Total(trap: trap)], options: options
    ).run()
  }
}
