import Archiving
import Foundations
import Glibc
import JSONText
import Pipelines
import Synchronization
import Testing

@Suite struct RunnerTests {
  /// Runs both stages; returns their summaries.
  @discardableResult
  static func run(
    _ scratch: Scratch, draw: Draw, total: Total, seed: UInt64 = 7, workers: Int = 1,
    maxBad: Double = 0.05, only: String? = nil, root: JSON = .null, stop: StopFlag = StopFlag(),
    report: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws -> [StageSummary] {
    let options = RunOptions(
      seed: seed, workers: workers, maxBad: maxBad, only: only, stop: stop)
    return try Runner(
      folder: RunFolder(path: scratch.path), pipeline: ["name": "test"], root: root,
      stages: [draw, total], options: options, report: report
    ).run()
  }

  static func undisturbed() throws -> [String: [UInt8]] {
    let scratch = try Scratch()
    try run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    return try scratch.contents()
  }

  @Test func `Every unit runs once and the counts add up`() throws {
    let scratch = try Scratch()
    let summaries = try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    let counts = summaries[0].counts
    #expect(counts.input == 50)
    #expect(counts.output == 44)
    #expect(counts.dropped == ["even": 5])
    #expect(counts.quarantined == ["image.corrupt": 1])
    #expect(counts.made == ["numbers": 10])
    #expect(summaries[1].misses == ["the sum is above 0"])
    var stream = try SeekableZstdReader(scratch.path + "/quarantine/draw.jsonl.zst").stream()
    let bad = try #require(try stream.next())
    let line =
      #"{"code":"image.corrupt","message":"cut short","place":{"record":"r3","line":4}}"# + "\n"
    #expect(String(decoding: bad, as: UTF8.self) == line)
    let units = try scratch.contents().keys.filter { $0.hasPrefix("/work/draw/") }
    #expect(units.count == 5)
  }

  @Test(arguments: 0..<10) func `A run stopped at any unit and repeated leaves the same bytes`(
    unit: Int
  ) throws {
    let scratch = try Scratch()
    #expect(throws: Interrupted()) {
      try Self.run(
        scratch, draw: Draw(trap: Trap(at: unit < 5 ? unit : nil)),
        total: Total(trap: Trap(at: unit - 5)))
    }
    let (draw, total) = (Trap(), Trap())
    try Self.run(scratch, draw: Draw(trap: draw), total: Total(trap: total))
    #expect(try scratch.contents() == Self.undisturbed())
    #expect(draw.count + total.count == 10 - unit)
  }

