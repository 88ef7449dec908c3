package import Foundations
package import Schemas
package import Tokenizing
package import VisionLanguage

/// Turns segments of chains and rollouts into token trees.
///
/// The vision tower is frozen wherever these are trained, so pictures come as features.
package struct ChainTree: Sendable {
  package let tokenizer: Tokenizer
  package let features: PictureFeatures

  package init(_ tokenizer: Tokenizer, _ features: PictureFeatures) {
    self.tokenizer = tokenizer
    self.features = features
  }

  /// Chains of one question with everything they share packed once: equal segments below equal
  /// segments are one node, which counts for as many chains as pass through it.
  ///
  /// The model's turns are learned whole: of a text to imitate, a forced beginning is a part.
  package func merged(
    _ chains: [[Segment]], pictures: [String: [UInt8]]
  ) throws(Fault) -> TokenTree {
    var tree = TokenTree()
    var children: [[Segment: Int]] = [[:]]  // by node + 1; the root comes first
    for chain in chains {
      var at = -1
      for segment in chain {
        if let known = children[at + 1][segment] {
          tree.nodes[known].weight += 1
          at = known
        } else {
          let node = try append(segment, to: &tree, below: at, pictures, learnsForced: true)
          children[at + 1][segment] = node
          children.append([:])
          at = node
        }
      }
    }
    return tree
  }

  /// Rollouts of one question below their common prompt; nothing else is merged, because every
  /// rollout has its own advantage.
  ///
  /// What was forced is not learned: the policy did not choose it.
  /// `owners[node]` is the rollout of a node, nil for the prompt.
  package func group(
    _ rollouts: [[Segment]], pictures: [String: [UInt8]]
  ) throws(Fault) -> (tree: TokenTree, owners: [Int?]) {
    var tree = TokenTree()
    var owners: [Int?] = []
    for (index, rollout) in rollouts.enumerated() {
      var at = 0
      if index == 0 {
        _ = try append(rollout[0], to: &tree, below: -1, pictures)
        owners.append(nil)
      }
      precondition(rollout[0] == rollouts[0][0], "rollouts of different prompts")
      for segment in rollout.dropFirst() {
        at = try append(segment, to: &tree, below: at, pictures)
        owners.append(index)
      }
    }
    return (tree, owners)
  }

  private func append(
    _ segment: Segment, to tree: inout TokenTree, below parent: Int,
    _ pictures: [String: [UInt8]], learnsForced: Bool = false
  ) throws(Fault) -> Int {
    var shown: [Int] = []
    for reference in segment.media {
      guard let bytes = pictures[reference.sha256] else {
        throw Fault("chain.picture", "the picture \(reference.sha256) is missing")
      }
      let entry = try features.entry(reference, bytes)
      shown.append(tree.pictures.count)
      tree.pictures.append(
        PatchedPicture(grid: entry.grid, values: entry.features, isFeatures: true))
    }
    let counts = shown.map { tree.pictures[$0].grid.tokens }
    let ids =
      segment.ids.isEmpty ? tokenizer.encode(segment.text, expanding: counts) : segment.ids
    let skipped = learnsForced ? 0 : segment.forced
    let learned = ids.indices.map { segment.role == .model && $0 >= skipped }
    tree.nodes.append(
      TokenTree.Node(
        parent: parent, ids: ids.map(Int32.init), pictures: shown, learned: learned))
    return tree.nodes.count - 1
  }
}
