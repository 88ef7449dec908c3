import Autograd
import Foundations
internal import Glibc
import Layers
import TensorCore
import Testing
import VisionLanguage

/// A small model whose weights are a formula, so that the numbers of the transformers library
/// (5.23, f32, eager attention) can be compared without exchanging files.
@Suite struct `Agreement with transformers on a model given by a formula` {
  let model: Model
  let ids: [Int32] = [
    1, 2, 3, 262, 260, 260, 260, 260, 260, 260, 263, 4, 5, 262, 260, 260, 263, 6, 7,
  ]
  let grids = [PatchGrid(rows: 4, columns: 6), PatchGrid(rows: 2, columns: 4)]

  init() {
    model = Model(Configuration())
    let names = model.parameters.entries.map(\.name).sorted()
    for (p, name) in names.enumerated() {
      guard let entry = model.parameters.entry(name) else { continue }
      let isNorm = name.contains("norm") || name.contains("ln_q")
      let values = model.parameters.tensor(entry)
      for i in 0..<entry.count {
        let value = 0.05 * sin(0.37 * Double(i + 1) + 1.7 * Double(p + 1))
        values.pointer[i] = Float(value) + (isNorm ? 1 : 0)
      }
    }
  }

  var patches: Tensor {
    Tensor((0..<32 * 1176).map { Float(sin(0.01 * Double($0))) }, rows: 32, columns: 1176)
  }

  func states(on tape: Tape) -> Variable {
    let features = model.vision.features(patches, grids, on: tape)
    let positions = Positions.of(ids, image: 260, grids: grids, start: 0).positions
    return model.hiddenStates(
      ids, PackedTrie(runs: [ids.count], causal: true), positions, features: features, on: tape)
  }

  func close(_ found: Double, _ expected: Double, _ tolerance: Double = 1e-4) -> Bool {
    abs(found - expected) <= tolerance * max(abs(expected), 0.1)
  }

  @Test func `there are 56 tensors and 190688 weights`() {
    #expect(model.parameters.entries.count == 56)
    #expect(model.parameters.count == 190_688)
  }

  @Test func `positions follow get_rope_index`() {
    let (positions, next) = Positions.of(ids, image: 260, grids: grids, start: 0)
    #expect(positions.time == [0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 7, 8, 9, 10, 11, 11, 13, 14, 15])
    #expect(positions.height == [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 7, 8, 9, 10, 11, 11, 13, 14, 15])
    #expect(positions.width == [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    #expect(next - ids.count == -3)
  }

