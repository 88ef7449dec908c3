internal import CKernels
package import TensorCore

// Every operator of the model, forward beside backward. Shape letters: B rows, K inputs, N outputs,
// V vocabulary. `OperatorCatalog` of the tests holds a plain twin of each, against which values and
// gradients are checked; an operator that is not in it fails a test.

extension Tape {
  /// y = x Wᵀ + b.
  ///
  /// Shapes: x [B, K], W [N, K], b [N] -> [B, N].
  package func linear(_ x: Variable, _ weight: Weight, bias: Weight? = nil) -> Variable {
    let (B, K, N) = (x.value.rows, x.value.columns, weight.rows)
    precondition(weight.columns == K, "linear: inputs \(K), weight [\(N), \(weight.columns)]")
    let w = pointer(weight)
    let y = Tensor(uninitialized: B, N)
    MatrixProduct.run(B, N, K, x.value.pointer, K, w, K, transposedB: true, into: y.pointer, N)
    if let bias { ck_add_bias(y.pointer, pointer(bias), Int64(B), Int64(N)) }
    return result(y) { [self] dy in
      if let dw = gradientPointer(weight) {
        MatrixProduct.run(
          N, K, B, dy.pointer, N, transposedA: true, x.value.pointer, K, beta: 1, into: dw, K)
      }
      if let bias, let db = gradientPointer(bias) {
        ck_sum_columns(dy.pointer, db, Int64(B), Int64(N))
      }
      if x.tracked {
        let (dx, beta) = x.gradientAndBeta()
        MatrixProduct.run(B, K, N, dy.pointer, N, w, K, beta: beta, into: dx.pointer, K)
      }
    }
  }

  /// `linear` for patches whose frames are equal and given once: the weight's frames are summed.
  ///
  /// Shapes: x [B, channels S], W [N, channels frames S] -> [B, N].
  package func linearOverEqualFrames(
    _ x: Variable, _ weight: Weight, frames: Int, channels: Int
  ) -> Variable {
    let (B, K, N) = (x.value.rows, x.value.columns, weight.rows)
    let patch = K / channels
    precondition(
      weight.columns == K * frames && !x.tracked, "equal frames: \(K), \(weight.columns)")
    let folded = Tensor(zeros: N, K)
    let w = pointer(weight)
    for row in 0..<N * channels {
      for frame in 0..<frames {
        ck_axpy(1, w + (row * frames + frame) * patch, folded.pointer + row * patch, Int64(patch))
      }
    }
    let y = Tensor(uninitialized: B, N)
    MatrixProduct.run(
      B, N, K, x.value.pointer, K, folded.pointer, K, transposedB: true, into: y.pointer, N)
    return result(y) { [self] dy in
      guard let dw = gradientPointer(weight) else { return }
      let d = Tensor(uninitialized: N, K)
      MatrixProduct.run(
        N, K, B, dy.pointer, N, transposedA: true, x.value.pointer, K, into: d.pointer, K)
      for row in 0..<N * channels {
        for frame in 0..<frames {
          ck_axpy(1, d.pointer + row * patch, dw + (row * frames + frame) * patch, Int64(patch))
        }
      }
    }
  }

  /// x + y, the residual connection.
  package func add(_ x: Variable, _ y: Variable) -> Variable {
    let sum = Tensor(uninitialized: x.value.rows, x.value.columns)
    Kernels.add(x.value, y.value, into: sum)
    return result(sum, tracked: x.tracked || y.tracked) { d in
      // Both sides may keep adding to their gradient, so only one can take `d` over.
      if x.tracked { Kernels.accumulate(d, into: x.zeroedGradient()) }
      if y.tracked { y.add(d) }
    }
  }

