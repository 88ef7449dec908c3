package import Foundations

/// Numbers under 64-bit keys, given in any order of keys and read back in ascending order of them;
/// equal keys in the order in which they were given.
///
/// Memory holds one run; full runs are sorted and go to disk, 12 bytes for each number.
package final class KeyRuns {
  private let file: ScratchFile
  private let room: Int
  private var keys: [UInt64] = []
  private var numbers: [UInt32] = []
  /// Where runs begin, and how many numbers they hold.
  private var runs: [(byte: Int, count: Int)] = []
  private var bytes = 0

  /// - Parameters:
  ///   - folder: on the disk that takes the runs.
  ///   - room: numbers of a run, of which memory holds one.
  package init(in folder: String, room: Int = 1 << 16) throws(Fault) {
    precondition(room > 0, "a run needs room")
    file = try ScratchFile(in: folder)
    self.room = room
  }

  package func append(_ key: UInt64, _ number: UInt32) throws(Fault) {
    keys.append(key)
    numbers.append(number)
    if keys.count == room { try spill() }
  }

  private func spill() throws(Fault) {
    RadixSort.sort(&keys, &numbers)
    try file.write(keys, at: bytes)
    try file.write(numbers, at: bytes + keys.count * 8)
    runs.append((bytes, keys.count))
    bytes += keys.count * 12
    keys.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
  }

  /// All numbers in the order of their keys; none may be added any more.
  package func sorted() throws(Fault) -> SortedKeys {
    if !keys.isEmpty { try spill() }
    return SortedKeys(file: file, runs: runs.map { SortedKeys.Run(byte: $0.byte, count: $0.count) })
  }
}

/// What `KeyRuns` took, in the order of keys.
package struct SortedKeys: Sendable {
  fileprivate struct Run: Sendable {
    let byte: Int
    let count: Int
  }

  private let file: ScratchFile
  private let runs: [Run]

  fileprivate init(file: ScratchFile, runs: [Run]) {
    self.file = file
    self.runs = runs
  }

  /// Gives all numbers of every key that has several, in the order in which they came.
  package func forEachGroup(_ body: ([UInt32]) throws -> Void) throws {
    var heads: [Head] = []
    for run in runs { heads.append(try Head(file, byte: run.byte, count: run.count)) }
    var heap = BinaryHeap(heads.indices.map { Place(key: heads[$0].key, run: $0) })
    var (key, group): (UInt64, [UInt32]) = (0, [])
    while let first = heap.top {
      if first.key != key {
        if group.count > 1 { try body(group) }
        group.removeAll(keepingCapacity: true)
        key = first.key
      }
      group.append(heads[first.run].number)
      if try heads[first.run].advance() {
        heap.replaceTop(by: Place(key: heads[first.run].key, run: first.run))
      } else {
        _ = heap.pop()
      }
    }
    if group.count > 1 { try body(group) }
  }

  /// Where a run stands; of equal keys the earliest run comes first.
  private struct Place: Comparable {
    let key: UInt64
    let run: Int

    static func < (left: Place, right: Place) -> Bool {
      (left.key, left.run) < (right.key, right.run)
    }
  }

  /// The next number of a run.
  private struct Head {
    private let file: ScratchFile
    private let byte: Int
    private let count: Int
    private var read = 0
    private var keys: [UInt64] = []
    private var numbers: [UInt32] = []
    private var place = 0

    private static let piece = 4096

    /// - Parameter count: at least 1.
    init(_ file: ScratchFile, byte: Int, count: Int) throws(Fault) {
      (self.file, self.byte, self.count) = (file, byte, count)
      try fill()
    }

    var key: UInt64 { keys[place] }
    var number: UInt32 { numbers[place] }

    /// Whether there is a next number.
    mutating func advance() throws(Fault) -> Bool {
      place += 1
      if place < keys.count { return true }
      if read == count { return false }
      try fill()
      return true
    }

    private mutating func fill() throws(Fault) {
      let step = min(Self.piece, count - read)
      keys = try file.read(step, at: byte + read * 8)
      numbers = try file.read(step, at: byte + count * 8 + read * 4)
      read += step
      place = 0
    }
  }
}

/// Sorting numbers by 64-bit keys, byte by byte from the lowest.
enum RadixSort {
  /// Stable.
  static func sort(_ keys: inout [UInt64], _ numbers: inout [UInt32]) {
    var counts = [Int](repeating: 0, count: 8 * 256)
    for key in keys {
      for digit in 0..<8 { counts[digit * 256 + Int(key >> UInt64(8 * digit) & 255)] += 1 }
    }
    var otherKeys = keys
    var otherNumbers = numbers
    for digit in 0..<8 {
      let own = counts[digit * 256..<(digit + 1) * 256]
      if own.contains(keys.count) { continue }
      var places: [Int] = []
      var sum = 0
      for count in own {
        places.append(sum)
        sum += count
      }
      for index in keys.indices {
        let value = Int(keys[index] >> UInt64(8 * digit) & 255)
        otherKeys[places[value]] = keys[index]
        otherNumbers[places[value]] = numbers[index]
        places[value] += 1
      }
      swap(&keys, &otherKeys)
      swap(&numbers, &otherNumbers)
    }
  }
}
