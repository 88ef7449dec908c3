package import Autograd
package import Layers
package import TensorCore

/// Qwen2.5-VL: the weights, the two towers and the rules that tie them.
package final class Model: Sendable {
  package let configuration: Configuration
  package let parameters: Parameters
  package let vision: VisionTower
  package let decoder: Decoder
  /// 1 for ids that no text may hold: picture and vision markers.
  ///
  /// They are removed from the softmax of the sampler and of the trainer alike.
  package let banned: [UInt8]

  package init(_ configuration: Configuration, _ parameters: Parameters) {
    self.configuration = configuration
    self.parameters = parameters
    vision = VisionTower(configuration.vision, parameters)
    decoder = Decoder(configuration.text, parameters)
    var banned = [UInt8](repeating: 0, count: configuration.text.vocabulary)
    let tokens = configuration.tokens
    for id in [tokens.image, tokens.video, tokens.visionStart, tokens.visionEnd] { banned[id] = 1 }
    self.banned = banned
  }

  /// A model with all weights zero.
  package convenience init(_ configuration: Configuration) {
    self.init(configuration, Parameters(configuration.shapes))
  }

  /// The same model with its own copy of the weights.
  package func copy() -> Model { Model(configuration, parameters.copy()) }

  /// Final hidden states of a packed batch.
  ///
  /// - Parameters:
  ///   - ids: token ids, picture tokens expanded, [B].
  ///   - features: rows for the picture tokens in order of occurrence, or nil without pictures.
  ///   - observe: sees the residual stream after each block, numbered from 1.
  package func hiddenStates(
    _ ids: [Int32], _ trie: PackedTrie, _ positions: Positions, features: Variable?, on tape: Tape,
    observe: (Int, Variable) -> Void = { _, _ in }
  ) -> Variable {
    let image = Int32(configuration.tokens.image)
    let places = ids.indices.filter { ids[$0] == image }
    let x = tape.embed(ids, decoder.embedding, features: features, places: places)
    return decoder.hiddenStates(x, trie, positions, on: tape, observe: observe)
  }
}

extension Positions {
  /// Positions of a run of tokens that begins at `start`, and the position after it
  /// (transformers' `get_rope_index`).
  ///
  /// Every picture token run takes the next grid: time stays at the start, rows and columns count
  /// from it, and the text after goes on at the larger of the two.
  package static func of(
    _ ids: some Collection<Int32>, image: Int32, grids: [PatchGrid], start: Int
  ) -> (positions: Positions, next: Int) {
    var positions = Positions()
    var next = start
    var pictures = grids.makeIterator()
    var left = 0
    for id in ids {
      if id != image {
        precondition(left == 0, "\(left) picture tokens are missing")
        positions.append(next, next, next)
        next += 1
      } else if left > 0 {
        left -= 1
      } else {
        guard let grid = pictures.next() else { fatalError("more picture tokens than pictures") }
        for frame in 0..<grid.frames {
          for row in 0..<grid.mergedRows {
            for column in 0..<grid.mergedColumns {
              positions.append(next + frame, next + row, next + column)
            }
          }
        }
        left = grid.tokens - 1
        next += max(grid.mergedRows, grid.mergedColumns)
      }
    }
    precondition(left == 0 && pictures.next() == nil, "pictures and picture tokens do not match")
    return (positions, next)
  }
}
