import Autograd
import Glibc
import TensorCore

extension OperatorCatalog {
  /// Rotation and attention: heads of 2 or 4 floats, two query heads for a key/value head.
  static let attention = [
    OperatorCase(
      name: "rotate", inputs: [[3, 16]],
      apply: { tape, x, _ in tape.rotate(x[0], angles, heads: 3) },
      twin: { x, _ in
        Matrix(3, 16) { row, column in
          let (head, i) = (column / 4, column % 4)
          if head == 3 { return x[0][row, column] }
          let (turn, pair) = (turns[row * 2 + i % 2], head * 4 + i % 2)
          let (a, b) = (x[0][row, pair], x[0][row, pair + 2])
          return i < 2 ? a * cos(turn) - b * sin(turn) : b * cos(turn) + a * sin(turn)
        }
      }),
    attention(branches, heads: 4, kvHeads: 2, dimension: 2, "over branches"),
    attention(longRun, heads: 2, kvHeads: 1, dimension: 2, "over a run of several blocks"),
    attention(
      PackedTrie(runs: [3, 5, 1], causal: false), heads: 2, kvHeads: 2, dimension: 4, "in windows"),
  ]

  private static let turns = [0.3, -1.1, 2, 0.7, -0.4, 5]
  private static let angles = RotaryAngles(
    cosine: Matrix(3, 2) { cos(turns[$0 * 2 + $1]) }.tensor,
    sine: Matrix(3, 2) { sin(turns[$0 * 2 + $1]) }.tensor)

  /// Two roots; below the first two children, one of them empty, with a grandchild each.
  private static let branches: PackedTrie = {
    var trie = PackedTrie()
    let root = trie.append(count: 3, parent: -1)
    let child = trie.append(count: 2, parent: root)
    let empty = trie.append(count: 0, parent: root)
    trie.append(count: 2, parent: empty)
    trie.append(count: 1, parent: child)
    trie.append(count: 2, parent: -1)
    return trie
  }()

  private static let longRun: PackedTrie = {
    var trie = PackedTrie()
    let root = trie.append(count: 131, parent: -1)
    trie.append(count: 2, parent: root)
    return trie
  }()

  private static func attention(
    _ trie: PackedTrie, heads: Int, kvHeads: Int, dimension: Int, _ detail: String
  ) -> OperatorCase {
    let width = (heads + 2 * kvHeads) * dimension
    return OperatorCase(
      name: "attention", detail: detail, inputs: [[trie.rows, width]],
      apply: { tape, x, _ in
        tape.attention(x[0], trie, heads: heads, kvHeads: kvHeads, headDimension: dimension)
      },
      twin: { x, _ in
        attend(x[0], seen(trie), heads: heads, kvHeads: kvHeads, dimension: dimension)
      })
  }

  /// The rows that every row sees, by the rule of `PackedTrie`.
  private static func seen(_ trie: PackedTrie) -> [[Int]] {
    trie.nodes.flatMap { node in
      var above: [Int] = []
      var parent = node.parent
      while parent >= 0 {
        above += trie.nodes[parent].start..<trie.nodes[parent].start + trie.nodes[parent].count
        parent = trie.nodes[parent].parent
      }
      return (0..<node.count).map { row in
        above + (node.start...node.start + (trie.causal ? row : node.count - 1))
      }
    }
  }

  private static func attend(
    _ qkv: Matrix, _ seen: [[Int]], heads: Int, kvHeads: Int, dimension: Int
  ) -> Matrix {
    var out = Matrix(qkv.rows, heads * dimension) { _, _ in 0 }
    for (row, others) in seen.enumerated() {
      for head in 0..<heads {
        let own = head * kvHeads / heads
        let (key, value) = ((heads + own) * dimension, (heads + kvHeads + own) * dimension)
        let weights = others.map { other in
          exp(
            (0..<dimension).reduce(0) {
              $0 + qkv[row, head * dimension + $1] * qkv[other, key + $1]
            } / Double(dimension).squareRoot())
        }
        let total = weights.reduce(0, +)
        for i in 0..<dimension {
          out.values[row * out.columns + head * dimension + i] = zip(others, weights)
            .reduce(0) { $0 + $1.1 / total * qkv[$1.0, value + i] }
        }
      }
    }
    return out
  }
}
