package import Autograd
internal import Foundations
package import TensorCore

/// How weights follow their gradients.
package struct OptimizerSettings: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// AdamW for every tensor.
    case adamw
    /// Muon for matrices inside the blocks and the merger, AdamW for the rest.
    case muon
  }

  package var kind = Kind.adamw
  package var betas: (Float, Float) = (0.9, 0.999)
  package var eps: Float = 1e-8
  package var weightDecay: Float = 0.01
  /// The global gradient norm is cut to this.
  package var clip: Double = 1
  package var momentum: Float = 0.95

  package init() {}

  package static func == (a: Self, b: Self) -> Bool {
    a.kind == b.kind && a.betas == b.betas && a.eps == b.eps && a.weightDecay == b.weightDecay
      && a.clip == b.clip && a.momentum == b.momentum
  }
}

/// The optimiser's state over one parameter layout.
package final class Optimizer {
  package let settings: OptimizerSettings
  private let parameters: Parameters
  /// First moments (Muon: momentum) and second moments, by the layout of the parameters.
  package let first: Tensor
  package let second: Tensor
  package var step = 0
  /// Entries that are updated.
  private let trained: [Parameters.Entry]

  /// Entries whose name starts with one of `frozen` are left as they are.
  package init(_ settings: OptimizerSettings, _ parameters: Parameters, frozen: [String] = []) {
    self.settings = settings
    self.parameters = parameters
    first = Tensor(zeros: 1, parameters.count)
    second = Tensor(zeros: 1, parameters.count)
    trained = parameters.entries.filter { entry in !frozen.contains { entry.name.hasPrefix($0) } }
  }

  /// Updates the weights and returns the gradient norm before clipping.
  ///
  /// `gradients` has the layout of the parameters. Matrices are spread over `workers`; each is
  /// computed by one thread, so the result does not depend on their number.
  ///
  /// - Throws: `training.diverged` for a gradient that is not finite; nothing is changed then.
  package func update(_ gradients: Tensor, rate: Double, workers: Int) throws -> Double {
    let squares = trained.reduce(0) {
      $0 + Kernels.sumOfSquares(gradients.slice($1.start, $1.count))
    }
    let norm = squares.squareRoot()
    guard norm.isFinite else {
      throw Fault(
        "training.diverged",
        "the gradient of step \(step + 1) is not finite: lower the rate or the clip norm")
    }
    step += 1
    let scale = norm > settings.clip ? settings.clip / (norm + 1e-6) : 1
    let (trained, usesMuon) = (trained, settings.kind == .muon)
    let update = EntryUpdate(
      settings: settings, weights: parameters.values, gradients: gradients, first: first,
      second: second, scale: Float(scale), rate: Float(rate), step: step)
    _ = try Lanes.map(trained.count, workers: workers) { index in
      if usesMuon && Self.isHiddenMatrix(trained[index]) {
        update.muon(trained[index])
      } else {
        update.adamW(trained[index])
      }
    }
    return norm
  }

  /// Matrices between hidden states; embeddings, the patch embedding, norms and biases are not.
  static func isHiddenMatrix(_ entry: Parameters.Entry) -> Bool {
    entry.shape.count == 2 && entry.name != "lm_head.weight"
      && entry.name != "model.embed_tokens.weight"
  }

}

/// One step's update of single tensors; all fields are flat buffers of the parameters' layout.
private struct EntryUpdate: Sendable {
  let settings: OptimizerSettings
  let weights: Tensor
  let gradients: Tensor
  let first: Tensor
  let second: Tensor
  let scale: Float
  let rate: Float
  let step: Int

  func adamW(_ entry: Parameters.Entry) {
    func part(_ whole: Tensor) -> Tensor { whole.slice(entry.start, entry.count) }
    Kernels.adamW(
      part(weights), part(gradients), part(first), part(second), scale: scale, rate: rate,
      betas: settings.betas, eps: settings.eps, decay: settings.weightDecay, step: step)
  }

  /// Muon (Jordan et al., 2024) with Nesterov momentum.
  ///
  /// The update has an RMS of about 0.2 per element through the factor 0.2 sqrt(max(rows, columns))
  /// (Liu et al., "Muon is scalable", equation 4).
  func muon(_ entry: Parameters.Entry) {
    let momentum = first.slice(entry.start, entry.count)
    let scaled = Tensor(zeros: 1, entry.count)
    Kernels.accumulate(gradients.slice(entry.start, entry.count), times: scale, into: scaled)
    Kernels.blend(scaled, 1 - settings.momentum, into: momentum, settings.momentum)
    Kernels.blend(momentum, settings.momentum, into: scaled, 1 - settings.momentum)
    let direction = Orthogonalization.run(scaled.reshaped(entry.rows, entry.columns))
    let factor = 0.2 * Float(max(entry.rows, entry.columns)).squareRoot()
    Kernels.blend(
      direction.reshaped(1, entry.count), -rate * factor,
      into: weights.slice(entry.start, entry.count),
      1 - rate * settings.weightDecay)
  }
}

/// The nearest semi-orthogonal matrix, roughly: four quintic Newton-Schulz steps.
package enum Orthogonalization {
  /// Singular values of the result lie in about 0.7 to 1.2.
  ///
  /// Shapes: [m, n] -> [m, n].
  package static func run(_ matrix: Tensor, iterations: Int = 4) -> Tensor {
    let wide = matrix.rows <= matrix.columns
    var x = wide ? copy(matrix) : transposed(matrix)
    let norm = Kernels.sumOfSquares(x).squareRoot()
    Kernels.scale(x, Float(1 / (norm + 1e-7)))
    let (m, n) = (x.rows, x.columns)
    for _ in 0..<iterations {
      let a = Tensor(uninitialized: m, m)  // x xᵀ
      MatrixProduct.run(
        m, m, n, x.pointer, n, x.pointer, n, transposedB: true, into: a.pointer, m)
      let b = copy(a)  // -4.7750 a + 2.0315 a²
      MatrixProduct.run(
        m, m, m, alpha: 2.0315, a.pointer, m, a.pointer, m, beta: -4.7750, into: b.pointer, m)
      let next = copy(x)  // 3.4445 x + b x
      MatrixProduct.run(m, n, m, b.pointer, m, x.pointer, n, beta: 3.4445, into: next.pointer, n)
      x = next
    }
    return wide ? x : transposed(x)
  }

  private static func copy(_ x: Tensor) -> Tensor {
    let out = Tensor(uninitialized: x.rows, x.columns)
    out.pointer.update(from: x.pointer, count: x.count)
    return out
  }

  private static func transposed(_ x: Tensor) -> Tensor {
    let out = Tensor(uninitialized: x.columns, x.rows)
    Kernels.transpose(x, into: out)
    return out
  }
}
