import Foundations
import Testing

@Suite struct `Sorting more than memory holds` {
  private let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"

  /// Entries of 0 to 40 bytes, many of them with a long common beginning, some of them equal.
  private static let entries: [[UInt8]] = {
    var random = CounterRandom(seed: 3)
    return (0..<5000).map { _ in
      (0..<random.below(41)).map { $0 < 9 ? 7 : UInt8(random.below(3) * 127) }
    }
  }()

  private func sorted(_ entries: [[UInt8]], memory: Int) throws -> [[UInt8]] {
    var sort = try ExternalSort(in: folder, memory: memory)
    for entry in entries { try sort.append(entry) }
    #expect(sort.count == entries.count)
    let sorted = try sort.sorted()
    var result: [[UInt8]] = []
    while let entry = try sorted.next() { result.append(entry) }
    return result
  }

  @Test(arguments: [1, 400, 20_000, 1 << 26])
  func `any memory gives the order of the bytes`(memory: Int) throws {
    // With a run for every entry, more than are merged at once.
    let entries = Array(Self.entries.prefix(memory == 1 ? 300 : 5000))
    let expected = entries.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try sorted(entries, memory: memory) == expected)
    #expect(try sorted(entries.reversed(), memory: memory) == expected)
    #expect(!Files.exists(folder))
  }

  @Test func `an entry larger than memory and buffers comes back`() throws {
    let large = [UInt8](repeating: 1, count: 300_000)
    #expect(try sorted([large, [2], [0], large], memory: 100) == [[0], large, large, [2]])
  }

  @Test(arguments: [3, 300]) func `runs of one's own are merged with the rest, and stay`(
    runs: Int
  ) throws {
    let entries = Array(Self.entries.prefix(600))
    let own = folder + "-own"
    try Files.makeFolder(own)
    defer { try? Files.removeTree(own) }
    var sort = try ExternalSort(in: folder, memory: 2000)
    for run in 0..<runs {
      let some = entries.enumerated().filter { $0.offset % (runs + 1) == run }.map(\.element)
      _ = try SortedRun.write(some, to: "\(own)/\(run)")
      sort.append(run: "\(own)/\(run)")
    }
    for (number, entry) in entries.enumerated() where number % (runs + 1) == runs {
      try sort.append(entry)
    }
    let sorted = try sort.sorted()
    var result: [[UInt8]] = []
    while let entry = try sorted.next() { result.append(entry) }
    #expect(result == entries.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(try Files.names(in: own).count == runs)
  }

  @Test func `nothing sorts to nothing`() throws {
    #expect(try sorted([], memory: 100) == [])
  }

  @Test func `what a crash left in the folder is gone`() throws {
    try Files.makeFolder(folder)
    try Files.writeAtomically([1], to: folder + "/run-1")
    #expect(try sorted([[5], [4]], memory: 1) == [[4], [5]])
  }

  @Test func `numbers sort by size`() {
    var bytes: [UInt8] = [9]
    bytes.append(bigEndian: 0x0102_0304_0506_0708)
    #expect(bytes == [9, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(bytes.bigEndian(at: 1) == 0x0102_0304_0506_0708)
  }
}
