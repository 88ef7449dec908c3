/// The sizes of a Qwen2.5-VL model, as its `config.json` gives them (`Configuration+JSON.swift`
/// reads and writes every published layout).
package struct Configuration: Sendable, Equatable {
  package struct Text: Sendable, Equatable {
    package var vocabulary = 512
    package var width = 64
    package var ffn = 128
    package var layers = 2
    package var heads = 4
    package var kvHeads = 2
    package var eps: Float = 1e-6
    package var ropeBase = 1e6
    /// Frequencies given to time, height and width; their sum is half the head dimension.
    package var ropeSections = [2, 3, 3]
    package var maxPositions = 32768
    package var tied = true
    package init() {}
    package var headDimension: Int { width / heads }
  }

  package struct Vision: Sendable, Equatable {
    package var depth = 2
    package var width = 32
    package var ffn = 64
    package var heads = 2
    /// Pixels along the edge of an attention window.
    package var window = 112
    /// Blocks that see the whole picture instead of a window.
    package var fullAttention = [1]
    package var tokensPerSecond = 2
    package init() {}
  }

  package struct Tokens: Sendable, Equatable {
    package var begin = 256
    package var end = 257
    package var pad = 258
    package var image = 260
    package var video = 261
    package var visionStart = 262
    package var visionEnd = 263
    package init() {}
  }

  package var text = Text()
  package var vision = Vision()
  package var tokens = Tokens()

  package init() {}

  /// Pixels of a patch edge, patches merged along an edge, frames folded into a patch: fixed by
  /// the architecture's published models.
  package static let patch = 14
  package static let merge = 2
  package static let frames = 2
  package static let visionEps: Float = 1e-6
  package static let visionRopeBase = 10_000.0

  /// Names and shapes of all tensors in the published layout, in memory order: what is multiplied
  /// together lies together.
  package var shapes: [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = []
    let (d, D) = (text.width, text.headDimension)
    list.append(("model.embed_tokens.weight", [text.vocabulary, d]))
    for layer in 0..<text.layers {
      let at = "model.layers.\(layer)."
      let (q, kv) = (text.heads * D, text.kvHeads * D)
      list += [
        (at + "input_layernorm.weight", [d]),
        (at + "self_attn.q_proj.weight", [q, d]),
        (at + "self_attn.k_proj.weight", [kv, d]),
        (at + "self_attn.v_proj.weight", [kv, d]),
        (at + "self_attn.q_proj.bias", [q]),
        (at + "self_attn.k_proj.bias", [kv]),
        (at + "self_attn.v_proj.bias", [kv]),
        (at + "self_attn.o_proj.weight", [d, q]),
        (at + "post_attention_layernorm.weight", [d]),
        (at + "mlp.gate_proj.weight", [text.ffn, d]),
        (at + "mlp.up_proj.weight", [text.ffn, d]),
        (at + "mlp.down_proj.weight", [d, text.ffn]),
      ]
    }
    list.append(("model.norm.weight", [d]))
    if !text.tied { list.append(("lm_head.weight", [text.vocabulary, d])) }
    return list + visionShapes
  }

  private var visionShapes: [(name: String, shape: [Int])] {
    let v = vision.width
    let merged = v * Self.merge * Self.merge
    var list: [(name: String, shape: [Int])] = [
      ("visual.patch_embed.proj.weight", [v, 3, Self.frames, Self.patch, Self.patch])
    ]
    for block in 0..<vision.depth {
      let at = "visual.blocks.\(block)."
      list += [
        (at + "norm1.weight", [v]),
        (at + "attn.qkv.weight", [3 * v, v]),
        (at + "attn.qkv.bias", [3 * v]),
        (at + "attn.proj.weight", [v, v]),
        (at + "attn.proj.bias", [v]),
        (at + "norm2.weight", [v]),
        (at + "mlp.gate_proj.weight", [vision.ffn, v]),
        (at + "mlp.up_proj.weight", [vision.ffn, v]),
        (at + "mlp.gate_proj.bias", [vision.ffn]),
        (at + "mlp.up_proj.bias", [vision.ffn]),
        (at + "mlp.down_proj.weight", [v, vision.ffn]),
        (at + "mlp.down_proj.bias", [v]),
      ]
    }
    return list + [
      ("visual.merger.ln_q.weight", [v]),
      ("visual.merger.mlp.0.weight", [merged, merged]),
      ("visual.merger.mlp.0.bias", [merged]),
      ("visual.merger.mlp.2.weight", [text.width, merged]),
      ("visual.merger.mlp.2.bias", [text.width]),
    ]
  }
}
