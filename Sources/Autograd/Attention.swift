internal import CKernels
package import TensorCore

/// Cosines and sines of the rotary position embedding, one row a token.
package struct RotaryAngles: Sendable {
  /// Shapes: [B, D / 2] each.
  package let cosine: Tensor
  package let sine: Tensor

  package var rows: Int { cosine.rows }
  package var headDimension: Int { cosine.columns * 2 }

  package init(cosine: Tensor, sine: Tensor) {
    precondition(cosine.rows == sine.rows && cosine.columns == sine.columns, "angle shapes")
    self.cosine = cosine
    self.sine = sine
  }
}

struct AttentionShape {
  let heads: Int
  let kvHeads: Int
  let headDimension: Int

  var stride: Int { (heads + 2 * kvHeads) * headDimension }
  var scale: Float { 1 / Float(headDimension).squareRoot() }

  func query(_ head: Int) -> Int { head * headDimension }
  func key(_ head: Int) -> Int { (heads + head * kvHeads / heads) * headDimension }
  func value(_ head: Int) -> Int { (heads + kvHeads + head * kvHeads / heads) * headDimension }
}

/// Attention of one block of query rows: strided products straight into the packed rows, so nothing
/// is transposed or copied.
enum AttentionKernel {
  /// Writes the block's rows of `out` and returns its probabilities, [heads count, columns].
  static func forward(
    _ qkv: Tensor, _ block: PackedTrie.Block, _ shape: AttentionShape, into out: Tensor
  ) -> Tensor {
    let (D, columns) = (shape.headDimension, block.columns)
    let probabilities = Tensor(uninitialized: shape.heads * block.count, columns)
    for head in 0..<shape.heads {
      let p = probabilities.row(head * block.count)
      let q = qkv.row(block.start) + shape.query(head)
      var column = 0
      for range in block.ranges {
        MatrixProduct.run(
          block.count, range.count, D, q, shape.stride,
          qkv.row(range.start) + shape.key(head), shape.stride, transposedB: true,
          into: p + column, columns)
        column += range.count
      }
      ck_softmax_rows(
        p, Int64(block.count), Int64(columns), shape.scale, Int64(block.visible), Int64(block.step))
      column = 0
      for (index, range) in block.ranges.enumerated() {
        MatrixProduct.run(
          block.count, D, range.count, p + column, columns,
          qkv.row(range.start) + shape.value(head), shape.stride, beta: index == 0 ? 0 : 1,
          into: out.row(block.start) + head * D, shape.heads * D)
        column += range.count
      }
    }
    return probabilities
  }

  /// Adds the block's part to `dQKV`.
  static func backward(
    _ qkv: Tensor, _ block: PackedTrie.Block, _ shape: AttentionShape, _ probabilities: Tensor,
    _ dOut: Tensor, into dQKV: Tensor
  ) {
    let (D, columns) = (shape.headDimension, block.columns)
    let dScores = Tensor(uninitialized: block.count, columns)
    for head in 0..<shape.heads {
      let p = probabilities.row(head * block.count)
      let d = dOut.row(block.start) + head * D
      let dOutStride = shape.heads * D
      var column = 0
      for range in block.ranges {
        MatrixProduct.run(
          block.count, range.count, D, d, dOutStride,
          qkv.row(range.start) + shape.value(head), shape.stride, transposedB: true,
          into: dScores.pointer + column, columns)
        MatrixProduct.run(
          range.count, D, block.count, p + column, columns, transposedA: true, d, dOutStride,
          beta: 1, into: dQKV.row(range.start) + shape.value(head), shape.stride)
        column += range.count
      }
      ck_softmax_backward(
        p, dScores.pointer, Int64(block.count), Int64(columns), shape.scale)
      column = 0
      for range in block.ranges {
        MatrixProduct.run(
          block.count, D, range.count, dScores.pointer + column, columns,
          qkv.row(range.start) + shape.key(head), shape.stride, beta: 1,
          into: dQKV.row(block.start) + shape.query(head), shape.stride)
        MatrixProduct.run(
          range.count, D, block.count, dScores.pointer + column, columns, transposedA: true,
          qkv.row(block.start) + shape.query(head), shape.stride, beta: 1,
          into: dQKV.row(range.start) + shape.key(head), shape.stride)
        column += range.count
      }
    }
  }
}
