package import Schemas

/// All that was said about one question, as a token trie of segments: what several continuations
/// share is there once.
///
/// One owner at a time. Nodes are only added, parents before children.
package final class Dialogue {
  package struct Node {
    package let parent: Int?
    package var segment: Segment
  }

  package private(set) var nodes: [Node] = []
  /// The files of the pictures that segments refer to, by SHA-256.
  package let pictures: [String: [UInt8]]
  /// Where a policy keeps what it has computed about the nodes.
  package var cache: AnyObject?

  package init(pictures: [String: [UInt8]]) { self.pictures = pictures }

  /// Adds a segment after `parent` (nil: at the root) and returns its index.
  package func append(_ segment: Segment, after parent: Int?) -> Int {
    precondition(parent.map { $0 < nodes.count } ?? true, "no node \(parent ?? -1)")
    nodes.append(Node(parent: parent, segment: segment))
    return nodes.count - 1
  }

  /// Fills in the ids of a node, once a policy has coded its text.
  package func setIDs(_ ids: [Int], of node: Int) { nodes[node].segment.ids = ids }

  /// The nodes from the root to `node`.
  package func path(to node: Int) -> [Int] {
    var path = [node]
    while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
    return path.reversed()
  }

  package func segments(to node: Int) -> [Segment] { path(to: node).map { nodes[$0].segment } }
}