  /// RMSNorm: w x / sqrt(mean(x²) + eps).
  ///
  /// Shapes: x [B, K], w [K] -> [B, K].
  package func rmsNorm(_ x: Variable, _ weight: Weight, eps: Float) -> Variable {
    let (B, K) = (x.value.rows, x.value.columns)
    precondition(weight.columns == K, "rmsNorm: \(K) against \(weight.columns)")
    let y = Tensor(uninitialized: B, K)
    let inverse = Tensor(uninitialized: B, 1)
    ck_rms_norm(
      x.value.pointer, pointer(weight), y.pointer, inverse.pointer, Int64(B), Int64(K), eps)
    return result(y) { [self] dy in
      let dx = x.tracked ? x.zeroedGradient() : Tensor(zeros: B, K)
      ck_rms_norm_backward(
        x.value.pointer, pointer(weight), inverse.pointer, dy.pointer, dx.pointer,
        gradientPointer(weight), Int64(B), Int64(K))
    }
  }

  /// silu(gate) * up.
  ///
  /// Shapes: gateUp [B, 2N], gate first -> [B, N].
  package func swiglu(_ gateUp: Variable) -> Variable {
    let (B, N) = (gateUp.value.rows, gateUp.value.columns / 2)
    let y = Tensor(uninitialized: B, N)
    ck_swiglu(gateUp.value.pointer, y.pointer, Int64(B), Int64(N))
    return result(y, tracked: gateUp.tracked) { dy in
      let d = Tensor(uninitialized: B, 2 * N)
      ck_swiglu_backward(gateUp.value.pointer, dy.pointer, d.pointer, Int64(B), Int64(N))
      gateUp.add(d)
    }
  }

  /// Exact GELU, x Φ(x).
  package func gelu(_ x: Variable) -> Variable {
    let y = Tensor(uninitialized: x.value.rows, x.value.columns)
    ck_gelu(x.value.pointer, y.pointer, Int64(y.count))
    return result(y, tracked: x.tracked) { dy in
      let dx = Tensor(uninitialized: dy.rows, dy.columns)
      ck_gelu_backward(x.value.pointer, dy.pointer, dx.pointer, Int64(dy.count))
      x.add(dx)
    }
  }

  /// The same elements as `[rows, columns]`.
  package func reshape(_ x: Variable, _ rows: Int, _ columns: Int) -> Variable {
    let shape = (x.value.rows, x.value.columns)
    return result(x.value.reshaped(rows, columns), tracked: x.tracked) {
      x.add($0.reshaped(shape.0, shape.1))
    }
  }

  /// Rows in a new order: y[i] = x[order[i]].
  ///
  /// An index may occur more than once.
  package func gather(_ x: Variable, _ order: [Int]) -> Variable {
    result(Kernels.gather(x.value, order), tracked: x.tracked) { dy in
      let dx = x.zeroedGradient()
      for (row, source) in order.enumerated() {
        ck_axpy(1, dy.row(row), dx.row(source), Int64(dy.columns))
      }
    }
  }

  /// Rotates the first `heads` heads of every row in place (rotate-half convention).
  ///
  /// In place because the product that made `x` does not need its own result again; `x` must come
  /// from `linear` and must not have been read by another operator.
  package func rotate(_ x: Variable, _ angles: RotaryAngles, heads: Int) -> Variable {
    precondition(angles.rows == x.value.rows, "rotate: \(x.value.rows) rows, \(angles.rows) angles")
    func turn(_ rows: Tensor, _ direction: Float) {
      ck_rotate(
        rows.pointer, Int64(rows.columns), angles.cosine.pointer, angles.sine.pointer,
        Int64(rows.rows), Int64(heads), Int64(angles.headDimension), direction)
    }
    turn(x.value, 1)
    record { if let gradient = x.gradient { turn(gradient, -1) } }
    return x
  }

  /// Scaled dot-product attention over a trie, grouped queries.
  ///
  /// Shapes: qkv [B, (heads + 2 kvHeads) D] with q, k, v packed head-major -> [B, heads D].
  package func attention(
    _ qkv: Variable, _ trie: PackedTrie, heads: Int, kvHeads: Int, headDimension: Int
  ) -> Variable {
    let (B, D) = (qkv.value.rows, headDimension)
    precondition(trie.rows == B, "attention: \(B) rows, trie of \(trie.rows)")
    let shape = AttentionShape(heads: heads, kvHeads: kvHeads, headDimension: D)
    let out = Tensor(uninitialized: B, heads * D)
    let blocks = trie.blocks
    var kept: [Tensor] = []
    for block in blocks {
      let probabilities = AttentionKernel.forward(qkv.value, block, shape, into: out)
      if records { kept.append(probabilities) }
    }
    return result(out, tracked: qkv.tracked) { dOut in
      let dQKV = qkv.zeroedGradient()
      for (block, probabilities) in zip(blocks, kept) {
        AttentionKernel.backward(qkv.value, block, shape, probabilities, dOut, into: dQKV)
      }
    }
  }

