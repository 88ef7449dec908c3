package import Foundations

/// Texts that are nearly the same, for more of them than memory holds.
///
/// For every text a key for each band and the hashes of its shingles go to disk (in all about 170
/// bytes and 4 for every word); memory holds 12 bytes for each. Texts that share a key are compared
/// by the exact Jaccard similarity of their shingles, and joined where it is reached. Groups do not
/// depend on the number of workers.
package final class TextIndex {
  /// One for every band, and the last for short texts.
  private let runs: [KeyRuns]
  private let contents: ScratchFile
  /// Where the content of every text begins, in numbers, and where the last one ends.
  private var starts: [Int] = [0]
  /// What is still to be written of the contents.
  private var waiting: [UInt32] = []
  private var written = 0

  private static let waitingRoom = 1 << 18

  /// - Parameters:
  ///   - folder: on a disk with room.
  ///   - room: texts whose keys are sorted in memory.
  package init(in folder: String, room: Int = 1 << 16) throws(Fault) {
    contents = try ScratchFile(in: folder)
    var runs: [KeyRuns] = []
    for _ in 0...MinHash.bands { runs.append(try KeyRuns(in: folder, room: room)) }
    self.runs = runs
  }

  package var count: Int { starts.count - 1 }

  /// Takes the next text.
  package func append(_ sketch: TextSketch) throws(Fault) {
    let number = UInt32(count)
    if sketch.isShort {
      try runs[MinHash.bands].append(sketch.keys[0], number)
    } else {
      for (band, key) in sketch.keys.enumerated() { try runs[band].append(key, number) }
    }
    waiting += sketch.content
    starts.append(written + waiting.count)
    if waiting.count >= Self.waitingRoom { try flush() }
  }

  private func flush() throws(Fault) {
    try contents.write(waiting, at: written * 4)
    written += waiting.count
    waiting.removeAll(keepingCapacity: true)
  }

  /// The groups of texts that are joined by near pairs; no text may be added any more.
  ///
  /// - Parameter similarity: the least Jaccard similarity of a near pair.
  package func groups(similarity: Double, workers: Int) throws -> UnionFind {
    try flush()
    let groups = UnionFind(count: count)
    var bands: [SortedKeys] = []
    for run in runs { bands.append(try run.sorted()) }
    let texts = StoredTexts(file: contents, starts: starts)
    _ = try Lanes.map(bands.count, workers: workers) { [bands] band in
      try bands[band].forEachGroup { group in
        try Self.pairs(of: group) { left, right in
          // A pair that is joined already needs no comparison.
          if groups.areJoined(left, right) { return }
          let isNear = TextSketch.areNear(
            try texts.content(left), try texts.content(right), areShort: band == MinHash.bands,
            similarity: similarity)
          if isNear { groups.join(left, right) }
        }
      }
    }
    return groups
  }

  /// For the first text of every group the one that has the most words, the first of equals.
  package func longest(of groups: UnionFind) -> [UInt32] {
    var longest = (0..<UInt32(count)).map { $0 }
    func length(_ text: Int) -> Int { starts[text + 1] - starts[text] }
    for text in 0..<count {
      let first = groups.root(of: text)
      if length(text) > length(Int(longest[first])) { longest[first] = UInt32(text) }
    }
    return longest
  }

  /// Larger groups give each member's pairs with the first and with the one before, so that a
  /// million copies of a page are two million pairs.
  private static let allPairs = 16

  private static func pairs(of group: [UInt32], _ body: (Int, Int) throws -> Void) rethrows {
    for place in 1..<group.count {
      let others = group.count <= allPairs ? Array(0..<place) : place == 1 ? [0] : [0, place - 1]
      for other in others { try body(Int(group[other]), Int(group[place])) }
    }
  }
}

/// The contents of texts on disk.
private struct StoredTexts: Sendable {
  let file: ScratchFile
  let starts: [Int]

  func content(_ number: Int) throws(Fault) -> [UInt32] {
    try file.read(starts[number + 1] - starts[number], at: starts[number] * 4)
  }
}