  @Test func `window order and lengths`() {
    let layout = VisionLayout([PatchGrid(rows: 12, columns: 10)], window: 112)
    #expect(
      layout.order == [
        0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 18, 4, 9, 14, 19, 20, 21, 22, 23, 25,
        26, 27, 28, 24, 29,
      ])
    #expect(layout.windows.nodes.map(\.count) == [64, 16, 32, 8])
    let even = VisionLayout([PatchGrid(rows: 8, columns: 8)], window: 112)
    #expect(even.order == Array(0..<16) && even.windows.nodes.map(\.count) == [64])
  }

  @Test func `vision features`() {
    let features = model.vision.features(patches, grids, on: Tape(model.parameters)).value
    let expected: [Double] = [0.124805, -0.222099, 0.118394, -0.193431]
    for (i, value) in expected.enumerated() { #expect(close(Double(features[0, i]), value)) }
    let values = features.values.map(Double.init)
    #expect(close(values.reduce(0, +), 1.269236))
    #expect(close(values.reduce(0) { $0 + abs($1) }, 56.343968))
  }

  @Test func `logits of two rows`() {
    let tape = Tape(model.parameters)
    let logits = tape.logits(states(on: tape), rows: [4, 18], model.decoder.head)
    let first: [Double] = [-0.264952, -0.556901, 0.133767, 0.588411, 0.004840, -0.587271]
    let last: [Double] = [-0.653081, -0.697163, 0.488856, 0.812319, -0.297504, -0.882400]
    for i in 0..<6 {
      #expect(close(Double(logits[0, i]), first[i]))
      #expect(close(Double(logits[1, i]), last[i]))
    }
  }

  @Test func `log-probabilities and entropies`() {
    let tape = Tape(model.parameters)
    let open = [UInt8](repeating: 0, count: 512)
    let (logs, entropies) = tape.logProbabilities(
      states(on: tape), rows: Array(0..<18), targets: Array(ids.dropFirst()), model.decoder.head,
      banned: open)
    let expected: [Double] = [
      -6.328093, -6.332753, -5.713037, -7.141434, -6.871489, -6.878554, -6.868374, -6.875924,
      -6.853086, -5.927593, -5.842354, -6.229625, -6.689411, -7.483922, -6.833536, -5.932961,
      -7.102117, -6.312484,
    ]
    for i in 0..<18 { #expect(close(Double(logs.value[i, 0]), expected[i])) }
    for (i, value) in [6.087264, 6.005968, 6.004173].enumerated() {
      #expect(close(Double(entropies[i]), value))
    }
  }

  /// Loss over the last two targets, with gradients.
  func loss(_ gradients: Tensor?) -> Double {
    let tape = Tape(model.parameters, gradients: gradients)
    let open = [UInt8](repeating: 0, count: 512)
    let (logs, _) = tape.logProbabilities(
      states(on: tape), rows: [16, 17], targets: [6, 7], model.decoder.head, banned: open)
    if gradients != nil {
      tape.backward(from: logs, seed: Tensor([-0.5, -0.5], rows: 2, columns: 1))
    }
    return -Double(logs.value[0, 0] + logs.value[1, 0]) / 2
  }

  @Test func `loss and gradient norms`() {
    let gradients = Tensor(zeros: 1, model.parameters.count)
    #expect(close(loss(gradients), 6.7073002, 1e-5))
    let expected: [(String, Double)] = [
      ("model.embed_tokens.weight", 6.2945675),
      ("model.layers.0.self_attn.q_proj.weight", 0.5404415),
      ("model.layers.0.self_attn.k_proj.bias", 0.0203539),
      ("model.layers.1.mlp.down_proj.weight", 2.3394990),
      ("model.norm.weight", 0.2281546),
      ("visual.patch_embed.proj.weight", 0.3320943),
      ("visual.blocks.0.attn.qkv.weight", 0.0019682),
      ("visual.blocks.1.mlp.gate_proj.bias", 0.0018797),
      ("visual.merger.ln_q.weight", 0.0094639),
      ("visual.merger.mlp.2.bias", 0.1244801),
    ]
    for (name, value) in expected {
      guard let entry = model.parameters.entry(name) else { continue }
      let norm = Kernels.sumOfSquares(gradients.slice(entry.start, entry.count)).squareRoot()
      #expect(abs(norm - value) <= 1e-4 * value + 1e-7, "\(name): \(norm) against \(value)")
    }
    #expect(close(Kernels.sumOfSquares(gradients).squareRoot(), 33.7428818))
  }

  @Test func `loss after one AdamW step`() {
    let gradients = Tensor(zeros: 1, model.parameters.count)
    _ = loss(gradients)
    let norm = Kernels.sumOfSquares(gradients).squareRoot()
    let (m, v) = (Tensor(zeros: 1, gradients.count), Tensor(zeros: 1, gradients.count))
    Kernels.adamW(
      model.parameters.values, gradients, m, v, scale: Float(1 / (norm + 1e-6)), rate: 1e-3,
      betas: (0.9, 0.999), eps: 1e-8, decay: 0.01, step: 1)
    #expect(close(loss(nil), 5.7749510))
  }

  @Test func `folded equal frames give what doubled frames give`() {
    let still = Tensor(
      (0..<32 * 588).map { Float(sin(0.013 * Double($0))) }, rows: 32, columns: 588)
    let doubled = Tensor(zeros: 32, 1176)
    for row in 0..<32 {
      for channel in 0..<3 {
        for frame in 0..<2 {
          (doubled.row(row) + (channel * 2 + frame) * 196).update(
            from: still.row(row) + channel * 196, count: 196)
        }
      }
    }
    let tape = Tape(model.parameters)
    let once = model.vision.features(still, grids, on: tape).value.values
    let twice = model.vision.features(doubled, grids, on: tape).value.values
    #expect(zip(once, twice).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
