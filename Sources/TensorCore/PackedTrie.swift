/// Where the tokens of one or many token tries lie in a packed row order, and which of them each
/// token may see.
///
/// A node is a run of consecutive rows. Parents come before children. A token sees the rows of all
/// ancestors of its node, and of its own node the rows up to itself (causal) or all (full, for the
/// windows of the vision tower). A plain sequence is a trie of one node; a batch is a forest.
package struct PackedTrie: Sendable, Equatable {
  package struct Node: Sendable, Equatable {
    package let start: Int
    package let count: Int
    /// Index of the parent node, or -1.
    package let parent: Int

    package init(start: Int, count: Int, parent: Int) {
      self.start = start
      self.count = count
      self.parent = parent
    }
  }

  package private(set) var nodes: [Node] = []
  package private(set) var rows = 0
  package let causal: Bool

  package init(causal: Bool = true) { self.causal = causal }

  /// A forest of unrelated runs.
  package init(runs: [Int], causal: Bool) {
    self.init(causal: causal)
    for count in runs { append(count: count, parent: -1) }
  }

  /// Adds a node of `count` rows after all others and returns its index.
  @discardableResult
  package mutating func append(count: Int, parent: Int) -> Int {
    precondition(parent < nodes.count && (causal || parent == -1), "bad parent \(parent)")
    nodes.append(Node(start: rows, count: count, parent: parent))
    rows += count
    return nodes.count - 1
  }

  /// A block of query rows and the row ranges that they see; the last range ends with the block
  /// itself when the trie is causal.
  package struct Block {
    package let start: Int
    package let count: Int
    package let ranges: [(start: Int, count: Int)]
    /// Rows visible to the first query row; each further row sees `step` more.
    package let visible: Int
    package let step: Int
    package var columns: Int { ranges.reduce(0) { $0 + $1.count } }
  }

  /// The blocks in row order; long causal nodes are cut so that the masked third is not computed.
  package var blocks: [Block] {
    var result: [Block] = []
    for node in nodes where node.count > 0 {
      var ancestors: [(start: Int, count: Int)] = []
      var above = node.parent
      while above >= 0 {
        ancestors.append((nodes[above].start, nodes[above].count))
        above = nodes[above].parent
      }
      ancestors.reverse()
      let prefix = ancestors.reduce(0) { $0 + $1.count }
      if !causal {
        result.append(
          Block(
            start: node.start, count: node.count, ranges: [(node.start, node.count)],
            visible: node.count, step: 0))
        continue
      }
      var done = 0
      while done < node.count {
        let count = min(128, node.count - done)
        result.append(
          Block(
            start: node.start + done, count: count,
            ranges: ancestors + [(node.start, done + count)], visible: prefix + done + 1, step: 1))
        done += count
      }
    }
    return result
  }
}
