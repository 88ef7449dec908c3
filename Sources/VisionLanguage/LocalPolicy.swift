internal import Foundations
package import Prompting
internal import Schemas
internal import TensorCore
package import Tokenizing

/// A model of this process as a policy.
///
/// Keys and values of everything said in a dialogue are kept with it, so that a turn costs its own
/// tokens only. One owner at a time; `features` may be shared.
package final class LocalPolicy: Policy {
  package let model: Model
  package let tokenizer: Tokenizer
  private let features: PictureFeatures

  package init(_ model: Model, _ tokenizer: Tokenizer, _ features: PictureFeatures) {
    self.model = model
    self.tokenizer = tokenizer
    self.features = features
  }

  /// What is computed about a dialogue: the cache node of every dialogue node.
  private final class Memory {
    let cache: KeyValueCache
    var places: [Int: Int] = [:]
    init(_ cache: KeyValueCache) { self.cache = cache }
  }

  package func sample(_ requests: [SampleRequest]) throws -> [Continuation] {
    try remember(requests)
    let jobs = requests.map { request in
      let memory = memory(of: request.dialogue)
      var settings = SamplingSettings()
      settings.temperature = request.options.temperature
      settings.topP = request.options.topP
      settings.maxTokens = request.options.maxTokens
      return SamplingJob(
        memory.cache, context: memory.places[request.node] ?? -1,
        forced: tokenizer.encode(request.options.forcedPrefix).map(Int32.init),
        settings: settings, random: request.random)
    }
    let tokens = model.configuration.tokens
    let ends = [Int32(tokens.end), Int32(tokens.begin)]
    let stops = requests.map { StopStrings($0.options.stop, tokenizer) }
    let runs = model.sample(jobs) { job, ids in
      ids.last.map(ends.contains) ?? false || stops[job].isCompleted(by: ids.map(Int.init))
    }
    return zip(zip(requests, jobs), runs).map { pair, run in
      let (request, job) = pair
      let ids = (job.forced + run.ids).map(Int.init)
      let text = tokenizer.decode(ids)
      let node = request.dialogue.append(
        Segment(
          role: .model, text: text, ids: ids,
          logProbabilities: job.forced.map { _ in 0 } + run.logProbabilities.map(Double.init),
          forced: job.forced.count),
        after: request.node)
      memory(of: request.dialogue).places[node] = run.node
      return Continuation(node: node, text: text, finish: run.finished ? .endOfTurn : .length)
    }
  }

  private func memory(of dialogue: Dialogue) -> Memory {
    if let memory = dialogue.cache as? Memory { return memory }
    let memory = Memory(KeyValueCache(model.configuration.text))
    dialogue.cache = memory
    return memory
  }

  /// Brings the contexts of all requests into their caches, wave by wave from the roots.
  private func remember(_ requests: [SampleRequest]) throws {
    while true {
      // What each request lacks first, as the cache stands before this wave.
      let missing = requests.compactMap { request -> (dialogue: Dialogue, node: Int, above: Int)? in
        let places = memory(of: request.dialogue).places
        let path = request.dialogue.path(to: request.node)
        guard let at = path.firstIndex(where: { places[$0] == nil }) else { return nil }
        return (request.dialogue, path[at], at == 0 ? -1 : places[path[at - 1]] ?? -1)
      }
      if missing.isEmpty { return }
      // What may fail comes first: a node that has a place is filled.
      let contents = try missing.map { try content(of: $0.node, in: $0.dialogue) }
      var runs: [CacheRun] = []
      for ((dialogue, node, above), content) in zip(missing, contents) {
        let memory = memory(of: dialogue)
        guard memory.places[node] == nil else { continue }
        let place = memory.cache.add(parent: above)
        memory.places[node] = place
        runs.append(CacheRun(memory.cache, place, content.ids, pictures: content.pictures))
      }
      model.extend(runs)
    }
  }

  private func content(
    of node: Int, in dialogue: Dialogue
  ) throws(Fault) -> (ids: [Int32], pictures: [(grid: PatchGrid, features: Tensor)]) {
    let segment = dialogue.nodes[node].segment
    let entries = try entries(of: segment, in: dialogue)
    if segment.ids.isEmpty {
      dialogue.setIDs(
        tokenizer.encode(segment.text, expanding: entries.map(\.grid.tokens)), of: node)
    }
    return (
      dialogue.nodes[node].segment.ids.map(Int32.init), entries.map { ($0.grid, $0.features) }
    )
  }

  private func entries(
    of segment: Segment, in dialogue: Dialogue
  ) throws(Fault) -> [PictureFeatures.Entry] {
    var entries: [PictureFeatures.Entry] = []
    for reference in segment.media {
      guard let bytes = dialogue.pictures[reference.sha256] else {
        throw Fault("dialogue.picture", "the dialogue holds no picture \(reference.sha256)")
      }
      entries.append(try features.entry(reference, bytes))
    }
    return entries
  }
}

extension Tokenizer {
  /// Ids of a text in which every picture pad is repeated: the i-th to `counts[i]` tokens.
  ///
  /// - Precondition: the text has as many pads as there are counts.
  package func encode(_ text: String, expanding counts: [Int]) -> [Int] {
    let pad = id(of: .imagePad)
    var left = counts[...]
    let ids = encode(text).flatMap { id in
      id == pad ? Array(repeating: id, count: left.popFirst() ?? 0) : [id]
    }
    precondition(left.isEmpty, "\(left.count) pictures have no place in the text")
    return ids
  }
}
