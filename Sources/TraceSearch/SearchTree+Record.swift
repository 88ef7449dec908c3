package import Geometry
internal import JSONText
internal import Prompting
package import Schemas

extension SearchTree {
  /// The tree as a record: segments of every node and rollout, counts and values.
  package func record(_ provenance: Provenance) -> TreeRecord {
    TreeRecord(
      question: question, nodes: nodes.map { treeNode($0) },
      settings: Settings(settings.json), provenance: provenance)
  }

  private func treeNode(_ node: Node) -> TreeNode {
    let above = node.parent < 0 ? nil : nodes[node.parent].walk
    let start = above.map(length) ?? 0
    let looked = node.walk.looks.count > above?.looks.count ?? 0
    return TreeNode(
      parent: node.parent, segments: Array(node.walk.segments.dropFirst(start)),
      point: looked ? node.walk.originalLooks.last : nil, isTerminal: node.isTerminal,
      answer: node.walk.answer,
      visits: node.visits, value: node.value,
      rollouts: node.rollouts.map { rollout in
        TreeRollout(
          segments: Array(rollout.walk.segments.dropFirst(length(of: node.walk))),
          answer: rollout.walk.answer, reward: rollout.reward,
          steps: rollout.walk.turns - node.walk.turns,
          samePoints: rollout.walk.repeatedLooks(within: settings.noveltyRadius))
      })
  }

  private func length(of walk: Walk) -> Int { walk.dialogue.path(to: walk.node).count }
}

extension Walk {
  /// Everything said, from the prompt on.
  package var segments: [Segment] { dialogue.segments(to: node) }

  /// The looks in pixels of the original picture.
  package var originalLooks: [Point] {
    guard let frame = try? domain.frame(of: question.images[0].size) else { return [] }
    return looks.map(frame.toOriginal)
  }

  /// Looks that lie within `radius` pixels of the view of an earlier one.
  package func repeatedLooks(within radius: Double) -> Int {
    looks.indices.count { index in
      looks[..<index].contains { $0.distance(to: looks[index]) < radius }
    }
  }
}
