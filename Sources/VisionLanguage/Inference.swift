internal import Autograd
package import Foundations
internal import Glibc
internal import Imaging
internal import JSONText
internal import Layers
internal import Prompting
package import TensorCore
package import Tokenizing

/// A model folder at work on raw prompts: what lets anyone compare these numbers with those of
/// another implementation.
///
/// Holds no state between prompts; one value serves all threads.
package struct Inference: Sendable {
  package let model: Model
  package let tokenizer: Tokenizer
  package let pixels: PixelBudget
  /// Ids that end a generated text.
  package let ends: [Int]

  /// - Throws: `tokenizer.missing` and the faults of its files for a folder without a tokenizer,
  ///   `model.tokenizer` when its ids do not fit the model's, and the faults of the preprocessor.
  package init(folder: ModelFolder) throws(Fault) {
    model = folder.model
    tokenizer = try folder.tokenizer()
    pixels = try folder.pixelBudget()
    ends = try folder.endIDs()
    let image = model.configuration.tokens.image
    guard tokenizer.count <= model.configuration.text.vocabulary,
      tokenizer.id(of: .imagePad) == image
    else {
      throw Fault(
        "model.tokenizer",
        "the tokenizer has \(tokenizer.count) ids and the picture pad at "
          + "\(tokenizer.id(of: .imagePad).map(String.init) ?? "none"), the configuration "
          + "\(model.configuration.text.vocabulary) and \(image)")
    }
  }

  /// A picture's file and what it is called.
  package struct PictureFile: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// A prompt as the model takes it, T tokens long.
  package struct Prompt {
    /// Picture pads repeated to the tokens of their pictures.
    package let ids: [Int]
    package let grids: [PatchGrid]
    let positions: Positions
    /// Of all pictures, one after another.
    ///
    /// Shapes: [P, 588].
    let patches: Tensor

    /// Of time, height and width for every token, [3][T].
    package var positionIDs: [[Int]] {
      [positions.time, positions.height, positions.width].map { $0.map(Int.init) }
    }
  }

  /// Reads a text in which every `<|vision_start|><|image_pad|><|vision_end|>` stands for the next
  /// picture.
  ///
  /// - Throws: `prompt.empty`, `prompt.pictures` when places and pictures differ in number, and the
  ///   faults of decoding and of `SmartResize`.
  package func prompt(_ text: String, pictures: [PictureFile]) throws(Fault) -> Prompt {
    let places = tokenizer.encode(text).count { $0 == model.configuration.tokens.image }
    guard places == pictures.count else {
      throw Fault(
        "prompt.pictures",
        "the prompt has \(places) of \(ChatTemplate.picture), expected \(pictures.count): "
          + "one for every picture")
    }
    var seen: [(grid: PatchGrid, rows: Tensor)] = []
    for file in pictures {
      do {
        let picture = try Picture.decode(file.bytes)
        seen.append(Patches.of(picture.resized(to: try pixels.view(of: picture.size))))
      } catch { throw error.placed(in: Place(file: file.name)) }
    }
    let grids = seen.map(\.grid)
    let ids = tokenizer.encode(text, expanding: grids.map(\.tokens))
    guard !ids.isEmpty else { throw Fault("prompt.empty", "the prompt has no token") }
    let positions = Positions.of(
      ids.map(Int32.init), image: Int32(model.configuration.tokens.image), grids: grids, start: 0)
    return Prompt(
      ids: ids, grids: grids, positions: positions.positions,
      patches: Tensor.stacked(seen.map(\.rows)))
  }

  /// Raw scores of the token after every token, of all ids; none is banned here.
  ///
  /// Shapes: [T, V].
  package func logits(_ prompt: Prompt) -> Tensor {
    let tape = Tape(model.parameters)
    let features = prompt.grids.isEmpty ? nil : features(prompt, on: tape)
    let states = model.hiddenStates(
      prompt.ids.map(Int32.init), PackedTrie(runs: [prompt.ids.count], causal: true),
      prompt.positions, features: features, on: tape)
    return tape.logits(states, rows: Array(prompt.ids.indices), model.decoder.head)
  }

  /// A continuation, with the keys and values of everything before a token kept.
  ///
  /// Picture and vision ids are removed from the softmax, as in search and training, so that no
  /// text can hold them; greedy ties go to the lowest id. It ends with an end token, with the token
  /// that completes one of the texts in `stop`, or full. The text leaves special tokens out; the ids
  /// hold the one that ended it.
  package func generate(
    _ prompt: Prompt, _ settings: SamplingSettings, stop: [String] = [], random: CounterRandom
  ) -> (ids: [Int], text: String) {
    let cache = KeyValueCache(model.configuration.text)
    let context = cache.add(parent: -1)
    model.extend([
      CacheRun(cache, context, prompt.ids.map(Int32.init), pictures: pictures(of: prompt))
    ])
    let job = SamplingJob(cache, context: context, settings: settings, random: random)
    let stop = StopStrings(stop, tokenizer)
    let run = model.sample([job]) { _, ids in
      ids.last.map { ends.contains(Int($0)) } ?? false || stop.isCompleted(by: ids.map(Int.init))
    }[0]
    let ids = run.ids.map(Int.init)
    return (ids, tokenizer.decode(ids, skippingSpecial: true))
  }

  private func features(_ prompt: Prompt, on tape: Tape) -> Variable {
    model.vision.features(prompt.patches, prompt.grids, on: tape)
  }

  private func pictures(of prompt: Prompt) -> [(grid: PatchGrid, features: Tensor)] {
    if prompt.grids.isEmpty { return [] }
    let all = features(prompt, on: Tape(model.parameters)).value
    var row = 0
    return prompt.grids.map { grid in
      defer { row += grid.tokens }
      return (
        grid,
        all.slice(row * all.columns, grid.tokens * all.columns).reshaped(grid.tokens, all.columns)
      )
    }
  }

  /// The `count` most probable ids of a row with their natural log-probabilities over all ids, the
  /// most probable first; of equals the lowest id.
  package static func top(
    _ logits: Tensor, row: Int, count: Int = 20
  ) -> [(id: Int, logProbability: Double)] {
    precondition(count > 0, "the \(count) most probable ids")
    let values = UnsafeBufferPointer(start: logits.row(row), count: logits.columns)
    let greatest = Double(values.max() ?? 0)
    let total = values.reduce(0.0) { $0 + exp(Double($1) - greatest) }
    var best: [Int] = []
    for id in values.indices {
      if best.count == count, values[best[count - 1]] >= values[id] { continue }
      let place = best.firstIndex { values[$0] < values[id] } ?? best.count
      best.insert(id, at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map { ($0, Double(values[$0]) - greatest - log(total)) }
  }
}

extension Tensor {
  /// The rows of all parts, one part after another; [0, 0] of none.
  fileprivate static func stacked(_ parts: [Tensor]) -> Tensor {
    let all = Tensor(
      uninitialized: parts.reduce(0) { $0 + $1.rows }, parts.first?.columns ?? 0)
    var row = 0
    for part in parts {
      all.row(row).update(from: part.pointer, count: part.count)
      row += part.rows
    }
    return all
  }
}