  /// Token embeddings with picture features put in their places.
  ///
  /// Shapes: ids [B], table [V, K], features [n, K] -> [B, K]; `places[i]` is the row that takes
  /// feature i instead of its token's embedding.
  package func embed(
    _ ids: [Int32], _ table: Weight, features: Variable? = nil, places: [Int] = []
  ) -> Variable {
    let (B, K) = (ids.count, table.columns)
    precondition(places.count == features?.value.rows ?? 0, "\(places.count) places")
    let y = Tensor(uninitialized: B, K)
    let taken = Set(places)
    for (row, id) in ids.enumerated() where !taken.contains(row) {
      precondition(id >= 0 && Int(id) < table.rows, "token id \(id) of \(table.rows)")
      y.row(row).update(from: pointer(table) + Int(id) * K, count: K)
    }
    if let features {
      for (index, row) in places.enumerated() {
        y.row(row).update(from: features.value.row(index), count: K)
      }
    }
    return result(y) { [self] dy in
      guard let dTable = gradientPointer(table) else { return }
      for (row, id) in ids.enumerated() where !taken.contains(row) {
        ck_axpy(1, dy.row(row), dTable + Int(id) * K, Int64(K))
      }
      if let features, features.tracked { features.add(Kernels.gather(dy, places)) }
    }
  }

  /// log p(target) of chosen rows under softmax(x Wᵀ / temperature) without the banned ids.
  ///
  /// Shapes: x [B, K], table [V, K]; result [n, 1] for n = rows.count. Entropies are in nats, by
  /// value only.
  package func logProbabilities(
    _ x: Variable, rows: [Int], targets: [Int32], _ table: Weight, banned: [UInt8],
    temperature: Float = 1
  ) -> (logProbabilities: Variable, entropies: [Float]) {
    let (n, K, V) = (rows.count, table.columns, table.rows)
    precondition(targets.count == n && banned.count == V, "\(n) rows, \(targets.count) targets")
    let chosen = Kernels.gather(x.value, rows)
    let probabilities = Tensor(uninitialized: n, V)
    MatrixProduct.run(
      n, V, K, chosen.pointer, K, pointer(table), K, transposedB: true,
      into: probabilities.pointer, V)
    let logs = Tensor(uninitialized: n, 1)
    var entropies = [Float](repeating: 0, count: n)
    ck_log_softmax_rows(
      probabilities.pointer, targets, banned, 1 / temperature, logs.pointer, &entropies, Int64(n),
      Int64(V))
    let variable = result(logs) { [self] d in
      ck_log_softmax_backward(
        probabilities.pointer, targets, d.pointer, 1 / temperature, Int64(n), Int64(V))
      if let dTable = gradientPointer(table) {
        MatrixProduct.run(
          V, K, n, probabilities.pointer, V, transposedA: true, chosen.pointer, K, beta: 1,
          into: dTable, K)
      }
      let dChosen = Tensor(uninitialized: n, K)
      MatrixProduct.run(
        n, K, V, probabilities.pointer, V, pointer(table), K, into: dChosen.pointer, K)
      let dx = x.zeroedGradient()
      for (index, row) in rows.enumerated() {
        ck_axpy(1, dChosen.row(index), dx.row(row), Int64(K))
      }
    }
    return (variable, entropies)
  }

  /// x Wᵀ of chosen rows, by value: [rows.count, V].
  package func logits(_ x: Variable, rows: [Int], _ table: Weight) -> Tensor {
    let chosen = Kernels.gather(x.value, rows)
    let out = Tensor(uninitialized: rows.count, table.rows)
    MatrixProduct.run(
      rows.count, table.rows, table.columns, chosen.pointer, table.columns, pointer(table),
      table.columns, transposedB: true, into: out.pointer, table.rows)
    return out
  }
}
