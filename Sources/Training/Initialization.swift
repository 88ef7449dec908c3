internal import Autograd
package import Foundations
internal import Glibc
internal import TensorCore
package import VisionLanguage

/// Fresh weights for training from scratch.
package enum Initialization {
  /// Matrices N(0, 1/fan_in), those that write to the residual stream divided by sqrt(2 layers),
  /// the patch embedding half of that, embeddings N(0, 0.05²), norms 1, biases 0, except those of
  /// q and k, which get N(0, 1): with equal tokens they are the only source of position.
  package static func fan(_ model: Model, _ random: CounterRandom) {
    let configuration = model.configuration
    for entry in model.parameters.entries {
      var draws = random.child(entry.name)
      let values = model.parameters.tensor(entry)
      let depth =
        entry.name.hasPrefix("visual.") ? configuration.vision.depth : configuration.text.layers
      let deviation = deviation(of: entry, depth: depth)
      let mean: Float = isNorm(entry.name) ? 1 : 0
      for i in 0..<entry.count {
        values.pointer[i] = mean + (deviation == 0 ? 0 : deviation * Float(normal(&draws)))
      }
    }
  }

  private static func isNorm(_ name: String) -> Bool {
    name.contains("norm") || name.contains("ln_q")
  }

  private static func deviation(of entry: Parameters.Entry, depth: Int) -> Float {
    let name = entry.name
    if isNorm(name) { return 0 }
    if name.hasSuffix("q_proj.bias") || name.hasSuffix("k_proj.bias") { return 1 }
    if entry.shape.count == 1 { return 0 }
    if name == "model.embed_tokens.weight" { return 0.05 }
    let fan = 1 / Float(entry.columns).squareRoot()
    if name.hasPrefix("visual.patch_embed") { return fan / 2 }
    let writes = ["o_proj.weight", "down_proj.weight", "attn.proj.weight"]
    return writes.contains { name.hasSuffix($0) } ? fan / Float(2 * depth).squareRoot() : fan
  }

  /// A standard normal draw (Box-Muller).
  private static func normal(_ random: inout CounterRandom) -> Double {
    let radius = (-2 * log(1 - random.uniform())).squareRoot()
    return radius * cos(2 * Double.pi * random.uniform())
  }
}
