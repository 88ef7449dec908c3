internal import CKernels
internal import Foundations

/// Binary codes of equal length, to be joined where they differ in few bits.
///
/// Multi-index hashing (Norouzi, Punjani, Fleet 2012): of m bands of 16 bits, two codes within
/// distance r differ in at most r / m bits in some band. Per band the codes lie sorted by its value,
/// so that all codes whose values differ by one mask are neighbours in memory. Beyond 3 bits in a
/// band (the masks would be thousands) all pairs are compared. Memory: twice the codes, and 14 bytes
/// for each.
package struct NearCodes: Sendable {
  /// Code by code.
  private let codes: [UInt64]
  /// 64-bit words of a code.
  private let words: Int

  /// - Parameters:
  ///   - codes: all words of all codes, code by code; best without repetitions, because a code that
  ///     is there n times is compared n² / 2 times.
  package init(_ codes: [UInt64], words: Int) {
    precondition(words > 0 && codes.count % words == 0, "\(codes.count) words are no codes")
    self.codes = codes
    self.words = words
  }

  package var count: Int { codes.count / words }

  /// Calls `body` with every pair of codes that differ in at most `distance` bits, on several
  /// threads, in any order, and with a pair once or more.
  package func forEachPair(
    within distance: Int, workers: Int, _ body: @Sendable (Int, Int) -> Void
  ) throws {
    let bands = 4 * words
    let radius = distance / bands
    guard radius <= 3 else {
      let all = Band(codes, words) { _ in 0 }
      return try all.forEachPair([0], distance, workers, body)
    }
    let masks = (0...UInt16.max).filter { $0.nonzeroBitCount <= radius }
    for number in 0..<bands {
      let band = Band(codes, words) { code in
        UInt16(truncatingIfNeeded: codes[code * words + number / 4] >> UInt64(number % 4 * 16))
      }
      try band.forEachPair(masks, distance, workers, body)
    }
  }

  /// The codes in the order of their values in one band.
  private struct Band: Sendable {
    let words: Int
    var codes: [UInt64] = []
    var values: [UInt16] = []
    /// The number of each code.
    var order: [UInt32] = []
    /// Where each value begins.
    var starts: [UInt32]

    init(_ all: [UInt64], _ words: Int, value: (Int) -> UInt16) {
      self.words = words
      let count = all.count / words
      starts = Array(repeating: 0, count: 65537)
      for code in 0..<count { starts[Int(value(code)) + 1] += 1 }
      for value in 0..<65536 { starts[value + 1] += starts[value] }
      var next = starts
      order = Array(repeating: 0, count: count)
      for code in 0..<count {
        let value = Int(value(code))
        order[Int(next[value])] = UInt32(code)
        next[value] += 1
      }
      codes.reserveCapacity(all.count)
      values.reserveCapacity(count)
      for code in order {
        values.append(value(Int(code)))
        for word in 0..<words { codes.append(all[Int(code) * words + word]) }
      }
    }

    private static let piece = 2048
    private static let room = 1024

    func forEachPair(
      _ masks: [UInt16], _ distance: Int, _ workers: Int, _ body: @Sendable (Int, Int) -> Void
    ) throws {
      let pieces = (order.count + Self.piece - 1) / Self.piece
      _ = try Lanes.map(pieces, workers: workers) { piece in
        var pairs = [UInt32](repeating: 0, count: 2 * Self.room)
        let end = min((piece + 1) * Self.piece, order.count)
        var cursor = ck_near_cursor(item: Int64(piece * Self.piece), mask: 0, place: -1)
        var found = Self.room
        while found == Self.room {
          found = Int(
            unsafe ck_near_pairs(
              codes, Int64(words), values, starts, masks, Int64(masks.count), Int64(distance),
              Int64(end), &cursor, &pairs, Int64(Self.room)))
          for pair in 0..<found {
            body(Int(order[Int(pairs[2 * pair])]), Int(order[Int(pairs[2 * pair + 1])]))
          }
        }
      }
    }
  }
}