  @Test func `One worker and three leave the same bytes`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()), workers: 3)
    #expect(try scratch.contents() == Self.undisturbed())
  }

  @Test func `Three workers that are interrupted leave the same bytes in the end`() throws {
    let scratch = try Scratch()
    let draw = Draw(trap: Trap(at: 2))
    #expect(throws: Interrupted()) {
      try Self.run(scratch, draw: draw, total: Total(trap: Trap()), workers: 3)
    }
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()), workers: 2)
    #expect(try scratch.contents() == Self.undisturbed())
  }

  @Test func `A finished run does nothing`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    let (draw, total) = (Trap(), Trap())
    let again = try Self.run(scratch, draw: Draw(trap: draw), total: Total(trap: total))
    #expect(draw.count + total.count == 0)
    #expect(again.map(\.wasSkipped) == [true, true])
    #expect(again[1].misses == ["the sum is above 0"])
    #expect(again[0].counts.input == 50)
  }

  @Test func `A changed setting reruns its stage and what follows`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    let last = try Self.run(
      scratch, draw: Draw(trap: Trap()), total: Total(scale: 3, trap: Trap()))
    #expect(last.map(\.wasSkipped) == [true, false])
    let first = try Self.run(
      scratch, draw: Draw(units: 4, trap: Trap()), total: Total(scale: 3, trap: Trap()))
    #expect(first.map(\.wasSkipped) == [false, false])
    #expect(try scratch.contents().keys.filter { $0.hasPrefix("/work/draw/") }.count == 4)
  }

  @Test func `The seed, the root, a version and an input are part of what stages depend on`() throws
  {
    let scratch = try Scratch()
    let input = scratch.path + "/input"
    func skipped(_ seed: UInt64, _ root: JSON, _ version: Int, _ bytes: String) throws -> [Bool] {
      try Files.writeAtomically(Array(bytes.utf8), to: input)
      return try Self.run(
        scratch, draw: Draw(version: version, inputs: [input], trap: Trap()),
        total: Total(trap: Trap()), seed: seed, root: root
      ).map(\.wasSkipped)
    }
    #expect(try skipped(1, 1, 1, "a") == [false, false])
    #expect(try skipped(1, 1, 1, "a") == [true, true])
    #expect(try skipped(2, 1, 1, "a") == [false, false])
    #expect(try skipped(2, 2, 1, "a") == [false, false])
    #expect(try skipped(2, 2, 2, "a") == [false, false])
    #expect(try skipped(2, 2, 2, "b") == [false, false])
    #expect(try skipped(2, 2, 2, "b") == [true, true])
  }

  @Test func `A missing output brings its stage back, units are read again`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    try Files.removeTree(scratch.path + "/datasets")
    let draw = Trap()
    let summaries = try Self.run(scratch, draw: Draw(trap: draw), total: Total(trap: Trap()))
    #expect(summaries.map(\.wasSkipped) == [false, true])
    #expect(draw.count == 0)
    #expect(try scratch.contents() == Self.undisturbed())
  }

  @Test func `A damaged unit is done again`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    try Files.removeTree(scratch.path + "/datasets")
    try Files.writeAtomically([0x7B], to: scratch.path + "/work/draw/unit-000001.json")
    let draw = Trap()
    try Self.run(scratch, draw: Draw(trap: draw), total: Total(trap: Trap()))
    #expect(draw.count == 1)
    #expect(try scratch.contents() == Self.undisturbed())
  }

  @Test func `Only one stage runs when asked, if those before it have finished`() throws {
    let scratch = try Scratch()
    let (draw, total) = (Draw(trap: Trap()), Total(trap: Trap()))
    #expect { try Self.run(scratch, draw: draw, total: total, only: "total") } throws: {
      ($0 as? Fault)?.code == "run.needs"
    }
    #expect(try Self.run(scratch, draw: draw, total: total, only: "draw").count == 1)
    #expect(try Self.run(scratch, draw: draw, total: total, only: "total").count == 2)
    #expect { try Self.run(scratch, draw: draw, total: total, only: "totla") } throws: {
      ($0 as? Fault)?.message == "there is no stage \"totla\"; did you mean \"total\"?"
    }
  }

  @Test func `A rotten input stops the run and leaves its quarantine`() throws {
    let scratch = try Scratch()
    #expect {
      try Self.run(
        scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()), maxBad: 0.01)
    } throws: {
      let fault = $0 as? Fault
      return fault?.code == "run.max-bad"
        && fault?.place.file == scratch.path + "/quarantine/draw.jsonl.zst"
    }
    #expect(try scratch.contents()["/quarantine/draw.jsonl.zst"] != nil)
  }

  @Test func `A finished stage is held to the share of bad records that is allowed now`() throws {
    let scratch = try Scratch()
    try Self.run(scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()))
    let draw = Trap()
    #expect {
      try Self.run(scratch, draw: Draw(trap: draw), total: Total(trap: Trap()), maxBad: 0.01)
    } throws: {
      ($0 as? Fault)?.code == "run.max-bad"
    }
    #expect(draw.count == 0)
  }

  @Test func `The hash of a folder needs no names of UTF-8, and follows no link`() throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/in"
    try Files.makeFolder(folder)
    try Files.writeAtomically([1], to: folder + "/a")
    let plain = try Fingerprint.hash(of: folder)
    #expect(symlink("/", folder + "/link") == 0 && mkfifo(folder + "/pipe", 0o600) == 0)
    let hash = try Fingerprint.hash(of: folder)
    #expect(hash != plain)
    let name = (folder + "/x").utf8CString.dropLast() + [CChar(bitPattern: 0xE9), 0]
    let hashes = try [1, 2].map { (byte: UInt8) in
      let descriptor = unsafe open(Array(name), O_WRONLY | O_CREAT, 0o600)
      defer { close(descriptor) }
      #expect(unsafe write(descriptor, [byte], 1) == 1)
      return try Fingerprint.hash(of: folder)
    }
    #expect(Set(hashes + [hash]).count == 3)
    let fault = #expect(throws: Fault.self) { try Fingerprint.hash(of: folder + "/pipe") }
    #expect(fault?.code == "file.is-special")
  }

  @Test func `A raised stop flag ends the run before its next unit`() throws {
    let scratch = try Scratch()
    let stop = StopFlag()
    let draw = Trap()
    #expect(throws: Interrupted()) {
      try Self.run(
        scratch, draw: Draw(trap: draw), total: Total(trap: Trap()), stop: stop,
        report: { event in
          if case .advanced(let progress) = event, progress.done == 2 { stop.raise() }
        })
    }
    #expect(draw.count == 2)
  }

  @Test func `Progress tells what was read back and the rate of the rest`() throws {
    let scratch = try Scratch()
    #expect(throws: Interrupted()) {
      try Self.run(scratch, draw: Draw(trap: Trap(at: 3)), total: Total(trap: Trap()))
    }
    let seen = Mutex([StageProgress]())
    try Self.run(
      scratch, draw: Draw(trap: Trap()), total: Total(trap: Trap()),
      report: { event in
        if case .advanced(let progress) = event { seen.withLock { $0.append(progress) } }
      })
    let draws = seen.withLock { $0 }.filter { $0.stage == "draw" }
    #expect(draws.map(\.done) == [1, 2, 3, 4, 5])
    #expect(draws.last?.readBack == 3)
    let progress = StageProgress(stage: "draw", done: 30, total: 90, readBack: 10, seconds: 5)
    #expect(progress.text == "draw: 30 of 90 (33 %), 4.0/s, 15 s left")
  }

  @Test func `One folder is held by one run`() throws {
    let scratch = try Scratch()
    let folder = try RunFolder(path: scratch.path)
    #expect { _ = try RunFolder(path: scratch.path) } throws: {
      ($0 as? Fault)?.code == "run.busy"
    }
    _ = folder.path
  }
}
