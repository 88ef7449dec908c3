package import Foundations
internal import Glibc
package import Schemas

/// The tree of one question while it grows.
///
/// Nodes are a flat list, parents before children.
package final class SearchTree {
  package struct Node {
    package let parent: Int
    package let walk: Walk
    /// Rounds that went through this node, and the mean of what they earned.
    package fileprivate(set) var visits = 0
    package fileprivate(set) var value = 0.0
    package fileprivate(set) var children: [Int] = []
    package fileprivate(set) var isExpanded = false
    package fileprivate(set) var rollouts: [Rollout] = []
    /// Nothing new can come from here: an answer, or a node all of whose children are dead.
    package fileprivate(set) var isDead = false

    package var isTerminal: Bool { walk.end != nil }
  }

  package struct Rollout {
    package let walk: Walk
    package let reward: Double
  }

  package private(set) var nodes: [Node]
  package private(set) var rounds = 0
  /// Children thrown away, by reason.
  package private(set) var dropped: [String: Int] = [:]
  /// The round in which a right leaf was first found.
  package private(set) var success: Int?
  package let random: CounterRandom
  let settings: SearchSettings

  package init(_ root: Walk, _ settings: SearchSettings, random: CounterRandom) {
    nodes = [Node(parent: -1, walk: root)]
    self.settings = settings
    self.random = random
  }

  package var question: Question { nodes[0].walk.question }

  package var isDone: Bool {
    if rounds >= settings.simulations || nodes[0].isDead { return true }
    guard let success, let extra = settings.stopAfterSuccess else { return false }
    return rounds >= success + extra
  }

  /// The node to work on: from the root along the best child that is not dead, to one without
  /// children.
  ///
  /// Score Q + c sqrt(ln(N + 1) / (n + 1)) as in the released code, the first of equals. Every child
  /// has visits, from its rollouts.
  package func select() -> Int {
    var node = 0
    while nodes[node].isExpanded {
      let open = nodes[node].children.filter { !nodes[$0].isDead }
      let spread = settings.exploration
      let size = Double(nodes[node].visits)
      func score(_ child: Int) -> Double {
        nodes[child].value + spread * (log(size + 1) / Double(nodes[child].visits + 1)).squareRoot()
      }
      guard let best = open.max(by: { score($0) < score($1) }) else { return node }
      node = best
    }
    return node
  }

  /// Adds what expanding `node` gave: children worth keeping become nodes and are returned.
  package func expand(_ node: Int, _ walks: [Walk]) -> [Int] {
    nodes[node].isExpanded = true
    for walk in walks {
      if let reason = refusal(of: walk) {
        dropped[reason, default: 0] += 1
      } else {
        nodes.append(Node(parent: node, walk: walk))
        nodes[node].children.append(nodes.count - 1)
      }
    }
    return nodes[node].children
  }

  private func refusal(of walk: Walk) -> String? {
    if case .failed(let reason) = walk.end { return reason }
    if walk.end == nil && walk.lastLookNovelty < settings.noveltyRadius {
      return "a look where the path has looked before"
    }
    return nil
  }

  /// Books a finished rollout of `node`.
  package func add(_ rollout: Rollout, to node: Int) {
    nodes[node].rollouts.append(rollout)
    backUp(rollout.reward, from: node)
  }

  /// Adds a visit and a reward to every node from `node` to the root.
  package func backUp(_ reward: Double, from node: Int) {
    var at = node
    while at >= 0 {
      nodes[at].visits += 1
      nodes[at].value += (reward - nodes[at].value) / Double(nodes[at].visits)
      at = nodes[at].parent
    }
    if reward >= 1 && success == nil { success = rounds }
  }

  /// Closes a round that expanded `node`.
  ///
  /// What an answer earns is known once it was judged, so no round is spent on it again; the released
  /// code goes on visiting answers. A node whose children were all thrown away has earned nothing.
  package func endRound(at node: Int) {
    rounds += 1
    guard nodes[node].isExpanded else { return }
    if nodes[node].children.isEmpty { backUp(0, from: node) }
    for child in nodes[node].children where nodes[child].isTerminal { nodes[child].isDead = true }
    if nodes[node].children.allSatisfy({ nodes[$0].isDead }) { kill(node) }
  }

  private func kill(_ node: Int) {
    var at = node
    while at >= 0 {
      nodes[at].isDead = true
      at = nodes[at].parent
      if at >= 0 && nodes[at].children.contains(where: { !nodes[$0].isDead }) { return }
    }
  }

  /// The share of right rollouts found anywhere: whether some leaf is right.
  package var hasRightLeaf: Bool { success != nil }
}
