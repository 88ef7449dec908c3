import Foundations
import JSONText
import Pipelines
import Testing

@Suite struct LedgerTests {
  static func entry(_ unit: Int) -> LedgerEntry {
    var entry = LedgerEntry(stage: "draw", fingerprint: "f", status: .done)
    entry.unit = "unit-\(unit)"
    entry.counts = StageCounts(input: unit, output: unit)
    entry.outputs = [Output(path: "a/b", bytes: 3, sha256: "00")]
    entry.misses = ["gate"]
    entry.value = ["accuracy": 0.5]
    entry.seconds = Seconds(wall: 1.5, cpu: 2.25)
    return entry
  }

  @Test func `Entries are read back as they were written`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/ledger.jsonl"
    let ledger = try Ledger(path: path)
    for unit in 0..<3 { try ledger.append(Self.entry(unit)) }
    #expect(try Ledger(path: path).entries == (0..<3).map(Self.entry))
    #expect(ledger.units(of: "draw", "f").count == 3)
    #expect(ledger.units(of: "draw", "g").isEmpty)
  }

  @Test func `A torn last line is cut off and written anew`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/ledger.jsonl"
    for unit in 0..<2 { try Ledger(path: path).append(Self.entry(unit)) }
    let whole = try Files.read(path)
    let first = try #require(whole.firstIndex(of: 0x0A)) + 1
    for length in [first + 1, first + 40, whole.count - 1] {
      try Files.writeAtomically(Array(whole[..<length]), to: path)
      let ledger = try Ledger(path: path)
      #expect(ledger.entries == [Self.entry(0)])
      try ledger.append(Self.entry(1))
      #expect(try Files.read(path) == whole)
    }
  }

  @Test func `A bad line before the last is a fault with its number`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/ledger.jsonl"
    try Files.writeAtomically(Array("{\"stage\":1}\n{}\n".utf8), to: path)
    #expect { _ = try Ledger(path: path) } throws: { ($0 as? Fault)?.place.line == 1 }
  }

  @Test(arguments: [
    (#""wall_seconds":1.5"#, #""wall_seconds":1e300"#, "ledger.seconds"),
    (#""cpu_seconds":2.25"#, #""cpu_seconds":-1"#, "ledger.seconds"),
    (#""in":2"#, #""in":9223372036854775807"#, "ledger.count"),
    (#""dropped":{}"#, #""dropped":{"a":9223372036854775807,"b":1}"#, "ledger.count"),
    (#""made":{}"#, #""made":{"a":-1}"#, "ledger.count"),
  ])
  func `Numbers that no run reaches are faults`(was: String, is text: String, code: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/ledger.jsonl"
    let line = String(decoding: Self.entry(2).json.bytes(), as: UTF8.self)
    try #require(line.contains(was))
    try Files.writeAtomically(Array("\(line.replacing(was, with: text))\n".utf8), to: path)
    let fault = #expect(throws: Fault.self) { try Ledger(path: path) }
    #expect(fault?.code == code && fault?.place.line == 1)
  }

  @Test func `A lost record breaks the law`() throws {
    var counts = StageCounts(input: 10, output: 7)
    counts.drop("short", 2)
    #expect { try counts.checkLaw(stage: "filter") } throws: {
      ($0 as? Fault)?.code == "counts.law"
    }
    counts.quarantined["image.corrupt"] = 1
    try counts.checkLaw(stage: "filter")
    #expect(try StageCounts(json: counts.json) == counts)
    #expect((counts + counts).dropped == ["short": 4])
  }

  @Test(arguments: [
    (0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (185.0, "3 min 05 s"),
    (8040.0, "2 h 14 min"),
  ])
  func `Durations are short`(seconds: Double, text: String) {
    #expect(Seconds.text(seconds) == text)
  }
}
