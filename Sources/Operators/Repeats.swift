package import Foundations

/// Which of many things came before, for more of them than memory holds.
package struct Repeats: ~Copyable {
  private var sort: ExternalSort

  /// - Parameter folder: made for this alone, on a disk with room: 28 bytes for each thing.
  package init(in folder: String) throws(Fault) { sort = try ExternalSort(in: folder) }

  /// Takes the next thing; equal things have equal keys, others have not.
  package mutating func append(_ key: UInt128) throws(Fault) {
    var entry: [UInt8] = []
    entry.reserveCapacity(24)
    entry.append(bigEndian: UInt64(truncatingIfNeeded: key >> 64))
    entry.append(bigEndian: UInt64(truncatingIfNeeded: key))
    entry.append(bigEndian: UInt64(sort.count))
    try sort.append(entry)
  }

  /// Calls `body` with the number of every thing that came before, in any order.
  package consuming func forEachRepeat(_ body: (Int) throws -> Void) throws {
    let sorted = try sort.sorted()
    var last: ArraySlice<UInt8> = []
    while let entry = try sorted.next() {
      if entry[..<16] == last { try body(Int(entry.bigEndian(at: 16))) }
      last = entry[..<16]
    }
  }
}
