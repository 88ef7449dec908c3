import Autograd
import Foundations
import Layers
import TensorCore
import Testing

@Suite struct `A transformer block` {
  static let shape = HeadShape(heads: 4, kvHeads: 2, dimension: 4)
  static let width = 16
  let parameters = Parameters([
    ("norm1", [width]), ("qkv", [shape.packedWidth, width]), ("qkvb", [shape.packedWidth]),
    ("out", [width, width]), ("outb", [width]), ("norm2", [width]), ("gu", [24, width]),
    ("gub", [24]), ("down", [width, 12]), ("downb", [width]),
  ])
  let rotary = RotaryEmbedding(headDimension: 4, base: 100)

  init() {
    var random = CounterRandom(seed: 41)
    for i in 0..<parameters.count {
      parameters.values.pointer[i] = Float(random.uniform(-0.6...0.6))
    }
  }

  func block(biased: Bool = true) -> Block {
    func bias(_ name: String) -> Weight? { biased ? parameters.weight(name) : nil }
    return Block(
      shape: Self.shape, eps: 1e-5, attentionNorm: parameters.weight("norm1"),
      qkv: parameters.weight("qkv"), qkvBias: parameters.weight("qkvb"),
      out: parameters.weight("out"), outBias: bias("outb"), mlpNorm: parameters.weight("norm2"),
      gateUp: parameters.weight("gu"), gateUpBias: bias("gub"), down: parameters.weight("down"),
      downBias: bias("downb"))
  }

  func angles(_ places: [Int]) -> RotaryAngles {
    rotary.angles(`Rotary embeddings`.positions(places.map { ($0, $0, $0) }), sections: [1, 1, 0])
  }

  func rows(_ count: Int, seed: UInt64) -> Tensor {
    var random = CounterRandom(seed: seed)
    return Tensor(
      (0..<count * Self.width).map { _ in Float(random.uniform(-1...1)) }, rows: count,
      columns: Self.width)
  }

  /// The loss is a fixed mixture of the outputs.
  func loss(_ x: Tensor, _ trie: PackedTrie, _ places: [Int], gradients: Tensor? = nil) -> (
    loss: Double, dx: Tensor?
  ) {
    let tape = Tape(parameters, gradients: gradients)
    let input = tape.input(x)
    let y = block()(input, trie, angles(places), on: tape)
    let seed = rows(x.rows, seed: 43)
    let loss = zip(y.value.values, seed.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    tape.backward(from: y, seed: seed)
    return (loss, input.gradient)
  }

  /// Node 0 holds 3 rows, 1 and 2 continue it with 2 and 3.
  var trie: PackedTrie {
    var trie = PackedTrie()
    for (count, parent) in [(3, -1), (2, 0), (3, 0)] { trie.append(count: count, parent: parent) }
    return trie
  }
  let places = [0, 1, 2, 3, 4, 3, 4, 5]

  @Test func `gives every branch of a trie what it gives the whole sequence`() {
    let x = rows(8, seed: 42)
    let packed = block()(
      Tape(parameters).constant(x), trie, angles(places), on: Tape(parameters)
    ).value
    for branch in [[0, 1, 2, 3, 4], [0, 1, 2, 5, 6, 7]] {
      let tape = Tape(parameters)
      let alone = block()(
        tape.constant(Kernels.gather(x, branch)), PackedTrie(runs: [branch.count], causal: true),
        angles(Array(branch.indices)), on: tape
      ).value
      let wanted = Kernels.gather(packed, branch)
      #expect(zip(alone.values, wanted.values).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func `has the gradient of finite differences along any direction`() throws {
    let x = rows(8, seed: 42)
    let gradients = Tensor(zeros: 1, parameters.count)
    let dx = try #require(loss(x, trie, places, gradients: gradients).dx)
    var random = CounterRandom(seed: 44)
    for tensor in parameters.entries.map({
      (parameters.tensor($0), gradients.slice($0.start, $0.count))
    })
      + [(x, dx)]
    {
      let (values, gradient) = tensor
      let direction = (0..<values.count).map { _ in Float(random.uniform(-1...1)) }
      let slope = zip(gradient.values, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
      let kept = values.values
      func moved(_ step: Float) -> Double {
        for i in 0..<values.count { values.pointer[i] = kept[i] + step * direction[i] }
        defer { for i in 0..<values.count { values.pointer[i] = kept[i] } }
        return loss(x, trie, places).loss
      }
      let wanted = (moved(2e-3) - moved(-2e-3)) / 4e-3
      #expect(abs(slope - wanted) < 4e-3 * max(1, abs(wanted)), "\(slope), expected \(wanted)")
    }
  }

  @Test func `without biases is one whose biases are zero`() {
    for name in ["outb", "gub", "downb"] {
      guard let entry = parameters.entry(name) else { continue }
      parameters.tensor(entry).pointer.update(repeating: 0, count: entry.count)
    }
    let (x, tape) = (rows(8, seed: 42), Tape(parameters))
    let with = block()(tape.constant(x), trie, angles(places), on: tape).value.values
    let without = block(biased: false)(tape.constant(x), trie, angles(places), on: tape).value
    #expect(with == without.values)
  }
}
