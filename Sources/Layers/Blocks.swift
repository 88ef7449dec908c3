package import Autograd
package import TensorCore

/// Attention heads of a block: query heads, key/value heads, floats a head.
package struct HeadShape: Sendable, Equatable {
  package let heads: Int
  package let kvHeads: Int
  package let dimension: Int

  package init(heads: Int, kvHeads: Int, dimension: Int) {
    precondition(heads % kvHeads == 0, "\(heads) heads over \(kvHeads) key/value heads")
    self.heads = heads
    self.kvHeads = kvHeads
    self.dimension = dimension
  }

  /// Floats of packed q, k and v.
  package var packedWidth: Int { (heads + 2 * kvHeads) * dimension }
}

/// A pre-norm transformer block: x += attention(norm(x)), x += mlp(norm(x)), SwiGLU.
///
/// The decoder has biases on q, k, v only; the vision tower on every product.
package struct Block: Sendable {
  package let shape: HeadShape
  package let eps: Float
  package let attentionNorm: Weight
  package let qkv: Weight
  package let qkvBias: Weight
  package let out: Weight
  package let outBias: Weight?
  package let mlpNorm: Weight
  package let gateUp: Weight
  package let gateUpBias: Weight?
  package let down: Weight
  package let downBias: Weight?

  package init(
    shape: HeadShape, eps: Float, attentionNorm: Weight, qkv: Weight, qkvBias: Weight, out: Weight,
    outBias: Weight? = nil, mlpNorm: Weight, gateUp: Weight, gateUpBias: Weight? = nil,
    down: Weight, downBias: Weight? = nil
  ) {
    self.shape = shape
    self.eps = eps
    self.attentionNorm = attentionNorm
    self.qkv = qkv
    self.qkvBias = qkvBias
    self.out = out
    self.outBias = outBias
    self.mlpNorm = mlpNorm
    self.gateUp = gateUp
    self.gateUpBias = gateUpBias
    self.down = down
    self.downBias = downBias
  }

  /// Shapes: x [B, width] -> [B, width], rows as `trie` packs them.
  package func callAsFunction(
    _ x: Variable, _ trie: PackedTrie, _ angles: RotaryAngles, on tape: Tape
  ) -> Variable {
    let attended = attend(x, angles, on: tape) { qkv in
      tape.attention(
        qkv, trie, heads: shape.heads, kvHeads: shape.kvHeads, headDimension: shape.dimension)
    }
    return feedForward(attended, on: tape)
  }

  /// The attention half, with the mixing of rows given from outside (packed or cached).
  package func attend(
    _ x: Variable, _ angles: RotaryAngles, on tape: Tape, _ mix: (Variable) -> Variable
  ) -> Variable {
    let normed = tape.rmsNorm(x, attentionNorm, eps: eps)
    let packed = tape.linear(normed, qkv, bias: qkvBias)  // [B, packedWidth]
    let rotated = tape.rotate(packed, angles, heads: shape.heads + shape.kvHeads)
    return tape.add(x, tape.linear(mix(rotated), out, bias: outBias))
  }

  /// The SwiGLU half.
  package func feedForward(_ x: Variable, on tape: Tape) -> Variable {
    let normed = tape.rmsNorm(x, mlpNorm, eps: eps)
    let hidden = tape.swiglu(tape.linear(normed, gateUp, bias: gateUpBias))
    return tape.add(x, tape.linear(hidden, down, bias: downBias))
  }
}
