package import Autograd
package import Layers
package import TensorCore
package import VisionLanguage

/// The tokens of one question with everything that hangs below it: a chain, several chains, or a
/// group of rollouts, every shared prefix once.
package struct TokenTree: Sendable {
  package struct Node: Sendable {
    /// Index of the parent node, or -1 for a root.
    package var parent: Int
    package var ids: [Int32]
    /// Indices into `pictures` for the picture token runs of `ids`, in order.
    package var pictures: [Int]
    /// Whether each token is learned; log-probabilities of the others are not computed.
    package var learned: [Bool]

    package init(parent: Int, ids: [Int32], pictures: [Int] = [], learned: [Bool]) {
      precondition(ids.count == learned.count, "\(ids.count) ids, \(learned.count) marks")
      self.parent = parent
      self.ids = ids
      self.pictures = pictures
      self.learned = learned
    }
  }

  package var nodes: [Node] = []
  package var pictures: [PatchedPicture] = []

  package init() {}

  package var tokens: Int { nodes.reduce(0) { $0 + $1.ids.count } }
  package var learnedTokens: Int { nodes.reduce(0) { $0 + $1.learned.count { $0 } } }
}

/// A picture as the vision tower takes it, or its features when the tower is frozen.
package struct PatchedPicture: Sendable {
  package let grid: PatchGrid
  /// Patches [P, 588], or features [P / 4, text width].
  package let values: Tensor
  package let isFeatures: Bool

  package init(grid: PatchGrid, values: Tensor, isFeatures: Bool = false) {
    precondition(values.rows == (isFeatures ? grid.tokens : grid.patches), "picture rows")
    self.grid = grid
    self.values = values
    self.isFeatures = isFeatures
  }
}

/// Several token trees packed for one pass of the model.
package struct PackedTrees: Sendable {
  package private(set) var ids: [Int32] = []
  package private(set) var positions = Positions()
  package private(set) var trie = PackedTrie()
  /// Pictures in order of occurrence.
  package private(set) var pictures: [PatchedPicture] = []
  /// Rows whose prediction is learned, the ids they predict, and where each came from.
  package private(set) var rows: [Int] = []
  package private(set) var targets: [Int32] = []
  package private(set) var origins: [(tree: Int, node: Int, token: Int)] = []

  package init(_ trees: [TokenTree], image: Int32) {
    for (index, tree) in trees.enumerated() { append(tree, index, image) }
  }

  private mutating func append(_ tree: TokenTree, _ index: Int, _ image: Int32) {
    var places: [(trie: Int, next: Int, last: Int)] = []
    for (number, node) in tree.nodes.enumerated() {
      let parent = node.parent < 0 ? (trie: -1, next: 0, last: -1) : places[node.parent]
      let shown = node.pictures.map { tree.pictures[$0] }
      let (run, next) = Positions.of(
        node.ids, image: image, grids: shown.map(\.grid), start: parent.next)
      let start = ids.count
      ids += node.ids
      positions.append(contentsOf: run)
      pictures += shown
      let place = trie.append(count: node.ids.count, parent: parent.trie)
      for (token, learned) in node.learned.enumerated() where learned {
        let row = token == 0 ? parent.last : start + token - 1
        precondition(row >= 0, "the first token of a sequence cannot be learned")
        rows.append(row)
        targets.append(node.ids[token])
        origins.append((index, number, token))
      }
      places.append((place, next, node.ids.isEmpty ? parent.last : start + node.ids.count - 1))
    }
  }

  /// The log-probabilities of the learned tokens, on the tape.
  package func logProbabilities(
    _ model: Model, on tape: Tape, temperature: Float = 1
  ) -> (logProbabilities: Variable, entropies: [Float]) {
    let states = model.hiddenStates(
      ids, trie, positions, features: features(model, on: tape), on: tape)
    return tape.logProbabilities(
      states, rows: rows, targets: targets, model.decoder.head, banned: model.banned,
      temperature: temperature)
  }

  private func features(_ model: Model, on tape: Tape) -> Variable? {
    guard let first = pictures.first else { return nil }
    precondition(pictures.allSatisfy { $0.isFeatures == first.isFeatures }, "mixed pictures")
    let stacked = Tensor(
      uninitialized: pictures.reduce(0) { $0 + $1.values.rows }, first.values.columns)
    var row = 0
    for picture in pictures {
      stacked.row(row).update(from: picture.values.pointer, count: picture.values.count)
      row += picture.values.rows
    }
    if first.isFeatures { return tape.constant(stacked) }
    return model.vision.features(stacked, pictures.map(\.grid), on: tape)
  }
}
