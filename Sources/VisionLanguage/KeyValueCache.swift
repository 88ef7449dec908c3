package import TensorCore

/// Keys and values of a token trie: every run of tokens once, shared by all that continues it.
///
/// One owner at a time; nodes are only added. A node is filled either at once (a prompt, an
/// observation) or token by token while it is sampled.
package final class KeyValueCache {
  struct Node {
    let parent: Int
    /// Per layer [capacity, 2 kvWidth]: keys, then values.
    var layers: [Tensor] = []
    var count = 0
    var capacity = 0
    /// The position of the token that comes after this node.
    var next: Int
    /// Final hidden state of the last token, [1, width]; nil for an empty node.
    var last: Tensor?
  }

  private(set) var nodes: [Node] = []
  private let configuration: Configuration.Text

  package init(_ configuration: Configuration.Text) { self.configuration = configuration }

  /// Adds an empty node below `parent` (-1: a root) and returns its index.
  package func add(parent: Int) -> Int {
    nodes.append(Node(parent: parent, next: parent < 0 ? 0 : nodes[parent].next))
    nodes[nodes.count - 1].last = parent < 0 ? nil : nodes[parent].last
    return nodes.count - 1
  }

  /// The final hidden state after the node's last token.
  package func lastState(of node: Int) -> Tensor? { nodes[node].last }

  /// Tokens held, over all nodes.
  package var tokens: Int { nodes.reduce(0) { $0 + $1.count } }

  var rowWidth: Int { 2 * configuration.kvHeads * configuration.headDimension }

  func reserve(_ more: Int, in node: Int) {
    let needed = nodes[node].count + more
    if needed <= nodes[node].capacity { return }
    let capacity = max(needed, 2 * nodes[node].capacity)
    nodes[node].layers = (0..<configuration.layers).map { layer in
      let grown = Tensor(uninitialized: capacity, rowWidth)
      if nodes[node].count > 0 {
        let old = nodes[node].layers[layer]
        grown.pointer.update(from: old.pointer, count: nodes[node].count * rowWidth)
      }
      return grown
    }
    nodes[node].capacity = capacity
  }

  func advance(_ node: Int, by count: Int, next: Int, last: Tensor) {
    nodes[node].count += count
    nodes[node].next = next
    nodes[node].last = last
  }

  /// Key and value rows that a token of `node` sees besides those of its own run.
  func ancestors(of node: Int) -> [Int] {
    var path: [Int] = []
    var above = nodes[node].parent
    while above >= 0 {
      if nodes[above].count > 0 { path.append(above) }
      above = nodes[above].parent
    }
    return path.reversed()
  }
}

/// Tokens to add to a cache node.
package struct CacheRun {
  package let cache: KeyValueCache
  package let node: Int
  package let ids: [Int32]
  package let pictures: [(grid: PatchGrid, features: Tensor)]

  package init(
    _ cache: KeyValueCache, _ node: Int, _ ids: [Int32],
    pictures: [(grid: PatchGrid, features: Tensor)] = []
  ) {
    self.cache = cache
    self.node = node
    self.ids = ids
    self.pictures = pictures
  }
}
