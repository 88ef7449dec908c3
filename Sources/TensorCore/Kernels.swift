internal import CKernels
internal import Glibc

/// Swift names of the per-element C kernels, with shapes checked.
package enum Kernels {
  /// out = x + y; `out` may be `x` or `y`.
  package static func add(_ x: Tensor, _ y: Tensor, into out: Tensor) {
    precondition(x.count == y.count && y.count == out.count, "add \(x.count) \(y.count)")
    ck_add(x.pointer, y.pointer, out.pointer, Int64(x.count))
  }

  /// `y += a * x`.
  package static func accumulate(_ x: Tensor, times a: Float = 1, into y: Tensor) {
    precondition(x.count == y.count, "accumulate \(x.count) into \(y.count)")
    ck_axpy(a, x.pointer, y.pointer, Int64(x.count))
  }

  /// `y = a * x + b * y`.
  package static func blend(_ x: Tensor, _ a: Float, into y: Tensor, _ b: Float) {
    precondition(x.count == y.count, "blend \(x.count) into \(y.count)")
    ck_axpby(a, x.pointer, b, y.pointer, Int64(x.count))
  }

  /// `x *= a`.
  package static func scale(_ x: Tensor, _ a: Float) { blend(x, 0, into: x, a) }

  /// Shapes: x [m, n] -> out [n, m].
  package static func transpose(_ x: Tensor, into out: Tensor) {
    precondition(x.rows == out.columns && x.columns == out.rows, "transpose shapes")
    ck_transpose(x.pointer, out.pointer, Int64(x.rows), Int64(x.columns))
  }

  package static func sumOfSquares(_ x: Tensor) -> Double {
    ck_sum_squares(x.pointer, Int64(x.count))
  }

  /// One AdamW update of `w` in place (Loshchilov & Hutter).
  ///
  /// The order of operations is that of torch.optim.AdamW: decoupled decay first. Gradients are multiplied by `scale`; `step` counts from 1.
  package static func adamW(
    _ w: Tensor, _ gradient: Tensor, _ m: Tensor, _ v: Tensor, scale: Float, rate: Float,
    betas: (Float, Float), eps: Float, decay: Float, step: Int
  ) {
    precondition(w.count == gradient.count && m.count == w.count && v.count == w.count, "adamW")
    ck_adamw(
      w.pointer, gradient.pointer, m.pointer, v.pointer, Int64(w.count), scale, rate, betas.0,
      betas.1, eps, decay, 1 - power(betas.0, step), 1 - power(betas.1, step))
  }

  private static func power(_ base: Float, _ exponent: Int) -> Float {
    Float(pow(Double(base), Double(exponent)))
  }

  /// Rows of `x` in the order given: out[i] = x[order[i]].
  package static func gather(_ x: Tensor, _ order: [Int]) -> Tensor {
    let out = Tensor(uninitialized: order.count, x.columns)
    for (row, source) in order.enumerated() {
      out.row(row).update(from: x.row(source), count: x.columns)
    }
    return out
  }
}
