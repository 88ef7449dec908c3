import Foundations
import Glibc
import Synchronization
import Testing

@Suite struct LanesStreamTests {
  @Test(arguments: [1, 2, 4]) func `Results come in the order of the pieces, and few are in flight`(
    workers: Int
  ) throws {
    var pulled = 0
    var results: [Int] = []
    try Lanes.stream(workers: workers) {
      if pulled == 500 { return nil as Int? }
      #expect(pulled - results.count <= 2 * workers)
      defer { pulled += 1 }
      return pulled
    } work: {
      $0 * $0
    } deliver: {
      results.append($0)
    }
    #expect(results == (0..<500).map { $0 * $0 })
  }

  @Test(arguments: [1, 2, 4]) func `An error of a piece comes after the results before it`(
    workers: Int
  ) {
    var next = 0
    var results: [Int] = []
    #expect(throws: Fault("test.four", "four")) {
      try Lanes.stream(workers: workers) {
        defer { next += 1 }
        return next as Int?
      } work: {
        if $0 == 4 { throw Fault("test.four", "four") }
        return $0
      } deliver: {
        results.append($0)
      }
    }
    #expect(results == [0, 1, 2, 3])
  }

  @Test(arguments: [1, 2, 4]) func `What was pulled before an error of the source is delivered`(
    workers: Int
  ) {
    var next = 0
    var results: [Int] = []
    #expect(throws: Fault("test.end", "cut short")) {
      try Lanes.stream(workers: workers) {
        if next == 7 { throw Fault("test.end", "cut short") }
        defer { next += 1 }
        return next as Int?
      } work: {
        $0
      } deliver: {
        results.append($0)
      }
    }
    #expect(results == Array(0..<7))
  }

  @Test(arguments: [1, 3]) func `An error of the taker ends the stream`(workers: Int) {
    var next = 0
    #expect(throws: Fault("test.full", "full")) {
      try Lanes.stream(workers: workers) {
        defer { next += 1 }
        return next as Int?
      } work: {
        $0
      } deliver: {
        if $0 == 3 { throw Fault("test.full", "full") }
      }
    }
    #expect(next <= 3 + 2 * workers + 1)
  }

  @Test func `An empty source delivers nothing`() throws {
    try Lanes.stream(workers: 2) {
      nil as Int?
    } work: {
      $0
    } deliver: { _ in
      Issue.record("nothing was pulled")
    }
  }

  @Test func `What was freed between blocks in use goes back to the system meanwhile`() throws {
    let blockBytes = 60_000
    let blocks = (0..<800).map { _ in
      let block = UnsafeMutableRawPointer.allocate(byteCount: blockBytes, alignment: 16)
      block.initializeMemory(as: UInt8.self, repeating: 1, count: blockBytes)
      return block
    }
    var freed: [UnsafeMutableRawPointer] = []
    for (index, block) in blocks.enumerated() where index % 50 != 0 {
      freed.append(block)
      block.deallocate()
    }
    let held = Self.pagesHeld(in: freed, blockBytes)
    var pulled = 0
    try Lanes.stream(workers: 2) {
      usleep(100_000)
      pulled += 1
      return pulled <= 8 ? pulled : nil
    } work: { (piece: Int) in
      piece
    } deliver: { _ in
    }
    // Tests beside this one may have taken some of it.
    #expect(Self.pagesHeld(in: freed, blockBytes) < held / 2, "of \(held)")
    for index in stride(from: 0, to: blocks.count, by: 50) { blocks[index].deallocate() }
  }

  /// How many whole pages of the blocks are in memory.
  private static func pagesHeld(in blocks: [UnsafeMutableRawPointer], _ bytes: Int) -> Int {
    let page = sysconf(Int32(_SC_PAGESIZE))
    return blocks.reduce(0) { count, block in
      let start = block.alignedUp(toMultipleOf: page)
      var flags = [UInt8](repeating: 0, count: (bytes - (start - block)) / page)
      // A page that is not even mapped any more is an error, and not held.
      guard mincore(start, flags.count * page, &flags) == 0 else { return count }
      return count + flags.count { $0 & 1 != 0 }
    }
  }
}
