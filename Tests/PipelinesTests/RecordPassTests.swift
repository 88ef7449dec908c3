import Archiving
import Foundations
import JSONText
import Pipelines
import Schemas
import Shards
import Synchronization
import Testing

/// Leaves `count` records, numbered.
private struct Numbers: Stage {
  let name = "numbers"
  let count: Int
  var settings: JSON { ["count": .integer(count)] }

  func run(_ context: StageContext) throws -> StageCounts {
    let sink = try RunData(context).sink(.question)
    for number in 0..<count { try sink.append(["id": .string("q\(number)")]) }
    try sink.commit()
    return StageCounts(input: count, output: count)
  }
}

/// Drops every third record, sets every thousandth aside, and numbers the others.
private struct Thin: Stage {
  let name = "thin"
  let trap: Trap
  var settings: JSON { [:] }

  func run(_ context: StageContext) throws -> StageCounts {
    try RunData(context).pass { record, batch in
      if batch.position % 4096 == 0 { try trap.step() }
      if batch.position % 1000 == 999 {
        batch.quarantine(Fault("test.bad", "bad", at: Place(line: record.place.line)))
      } else if batch.position % 3 == 0 {
        batch.drop("third")
      } else {
        try batch.keep(["id": try record.json().required("id"), "at": .integer(batch.position)])
      }
    }
  }
}

@Suite struct RecordPassTests {
  private static func run(
    _ path: String, _ trap: Trap, workers: Int,
    report: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws -> StageCounts {
    let options = RunOptions(seed: 7, workers: workers, maxBad: 0.05)
    return try Runner(
      folder: RunFolder(path: path), pipeline: ["name": "test"], root: .null,
      stages: [Numbers(count: 10_000), Thin(trap: trap)], options: options, report: report
    ).run()[1].counts
  }

  private static func undisturbed() throws -> [String: [UInt8]] {
    let scratch = try Scratch()
    _ = try run(scratch.path, Trap(), workers: 1)
    return try scratch.contents()
  }

  @Test func `Every record is kept, dropped or set aside, in order`() throws {
    let scratch = try Scratch()
    let counts = try Self.run(scratch.path, Trap(), workers: 2)
    #expect(counts.input == 10_000)
    #expect(counts.quarantined == ["test.bad": 10])
    #expect(counts.dropped == ["third": 3334 - 4])
    var kept: [Int] = []
    let file = scratch.path + "/records/thin/question.jsonl.zst"
    var stream = try SeekableZstdReader(file).stream()
    var bytes: [UInt8] = []
    while let piece = try stream.next() { bytes += piece }
    for json in try JSONLines.parse(bytes) { kept.append(try json.int("at")) }
    #expect(kept == (0..<10_000).filter { $0 % 1000 != 999 && $0 % 3 != 0 })
    #expect(counts.output == kept.count)
    let bad = try scratch.contents()["/quarantine/thin.jsonl.zst"]
    #expect(bad != nil)
    #expect(try Files.names(in: scratch.path + "/work/thin").allSatisfy { $0.hasSuffix(".json") })
  }

  @Test func `Progress tells how many pieces wait, never more than may be in memory`() throws {
    let seen = Mutex<[StageProgress.Queues]>([])
    let scratch = try Scratch()
    _ = try Self.run(scratch.path, Trap(), workers: 2) { event in
      guard case .advanced(let progress) = event, let queues = progress.queues else { return }
      seen.withLock { $0.append(queues) }
      guard progress.done != progress.total else { return }
      #expect(progress.text.hasSuffix(", queues \(queues.waiting) in, \(queues.ready) out"))
    }
    let all = seen.withLock { $0 }
    #expect(!all.isEmpty && all.contains { $0.waiting + $0.ready > 0 })
    #expect(all.allSatisfy { $0.waiting >= 0 && $0.ready >= 0 && $0.waiting + $0.ready <= 5 })
  }

  @Test(arguments: [1, 2, 4]) func `Any number of workers leaves the same bytes`(
    workers: Int
  ) throws {
    let scratch = try Scratch()
    _ = try Self.run(scratch.path, Trap(), workers: workers)
    #expect(try scratch.contents() == Self.undisturbed())
  }

  @Test(arguments: [0, 1, 2]) func `A killed pass goes on with the next piece`(
    piece: Int
  ) async throws {
    let scratch = try Scratch()
    let path = scratch.path
    await #expect(processExitsWith: .failure) {
      [path = path as String, piece = piece as Int] in
      _ = try Self.run(path, Trap(at: piece, kills: true), workers: 1)
    }
    let trap = Trap()
    _ = try Self.run(path, trap, workers: 1)
    #expect(trap.count == 3 - piece)
    #expect(try scratch.contents() == Self.undisturbed())
  }
}
