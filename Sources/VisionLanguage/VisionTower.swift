package import Autograd
internal import Layers
package import TensorCore

/// The vision transformer with windows, and the merger that makes decoder tokens of 2 x 2 patches.
package struct VisionTower: Sendable {
  private let configuration: Configuration.Vision
  private let patchEmbedding: Weight
  private let blocks: [Block]
  private let mergerNorm: Weight
  private let mergerIn: (Weight, Weight)
  private let mergerOut: (Weight, Weight)
  private let rotary: RotaryEmbedding

  package init(_ configuration: Configuration.Vision, _ parameters: Parameters) {
    self.configuration = configuration
    patchEmbedding = parameters.weight("visual.patch_embed.proj.weight")
    let shape = HeadShape(
      heads: configuration.heads, kvHeads: configuration.heads,
      dimension: configuration.width / configuration.heads)
    rotary = RotaryEmbedding(headDimension: shape.dimension, base: Configuration.visionRopeBase)
    blocks = (0..<configuration.depth).map { index in
      let at = "visual.blocks.\(index)."
      return Block(
        shape: shape, eps: Configuration.visionEps,
        attentionNorm: parameters.weight(at + "norm1.weight"),
        qkv: parameters.weight(at + "attn.qkv.weight"),
        qkvBias: parameters.weight(at + "attn.qkv.bias"),
        out: parameters.weight(at + "attn.proj.weight"),
        outBias: parameters.weight(at + "attn.proj.bias"),
        mlpNorm: parameters.weight(at + "norm2.weight"),
        gateUp: parameters.weight(at + "mlp.gate_proj.weight", at + "mlp.up_proj.weight"),
        gateUpBias: parameters.weight(at + "mlp.gate_proj.bias", at + "mlp.up_proj.bias"),
        down: parameters.weight(at + "mlp.down_proj.weight"),
        downBias: parameters.weight(at + "mlp.down_proj.bias"))
    }
    mergerNorm = parameters.weight("visual.merger.ln_q.weight")
    mergerIn = (
      parameters.weight("visual.merger.mlp.0.weight"), parameters.weight("visual.merger.mlp.0.bias")
    )
    mergerOut = (
      parameters.weight("visual.merger.mlp.2.weight"), parameters.weight("visual.merger.mlp.2.bias")
    )
  }

  /// Features of the decoder's picture tokens, in picture order.
  ///
  /// Shapes: patches [P, 1176], or [P, 588] for stills whose two equal frames are folded, in
  /// merge-block order, pictures one after another -> [P / 4, text width].
  package func features(_ patches: Tensor, _ grids: [PatchGrid], on tape: Tape) -> Variable {
    precondition(patches.rows == grids.reduce(0) { $0 + $1.patches }, "patches of \(grids)")
    let layout = VisionLayout(grids, window: configuration.window)
    let angles = rotary.axialAngles(rows: layout.rows, columns: layout.columns)
    let merged = patches.reshaped(patches.rows / 4, patches.columns * 4)
    let ordered = Kernels.gather(merged, layout.order).reshaped(patches.rows, patches.columns)
    var x = embedPatches(tape.constant(ordered), on: tape)  // [P, width]
    for (index, block) in blocks.enumerated() {
      let full = configuration.fullAttention.contains(index)
      x = block(x, full ? layout.pictures : layout.windows, angles, on: tape)
    }
    let normed = tape.rmsNorm(x, mergerNorm, eps: Configuration.visionEps)
    let cells = tape.reshape(normed, patches.rows / 4, configuration.width * 4)
    let hidden = tape.gelu(tape.linear(cells, mergerIn.0, bias: mergerIn.1))
    let out = tape.linear(hidden, mergerOut.0, bias: mergerOut.1)  // [P / 4, text width]
    return tape.gather(out, layout.inverse)
  }

  private func embedPatches(_ patches: Variable, on tape: Tape) -> Variable {
    if patches.value.columns == patchEmbedding.columns {
      return tape.linear(patches, patchEmbedding)
    }
    return tape.linearOverEqualFrames(
      patches, patchEmbedding, frames: Configuration.frames, channels: 3)
  }
}
