import Autograd
import Foundations
import TensorCore
import Testing
import Training
import VisionLanguage

/// A small random model for training tests.
func smallModel(seed: UInt64 = 3) -> Model {
  let model = Model(Configuration())
  Initialization.fan(model, CounterRandom(seed: seed))
  return model
}

func randomPicture(_ random: inout CounterRandom, rows: Int, columns: Int) -> PatchedPicture {
  let values = (0..<rows * columns * 588).map { _ in Float(random.uniform(-1...1)) }
  return PatchedPicture(
    grid: PatchGrid(rows: rows, columns: columns),
    values: Tensor(values, rows: rows * columns, columns: 588))
}

@Suite struct `A packed trie` {
  let model = smallModel()

  func text(_ count: Int, _ random: inout CounterRandom) -> [Int32] {
    (0..<count).map { _ in Int32(random.below(250)) }
  }

  /// A prompt with a picture, two middles, and two ends below the first middle; everything after
  /// the prompt is learned.
  func tree(_ random: inout CounterRandom) -> TokenTree {
    var tree = TokenTree()
    tree.pictures = [
      randomPicture(&random, rows: 4, columns: 6), randomPicture(&random, rows: 2, columns: 4),
    ]
    let image = [Int32](repeating: 260, count: 6)
    let prompt = [1, 2, 262] + image + [263] + text(150, &random)
    tree.nodes.append(
      .init(parent: -1, ids: prompt, pictures: [0], learned: prompt.map { _ in false }))
    let crop = text(3, &random) + [262, 260, 260, 263]
    tree.nodes.append(
      .init(
        parent: 0, ids: crop, pictures: [1],
        learned: [true, true, true, false, false, false, false]
      ))
    for (parent, count) in [(0, 7), (1, 5), (1, 140)] {
      tree.nodes.append(
        .init(
          parent: parent, ids: text(count, &random), learned: [Bool](repeating: true, count: count))
      )
    }
    return tree
  }

  /// The root-to-node path as a chain of its own, with what only `owner` counts as learned.
  func chain(_ tree: TokenTree, to leaf: Int, learning owned: Set<Int>) -> TokenTree {
    var path: [Int] = []
    var node = leaf
    while node >= 0 {
      path.insert(node, at: 0)
      node = tree.nodes[node].parent
    }
    var single = TokenTree()
    single.pictures = tree.pictures
    var joined = TokenTree.Node(parent: -1, ids: [], learned: [])
    for part in path {
      joined.ids += tree.nodes[part].ids
      joined.pictures += tree.nodes[part].pictures
      joined.learned += tree.nodes[part].learned.map { $0 && owned.contains(part) }
    }
    single.nodes = [joined]
    return single
  }

  func gradient(_ trees: [TokenTree]) -> (logs: [Float], gradient: [Float]) {
    let gradients = Tensor(zeros: 1, model.parameters.count)
    let tape = Tape(model.parameters, gradients: gradients)
    let packed = PackedTrees(trees, image: 260)
    let logs = packed.predictions(model, on: tape).logProbabilities
    let seeds = (0..<logs.value.count).map { _ in Float(1) }
    tape.backward(from: logs, seed: Tensor(seeds, rows: seeds.count, columns: 1))
    return (logs.value.values, gradients.values)
  }

  @Test func `has the log-probabilities and the gradient of the separate sequences`() {
    var random = CounterRandom(seed: 11)
    let tree = tree(&random)
    let packed = gradient([tree])
    let parts = [
      gradient([chain(tree, to: 1, learning: [1])]), gradient([chain(tree, to: 2, learning: [2])]),
      gradient([chain(tree, to: 3, learning: [3])]), gradient([chain(tree, to: 4, learning: [4])]),
    ]
    let separate = parts.flatMap(\.logs)
    #expect(packed.logs.count == separate.count)
    #expect(zip(packed.logs, separate).allSatisfy { abs($0 - $1) < 1e-4 })
    var (difference, size) = (0.0, 0.0)
    for i in packed.gradient.indices {
      let sum = parts.reduce(0) { $0 + Double($1.gradient[i]) }
      difference += (Double(packed.gradient[i]) - sum) * (Double(packed.gradient[i]) - sum)
      size += sum * sum
    }
    #expect((difference / size).squareRoot() < 1e-5)
  }

  @Test func `gives the same gradient however trees share a batch`() {
    var random = CounterRandom(seed: 12)
    let (first, second) = (tree(&random), tree(&random))
    let (a, b, both) = (gradient([first]), gradient([second]), gradient([first, second]))
    var (difference, size) = (0.0, 0.0)
    for i in both.gradient.indices {
      let d = both.gradient[i] - a.gradient[i] - b.gradient[i]
      difference += Double(d * d)
      size += Double(both.gradient[i] * both.gradient[i])
    }
    #expect((difference / size).squareRoot() < 1e-5)
  }
}
