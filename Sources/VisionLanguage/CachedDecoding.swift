internal import Autograd
internal import CKernels
internal import Layers
package import TensorCore

extension Model {
  /// Extends cache nodes by runs of tokens, all in one batch.
  ///
  /// Linear layers see every row of every run at once. A node may occur once only.
  package func extend(_ runs: [CacheRun]) {
    let runs = runs.filter { !$0.ids.isEmpty }
    if runs.isEmpty { return }
    let tape = Tape(parameters)
    var positions = Positions()
    var nexts: [Int] = []
    for run in runs {
      let (part, next) = Positions.of(
        run.ids, image: Int32(configuration.tokens.image), grids: run.pictures.map(\.grid),
        start: run.cache.nodes[run.node].next)
      positions.append(contentsOf: part)
      nexts.append(next)
      run.cache.reserve(run.ids.count, in: run.node)
    }
    var x = embed(runs, on: tape)
    let angles = decoder.angles(positions)
    for (layer, block) in decoder.blocks.enumerated() {
      let attended = block.attend(x, angles, on: tape) { qkv in
        tape.constant(attend(runs, qkv.value, layer: layer, block.shape))
      }
      x = block.feedForward(attended, on: tape)
    }
    let states = tape.rmsNorm(x, decoder.norm, eps: configuration.text.eps).value
    var row = 0
    for (run, next) in zip(runs, nexts) {
      row += run.ids.count
      run.cache.advance(
        run.node, by: run.ids.count, next: next, last: Kernels.gather(states, [row - 1]))
    }
  }

  /// log-softmax inputs of the next token after given final states: [n, width] -> [n, V].
  package func logits(_ states: Tensor) -> Tensor {
    let tape = Tape(parameters)
    return tape.logits(tape.constant(states), rows: Array(0..<states.rows), decoder.head)
  }

  private func embed(_ runs: [CacheRun], on tape: Tape) -> Variable {
    let ids = runs.flatMap(\.ids)
    let image = Int32(configuration.tokens.image)
    let places = ids.indices.filter { ids[$0] == image }
    let pictures = runs.flatMap(\.pictures)
    if pictures.isEmpty { return tape.embed(ids, decoder.embedding) }
    let features = Tensor(uninitialized: places.count, configuration.text.width)
    var row = 0
    for picture in pictures {
      features.row(row).update(from: picture.features.pointer, count: picture.features.count)
      row += picture.features.rows
    }
    precondition(row == places.count, "\(row) features for \(places.count) picture tokens")
    return tape.embed(ids, decoder.embedding, features: tape.constant(features), places: places)
  }

  /// Stores the runs' keys and values and attends every row over its path.
  private func attend(
    _ runs: [CacheRun], _ qkv: Tensor, layer: Int, _ shape: HeadShape
  ) -> Tensor {
    let out = Tensor(uninitialized: qkv.rows, shape.heads * shape.dimension)
    let width = 2 * shape.kvHeads * shape.dimension
    let queries = shape.heads * shape.dimension
    var row = 0
    for run in runs {
      let node = run.cache.nodes[run.node]
      let store = node.layers[layer]
      for token in run.ids.indices {
        store.row(node.count + token).update(from: qkv.row(row + token) + queries, count: width)
      }
      let above = run.cache.ancestors(of: run.node).map { run.cache.nodes[$0] }
      let tensors = above.map { $0.layers[layer] } + [store]
      let keys = tensors.map { UnsafePointer($0.pointer) as UnsafePointer<Float>? }
      let values = tensors.map { UnsafePointer($0.pointer + width / 2) as UnsafePointer<Float>? }
      var counts = above.map { Int64($0.count) } + [0]
      let visible = counts.reduce(0, +) + Int64(node.count + run.ids.count)
      let scratch = Tensor(uninitialized: 1, Int(visible))
      for token in run.ids.indices {
        counts[counts.count - 1] = Int64(node.count + token + 1)
        ck_attend_cached(
          qkv.row(row + token), keys, values, counts, Int64(counts.count), Int64(width),
          out.row(row + token), scratch.pointer, Int64(shape.heads), Int64(shape.kvHeads),
          Int64(shape.dimension), 1 / Float(shape.dimension).squareRoot())
      }
      row += run.ids.count
    }
    return out
  }
}
