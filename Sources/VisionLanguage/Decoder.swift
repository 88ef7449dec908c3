package import Autograd
package import Layers
package import TensorCore

/// The language model: embeddings, blocks, final norm, output table.
package struct Decoder: Sendable {
  package let configuration: Configuration.Text
  package let embedding: Weight
  /// The output table: the embedding itself when tied.
  package let head: Weight
  package let blocks: [Block]
  package let norm: Weight
  private let rotary: RotaryEmbedding

  package init(_ configuration: Configuration.Text, _ parameters: Parameters) {
    self.configuration = configuration
    embedding = parameters.weight("model.embed_tokens.weight")
    head = configuration.tied ? embedding : parameters.weight("lm_head.weight")
    norm = parameters.weight("model.norm.weight")
    let shape = HeadShape(
      heads: configuration.heads, kvHeads: configuration.kvHeads,
      dimension: configuration.headDimension)
    rotary = RotaryEmbedding(headDimension: shape.dimension, base: configuration.ropeBase)
    blocks = (0..<configuration.layers).map { index in
      let at = "model.layers.\(index)."
      let attention = at + "self_attn."
      return Block(
        shape: shape, eps: configuration.eps,
        attentionNorm: parameters.weight(at + "input_layernorm.weight"),
        qkv: parameters.weight(
          attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight"),
        qkvBias: parameters.weight(
          attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias"),
        out: parameters.weight(attention + "o_proj.weight"),
        mlpNorm: parameters.weight(at + "post_attention_layernorm.weight"),
        gateUp: parameters.weight(at + "mlp.gate_proj.weight", at + "mlp.up_proj.weight"),
        down: parameters.weight(at + "mlp.down_proj.weight"))
    }
  }

  package func angles(_ positions: Positions) -> RotaryAngles {
    rotary.angles(positions, sections: configuration.ropeSections)
  }

  /// Final hidden states of packed tokens: embeddings x [B, width] -> [B, width].
  ///
  /// `observe` sees the residual stream after each block, numbered from 1.
  package func hiddenStates(
    _ x: Variable, _ trie: PackedTrie, _ positions: Positions, on tape: Tape,
    observe: (Int, Variable) -> Void = { _, _ in }
  ) -> Variable {
    let angles = angles(positions)
    var x = x
    for (index, block) in blocks.enumerated() {
      x = block(x, trie, angles, on: tape)
      observe(index + 1, x)
    }
    return tape.rmsNorm(x, norm, eps: configuration.eps)
  }
}
