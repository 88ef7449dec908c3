package import Foundations
package import Prompting
package import Schemas

/// Monte Carlo tree search for grounded traces (ViGoRL, section 4.1), many trees side by side so that
/// the policy always has a batch.
///
/// A cohort of trees is one unit of work: its result depends on its questions, the seed and the
/// policy, not on other cohorts or workers.
package struct TreeSearch {
  package let settings: SearchSettings
  /// The reward of an answer, 0 to 1.
  package let judge: @Sendable (Question, String) -> Double

  package init(_ settings: SearchSettings, judge: @escaping @Sendable (Question, String) -> Double)
  {
    self.settings = settings
    self.judge = judge
  }

  /// Grows one tree for every walk.
  ///
  /// `random` is the stage's; each question derives its own.
  package func run(
    _ roots: [Walk], _ policy: any Policy, random: CounterRandom
  ) throws -> [SearchTree] {
    let trees = roots.map { SearchTree($0, settings, random: random.child($0.question.id)) }
    while true {
      let growing = trees.filter { !$0.isDone }
      if growing.isEmpty { return trees }
      try round(growing, policy)
    }
  }

  private func round(_ trees: [SearchTree], _ policy: any Policy) throws {
    let leaves = trees.map { $0.select() }
    let kept = try expand(trees, leaves, policy)
    try rollOut(trees, kept, policy)
    for (tree, leaf) in zip(trees, leaves) { tree.endRound(at: leaf) }
  }

  /// Samples children of every leaf; returns the new nodes of every tree.
  private func expand(
    _ trees: [SearchTree], _ leaves: [Int], _ policy: any Policy
  ) throws -> [[Int]] {
    let requests = trees.indices.flatMap { index in
      let tree = trees[index]
      let walk = tree.nodes[leaves[index]].walk
      return (0..<settings.children).map { child in
        walk.request(
          settings.sampling,
          random: tree.random.child("expand").child(tree.rounds).child(child),
          depth: settings.depth)
      }
    }
    let turns = try policy.sample(requests)
    var kept = [[Int]](repeating: [], count: trees.count)
    for index in trees.indices {
      let walk = trees[index].nodes[leaves[index]].walk
      let own = turns[index * settings.children..<(index + 1) * settings.children]
      kept[index] = trees[index].expand(leaves[index], try own.map { try walk.after($0) })
    }
    return kept
  }

  private func rollOut(
    _ trees: [SearchTree], _ kept: [[Int]], _ policy: any Policy
  ) throws {
    var owners: [(tree: Int, node: Int)] = []
    var walks: [Walk] = []
    var randoms: [CounterRandom] = []
    for (index, nodes) in kept.enumerated() {
      for node in nodes {
        // An answer is judged once: its rollouts would all be the same.
        let count = trees[index].nodes[node].isTerminal ? 1 : settings.rollouts
        for rollout in 0..<count {
          owners.append((index, node))
          walks.append(trees[index].nodes[node].walk)
          randoms.append(trees[index].random.child("rollout").child(node).child(rollout))
        }
      }
    }
    let ends = try Walk.finish(
      walks, policy, settings.sampling, randoms: randoms, depth: settings.depth)
    for (owner, end) in zip(owners, ends) {
      let reward = end.answer.map { judge(end.question, $0) } ?? 0
      trees[owner.tree].add(.init(walk: end, reward: reward), to: owner.node)
    }
  }
}
