/// Sorts more byte strings than memory holds, through sorted runs in a folder.
///
/// Entries are ordered by their bytes as unsigned numbers, a prefix before what it begins; equal
/// ones all stay. So what comes out depends on what was appended alone, not on the memory, the
/// order of appending, or the number of runs. Put the key first, numbers with their most
/// significant byte first (`append(bigEndian:)`), and a position behind it where equal keys must
/// keep their order.
///
/// Nothing is written while the entries fit the memory. The folder is emptied at the start and
/// removed with the last of the sort and its result; a crash leaves it for the next attempt.
package struct ExternalSort: ~Copyable {
  private let folder: WorkFolder
  private let memory: Int
  private var pool = EntryPool()
  private var runs: [String] = []
  private var written = 0
  /// Entries appended so far.
  package private(set) var count = 0

  /// Runs merged at once, so many that a second round comes after 2 GiB, and few enough to be open.
  static let fan = 256

  /// - Parameters:
  ///   - folder: made for this sort alone; whatever is in it is deleted.
  ///   - memory: bytes that entries and buffers may take.
  package init(in folder: String, memory: Int = 8 << 20) throws(Fault) {
    self.folder = try WorkFolder(folder)
    self.memory = memory
  }

  package mutating func append(_ entry: [UInt8]) throws(Fault) {
    pool.append(entry)
    count += 1
    if pool.bytes >= memory { try spill() }
  }

  /// Adds a run that `SortedRun.write` wrote, which stays where it is.
  package mutating func append(run path: String) { runs.append(path) }

  /// All entries in their order.
  package consuming func sorted() throws(Fault) -> SortedEntries {
    pool.sort()
    if runs.isEmpty { return SortedEntries(pool, nil, folder) }
    if !pool.isEmpty { try spill() }
    pool = EntryPool()
    while runs.count > Self.fan {
      let group = Array(runs.prefix(Self.fan))
      runs.removeFirst(Self.fan)
      let path = nextPath()
      var run = try RunWriter(path)
      var merge = try Merge(group, buffer: buffer(group.count))
      while let entry = try merge.next() { try run.write(entry) }
      try run.close()
      for path in group where path.hasPrefix(folder.path + "/") { try Files.remove(path) }
      runs.append(path)
    }
    return SortedEntries(pool, try Merge(runs, buffer: buffer(runs.count)), folder)
  }

  private func buffer(_ runs: Int) -> Int { max(1 << 16, min(1 << 22, memory / runs)) }

  private mutating func nextPath() -> String {
    written += 1
    return "\(folder.path)/run-\(written)"
  }

  private mutating func spill() throws(Fault) {
    pool.sort()
    let path = nextPath()
    var run = try RunWriter(path)
    while let entry = pool.next() { try run.write(entry) }
    try run.close()
    runs.append(path)
    pool.removeAll()
  }
}

/// The entries of a finished sort, one by one.
package final class SortedEntries {
  private var pool: EntryPool
  private var merge: Merge?
  private let folder: WorkFolder

  fileprivate init(_ pool: EntryPool, _ merge: Merge?, _ folder: WorkFolder) {
    self.pool = pool
    self.merge = merge
    self.folder = folder
  }

  /// The next entry, or `nil` at the end.
  package func next() throws(Fault) -> [UInt8]? {
    if merge != nil { return try merge?.next() }
    return pool.next()
  }
}

extension [UInt8] {
  /// Appends eight bytes, the most significant first, which sort like the number.
  package mutating func append(bigEndian value: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  /// The number whose eight bytes begin at `index`.
  package func bigEndian(at index: Int) -> UInt64 {
    precondition(index >= 0 && index + 8 <= count, "no eight bytes begin at \(index) of \(count)")
    return unsafe UInt64(
      bigEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
  }
}

/// A folder that goes with its last owner.
private final class WorkFolder {
  let path: String

  init(_ path: String) throws(Fault) {
    self.path = path
    try Files.removeTree(path)
    try Files.makeFolder(path)
  }

  // What cannot be removed now is emptied by the next sort of that name.
  deinit { try? Files.removeTree(path) }
}
