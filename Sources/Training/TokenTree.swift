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
    /// How many chains pass through the node: each of its tokens counts that often.
    package var weight: Float

    package init(
      parent: Int, ids: [Int32], pictures: [Int] = [], learned: [Bool], weight: Float = 1
    ) {
      precondition(ids.count == learned.count, "\(ids.count) ids, \(learned.count) marks")
      self.parent = parent
      self.ids = ids
      self.pictures = pictures
      self.learned = learned
      self.weight = weight
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
  /// What the cells show, for pretraining; nil elsewhere.
  package let labels: CellLabels?

  package init(
    grid: PatchGrid, values: Tensor, isFeatures: Bool = false, labels: CellLabels? = nil
  ) {
    precondition(values.rows == (isFeatures ? grid.tokens : grid.patches), "picture rows")
    precondition(labels.map { $0.content.count == grid.tokens } ?? true, "one label a cell")
    self.grid = grid
    self.values = values
    self.isFeatures = isFeatures
    self.labels = labels
  }
}

/// Words for every cell (picture token) of a picture: what is there, and in which column and row.
///
/// They are the targets of two auxiliary losses that make a small model readable from inside: the
/// merger's output must name the content, the residual stream after block 1 the place. Measured on
/// 1.4 M weights: place is read off perfectly after 100 steps; pointing, a plateau without them,
/// then begins to be learned.
package struct CellLabels: Sendable {
  package let content: [Int32]
  package let columns: [Int32]
  package let rows: [Int32]
  /// The content word of cells where nothing in particular is; weighted down.
  package let nothing: Int32

  package init(content: [Int32], columns: [Int32], rows: [Int32], nothing: Int32) {
    precondition(columns.count == content.count && rows.count == content.count, "label counts")
    self.content = content
    self.columns = columns
    self.rows = rows
    self.nothing = nothing
  }
}

/// Several token trees packed for one pass of the model.
package struct PackedTrees: Sendable {
  package private(set) var ids: [Int32] = []
  package private(set) var positions = Positions()
  package private(set) var trie = PackedTrie()
  /// Pictures in order of occurrence, and the packed row where the tokens of each begin.
  package private(set) var pictures: [PatchedPicture] = []
  private var pictureRows: [Int] = []
  /// Rows whose prediction is learned, the ids they predict, and where each came from.
  package private(set) var rows: [Int] = []
  package private(set) var targets: [Int32] = []
  package private(set) var weights: [Float] = []
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
      pictureRows += pictureStarts(node.ids, shown, start, image)
      let place = trie.append(count: node.ids.count, parent: parent.trie)
      for (token, learned) in node.learned.enumerated() where learned {
        let row = token == 0 ? parent.last : start + token - 1
        precondition(row >= 0, "the first token of a sequence cannot be learned")
        rows.append(row)
        targets.append(node.ids[token])
        weights.append(node.weight)
        origins.append((index, number, token))
      }
      places.append((place, next, node.ids.isEmpty ? parent.last : start + node.ids.count - 1))
    }
  }

  private func pictureStarts(
    _ ids: [Int32], _ shown: [PatchedPicture], _ start: Int, _ image: Int32
  ) -> [Int] {
    var starts: [Int] = []
    var token = 0
    for picture in shown {
      while ids[token] != image { token += 1 }
      starts.append(start + token)
      token += picture.grid.tokens
    }
    return starts
  }

  /// The log-probabilities of the learned tokens, on the tape, and of the cell labels where the
  /// pictures have any.
  package func predictions(
    _ model: Model, on tape: Tape, temperature: Float = 1
  ) -> Predictions {
    let features = features(model, on: tape)
    var labels: [LabelPrediction] = []
    let cells = labelledCells
    if let features, !cells.isEmpty {
      labels.append(
        label(features, cells.map { ($0.feature, $0.content, $0.weight) }, model, on: tape))
    }
    let states = model.hiddenStates(ids, trie, positions, features: features, on: tape) {
      block, x in
      guard block == 1, !cells.isEmpty else { return }
      labels.append(label(x, cells.map { ($0.row, $0.column, 1) }, model, on: tape))
      labels.append(label(x, cells.map { ($0.row, $0.line, 1) }, model, on: tape))
    }
    let (logs, entropies) = tape.logProbabilities(
      states, rows: rows, targets: targets, model.decoder.head, banned: model.banned,
      temperature: temperature)
    return Predictions(logProbabilities: logs, entropies: entropies, labels: labels)
  }

  private func label(
    _ x: Variable, _ wanted: [(row: Int, target: Int32, weight: Float)], _ model: Model,
    on tape: Tape
  ) -> LabelPrediction {
    let normed = tape.rmsNorm(x, model.decoder.norm, eps: model.configuration.text.eps)
    let (logs, _) = tape.logProbabilities(
      normed, rows: wanted.map(\.row), targets: wanted.map(\.target), model.decoder.head,
      banned: model.banned)
    let total = wanted.reduce(0) { $0 + $1.weight }
    return LabelPrediction(
      logProbabilities: logs, weights: wanted.map { total > 0 ? $0.weight / total : 0 })
  }

  /// Cells with labels: their feature row, packed row, words, and the weight of the content word.
  private var labelledCells:
    [(feature: Int, row: Int, content: Int32, column: Int32, line: Int32, weight: Float)]
  {
    var cells:
      [(feature: Int, row: Int, content: Int32, column: Int32, line: Int32, weight: Float)] = []
    var feature = 0
    for (picture, start) in zip(pictures, pictureRows) {
      if let labels = picture.labels {
        for cell in labels.content.indices {
          let content = labels.content[cell]
          cells.append(
            (
              feature + cell, start + cell, content, labels.columns[cell], labels.rows[cell],
              content == labels.nothing ? 0.15 : 1
            ))
        }
      }
      feature += picture.grid.tokens
    }
    return cells
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

/// What a pass over packed trees predicts, on the tape.
package struct Predictions {
  /// Of the learned tokens, [n, 1], in the order of `PackedTrees.origins`.
  package let logProbabilities: Variable
  /// Of the distributions that the learned tokens were predicted from, in nats.
  package let entropies: [Float]
  package let labels: [LabelPrediction]
}

/// Log-probabilities of one kind of cell label; the weights add up to 1.
package struct LabelPrediction {
  package let logProbabilities: Variable
  package let weights: [Float]

  /// Weighted mean negative log-probability.
  package var loss: Double {
    -zip(logProbabilities.value.values, weights).reduce(0.0) { $0 + Double($1.0 * $1.1) }
  }

  /// The gradient of `scale` times the loss.
  package func seed(_ scale: Float) -> Tensor {
    Tensor(weights.map { -scale * $0 }, rows: weights.count, columns: 1)
  }
}

extension Model {
  /// Features of pictures by value, [tokens, text width], stacked.
  package func features(_ pictures: [PatchedPicture]) -> Tensor {
    let tape = Tape(parameters)
    let stacked = Tensor(
      uninitialized: pictures.reduce(0) { $0 + $1.values.rows }, pictures[0].values.columns)
    var row = 0
    for picture in pictures {
      stacked.row(row).update(from: picture.values.pointer, count: picture.values.count)
      row += picture.values.rows
    }
    return vision.features(stacked, pictures.map(\.grid), on: tape).value
  }
}
