internal import Foundations
internal import JSONText

/// Finds members by path, by the last parts of it and by WebDataset key, from files on disk.
///
/// `members`: a line of JSON for each member. `index`: 24 bytes for each name of one, sorted: XXH64
/// of the name, archive, begin and length of the line; every 128th of them is in memory, about a
/// byte for each member.
final class MemberIndex: Sendable {
  /// What a name is; the same text as a path and as a key are different names.
  enum Name: UInt8, CaseIterable {
    case path
    case key
    case lastPart
    case lastTwoParts
    case lastThreeParts

    /// The longest end of a path that is a name: members of many folders have the same last part.
    static func end(of path: String) -> (kind: Name, name: String) {
      for kind in [Name.lastThreeParts, .lastTwoParts] {
        if let name = MemberIndex.name(kind, of: path) { return (kind, name) }
      }
      return (.lastPart, Files.name(of: path))
    }
  }

  private let members: SharedFile
  private let index: SharedFile
  private let blocks: [(hash: UInt64, archive: UInt32)]

  fileprivate static let entryBytes = 24
  fileprivate static let blockEntries = 128

  fileprivate init(
    _ members: SharedFile, _ index: SharedFile, _ blocks: [(hash: UInt64, archive: UInt32)]
  ) {
    self.members = members
    self.index = index
    self.blocks = blocks
  }

  /// The members of a name in an archive, or in all of them, in their order; no more than `most`,
  /// because thousands of folders can each have a member of that name.
  func entries(
    _ kind: Name, _ name: String, in archive: Int?, most: Int = .max,
    where isMeant: (MemberEntry) -> Bool = { _ in true }
  ) throws(Fault) -> [MemberEntry] {
    let hash = Self.hash(kind, name)
    let low = (hash, UInt32(archive ?? 0))
    let high = (hash, archive.map(UInt32.init) ?? .max)
    var found: [MemberEntry] = []
    var block = max(0, firstBlock(notBefore: low) - 1)
    while block < blocks.count, (blocks[block].hash, blocks[block].archive) <= high {
      let bytes = try index.read(
        block * Self.blockEntries * Self.entryBytes, Self.blockEntries * Self.entryBytes)
      for start in stride(from: 0, to: bytes.count, by: Self.entryBytes) {
        let (second, third) = (bytes.bigEndian(at: start + 8), bytes.bigEndian(at: start + 16))
        let key = (bytes.bigEndian(at: start), UInt32(truncatingIfNeeded: second >> 32))
        guard key >= low, key <= high else { continue }
        let line = try members.read(
          Int(second & 0xFFFF_FFFF) << 32 | Int(third >> 32), Int(third & 0xFFFF_FFFF))
        let entry = try MemberEntry(json: JSON.parse(line))
        if Self.name(kind, of: entry.path) == name, isMeant(entry) { found.append(entry) }
        if found.count >= most { return found }
      }
      block += 1
    }
    return found
  }

  private func firstBlock(notBefore key: (UInt64, UInt32)) -> Int {
    var range = 0..<blocks.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if (blocks[middle].hash, blocks[middle].archive) < key {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }

  fileprivate static func name(_ kind: Name, of path: String) -> String? {
    switch kind {
    case .path: path
    case .key: AnnotationPath.key(of: path)?.key
    case .lastPart: Files.name(of: path)
    case .lastTwoParts: last(2, of: path)
    case .lastThreeParts: last(3, of: path)
    }
  }

  private static func last(_ count: Int, of path: String) -> String? {
    let parts = path.split(separator: "/")
    return parts.count < count ? nil : parts.suffix(count).joined(separator: "/")
  }

  fileprivate static func hash(_ kind: Name, _ name: String) -> UInt64 {
    let bytes = [kind.rawValue] + name.utf8
    return XXHash64.of(bytes.span)
  }
}

/// Takes the members in their order and makes the index of them.
struct MemberIndexWriter: ~Copyable {
  private var members: OutputFile
  private var sort: ExternalSort
  private let folder: String

  /// - Parameter folder: for `members.spool` and `index.spool`, made anew.
  init(in folder: String) throws(Fault) {
    let members = try OutputFile(folder + "/members.spool")
    let sort = try ExternalSort(in: folder + "/index-sort", memory: 2 << 20)
    self.folder = folder
    self.members = members
    self.sort = sort
  }

  mutating func append(_ entry: MemberEntry, line: [UInt8]) throws(Fault) {
    for kind in MemberIndex.Name.allCases {
      guard let name = MemberIndex.name(kind, of: entry.path) else { continue }
      var record: [UInt8] = []
      record.reserveCapacity(MemberIndex.entryBytes)
      record.append(bigEndian: MemberIndex.hash(kind, name))
      let start = UInt64(members.count)
      record.append(bigEndian: UInt64(entry.archive) << 32 | start >> 32)
      record.append(bigEndian: start << 32 | UInt64(line.count))
      try sort.append(record)
    }
    try members.write(line + [0x0A])
  }

  consuming func finish() throws(Fault) -> MemberIndex {
    _ = try members.commit()
    let sorted = try sort.sorted()
    var index = try OutputFile(folder + "/index.spool")
    var blocks: [(hash: UInt64, archive: UInt32)] = []
    var count = 0
    while let entry = try sorted.next() {
      if count % MemberIndex.blockEntries == 0 {
        let archive = UInt32(truncatingIfNeeded: entry.bigEndian(at: 8) >> 32)
        blocks.append((entry.bigEndian(at: 0), archive))
      }
      try index.write(entry)
      count += 1
    }
    _ = try index.commit()
    return MemberIndex(
      try SharedFile(folder + "/members.spool"), try SharedFile(folder + "/index.spool"), blocks)
  }
}

/// A file that several threads read.
final class SharedFile: Sendable {
  private let file: InputFile

  init(_ path: String) throws(Fault) { file = try InputFile(path) }

  func read(_ start: Int, _ count: Int) throws(Fault) -> [UInt8] {
    try file.read(start..<min(start + count, max(start, file.count)))
  }
}
