package import Foundations
internal import JSONText

/// Chooses records by group, those with the least order first, in bounded memory.
package struct Selection: ~Copyable {
  private var sort: ExternalSort
  private let folder: String
  private let memory: Int

  /// - Parameters:
  ///   - folder: for sorted runs; whatever is in it is deleted.
  ///   - memory: bytes for sorting.
  package init(in folder: String, memory: Int = 8 << 20) throws(Fault) {
    self.folder = folder
    self.memory = memory
    sort = try ExternalSort(in: folder + "/groups", memory: memory)
  }

  /// Adds the record at a position of the input; of equal orders the earlier record comes first.
  package mutating func add(group: String, order: UInt64, position: Int) throws(Fault) {
    // JSON has no zero byte, so that groups do not mix.
    var entry = JSON.string(group).bytes()
    entry.append(0)
    entry.append(bigEndian: order)
    entry.append(bigEndian: UInt64(position))
    try sort.append(entry)
  }

  /// The positions of the first `quota` records of every group, ascending.
  ///
  /// Asks for the quota of a group once, in the order of the groups' bytes.
  package consuming func chosen(_ quota: (String) throws(Fault) -> Int) throws(Fault)
    -> ChosenPositions
  {
    var positions = try ExternalSort(in: folder + "/positions", memory: memory)
    let entries = try sort.sorted()
    var group: ArraySlice<UInt8> = []
    var left = 0
    while let entry = try entries.next() {
      let name = entry.dropLast(17)
      if name != group {
        group = name
        left = try quota(JSON.parse(Array(name)).asString)
      }
      if left > 0 { try positions.append(Array(entry.suffix(8))) }
      left -= 1
    }
    return try ChosenPositions(positions.sorted())
  }
}

/// Positions of records, ascending.
package final class ChosenPositions {
  private let entries: SortedEntries
  private var current: Int?

  init(_ entries: SortedEntries) throws(Fault) {
    self.entries = entries
    try advance()
  }

  /// Whether the record at `position` was chosen; to be asked with ascending positions.
  package func contains(_ position: Int) throws(Fault) -> Bool {
    while let next = current, next < position { try advance() }
    return current == position
  }

  private func advance() throws(Fault) {
    current = try entries.next().map { Int($0.bigEndian(at: 0)) }
  }
}

/// A place in a random order that a record has by its id alone, whatever else is there.
package struct RandomOrder: Sendable {
  private let key: UInt64

  package init(_ random: CounterRandom) {
    var random = random
    key = random.next()
  }

  package func of(_ id: String) -> UInt64 { StableHash.mix(StableHash.of(id) ^ key) }
}
