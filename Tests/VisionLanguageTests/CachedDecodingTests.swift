import Autograd
import Foundations
import Geometry
import Imaging
import Layers
import TensorCore
import Testing
import VisionLanguage

/// Two prompts, the first with a picture; below it branches, one with a crop in it.
///
///     0 prompt, picture        5 prompt
///     ├ 1 text                 └ 6 text
///     │ └ 3 text
///     └ 2 text, crop
///       └ 4 text
struct Branches {
  struct Node {
    let parent: Int
    let ids: [Int32]
    var pictures: [(grid: PatchGrid, features: Tensor)] = []
  }

  let model: Model
  let nodes: [Node]

  /// Random weights of the usual sizes: attention looks at some places more than at others.
  static func model() -> Model {
    let model = Model(Configuration())
    var random = CounterRandom(seed: 50)
    for entry in model.parameters.entries {
      let isNorm = entry.name.contains("norm") || entry.name.contains("ln_q")
      let size = entry.shape.count == 1 ? 1 : (3 / Double(entry.columns)).squareRoot()
      let values = model.parameters.tensor(entry)
      for i in 0..<entry.count {
        values.pointer[i] = isNorm ? 1 : Float(size * random.uniform(-1...1))
      }
    }
    return model
  }

  init() {
    let model = Self.model()
    var random = CounterRandom(seed: 51)
    func text(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.below(250)) } }
    func shown(_ width: Int, _ height: Int) -> (grid: PatchGrid, features: Tensor) {
      var picture = Picture(size: Size(width: width, height: height), color: Color(9, 99, 200))
      picture.fill(.disc(center: Point(x: 30, y: 20), radius: 12), Color(220, 40, 10))
      let (grid, rows) = Patches.of(picture)
      return (grid, model.vision.features(rows, [grid], on: Tape(model.parameters)).value)
    }
    func wrapped(_ picture: (grid: PatchGrid, features: Tensor)) -> [Int32] {
      [262] + [Int32](repeating: 260, count: picture.grid.tokens) + [263]
    }
    self.model = model
    let (whole, crop) = (shown(112, 84), shown(56, 56))
    nodes = [
      Node(parent: -1, ids: text(4) + wrapped(whole) + text(6), pictures: [whole]),
      Node(parent: 0, ids: text(5)),
      Node(parent: 0, ids: text(3) + wrapped(crop) + text(2), pictures: [crop]),
      Node(parent: 1, ids: text(9)), Node(parent: 2, ids: text(1)),
      Node(parent: -1, ids: text(7)), Node(parent: 5, ids: text(4)),
    ]
  }

  /// Logits after the last token of a node, by a full pass over its path.
  func full(_ node: Int) -> [Float] {
    var path = [node]
    while nodes[path[0]].parent >= 0 { path.insert(nodes[path[0]].parent, at: 0) }
    let ids = path.flatMap { nodes[$0].ids }
    let pictures = path.flatMap { nodes[$0].pictures }
    let tape = Tape(model.parameters)
    let features = pictures.flatMap { $0.features.values }
    let positions = Positions.of(ids, image: 260, grids: pictures.map(\.grid), start: 0).positions
    let states = model.hiddenStates(
      ids, PackedTrie(runs: [ids.count], causal: true), positions,
      features: features.isEmpty
        ? nil : tape.constant(Tensor(features, rows: features.count / 64, columns: 64)),
      on: tape)
    return tape.logits(states, rows: [ids.count - 1], model.decoder.head).values
  }

  /// Logits after every node from a cache that `fill` extends.
  func cached(_ fill: ([CacheRun]) -> Void) -> [[Float]] {
    // The second prompt has a cache of its own, as every question has.
    let caches = [
      KeyValueCache(model.configuration.text), KeyValueCache(model.configuration.text),
    ]
    var places: [Int] = []
    var runs: [CacheRun] = []
    for (index, node) in nodes.enumerated() {
      let cache = caches[index < 5 ? 0 : 1]
      places.append(cache.add(parent: node.parent < 0 ? -1 : places[node.parent]))
      runs.append(CacheRun(cache, places[index], node.ids, pictures: node.pictures))
      fill([runs[index]])
    }
    return zip(runs, places).map { run, place in
      run.cache.lastState(of: place).map { model.logits($0).values } ?? []
    }
  }
}

@Suite struct `Decoding with a cache` {
  let branches: Branches
  let full: [[Float]]

  init() {
    branches = Branches()
    full = branches.nodes.indices.map(branches.full)
  }

  func expectFull(_ found: [[Float]], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(found.count == full.count, sourceLocation: sourceLocation)
    for (node, (values, wanted)) in zip(found, full).enumerated() {
      let distance = zip(values, wanted).map { abs($0 - $1) }.max() ?? .infinity
      #expect(
        values.count == 512 && distance < 1e-4, "node \(node): \(distance)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func `gives the logits of a full pass on every branch`() {
    expectFull(branches.cached { branches.model.extend($0) })
  }

  @Test func `gives them token by token`() {
    expectFull(
      branches.cached { runs in
        for run in runs {
          // A picture goes in at once, with its tokens.
          guard run.pictures.isEmpty else { return branches.model.extend([run]) }
          for id in run.ids { branches.model.extend([CacheRun(run.cache, run.node, [id])]) }
        }
      })
  }

  @Test func `gives them for branches and questions side by side`() {
    let (model, nodes) = (branches.model, branches.nodes)
    let first = KeyValueCache(model.configuration.text)
    let second = KeyValueCache(model.configuration.text)
    var runs: [CacheRun?] = Array(repeating: nil, count: nodes.count)
    for wave in [[0, 5], [2, 1, 6], [3, 4]] {
      for node in wave {
        let cache = node < 5 ? first : second
        let parent = nodes[node].parent
        let place = cache.add(parent: parent < 0 ? -1 : runs[parent]?.node ?? -1)
        runs[node] = CacheRun(cache, place, nodes[node].ids, pictures: nodes[node].pictures)
      }
      model.extend(wave.compactMap { runs[$0] })
    }
    expectFull(
      runs.map { run in
        run?.cache.lastState(of: run?.node ?? 0).map { model.logits($0).values } ?? []
      })
    #expect(first.tokens + second.tokens == nodes.reduce(0) { $0 + $1.ids.count })
  }

  @Test func `leaves a branch as it was when another one grows`() {
    let model = branches.model
    let cache = KeyValueCache(model.configuration.text)
    let root = cache.add(parent: -1)
    model.extend([CacheRun(cache, root, branches.nodes[5].ids)])
    let child = cache.add(parent: root)
    let other = cache.add(parent: root)
    for id in 0..<40 { model.extend([CacheRun(cache, other, [Int32(id)])]) }
    model.extend([CacheRun(cache, child, branches.nodes[6].ids), CacheRun(cache, other, [])])
    let found = cache.lastState(of: child).map { model.logits($0).values } ?? []
    #expect(zip(found, full[6]).allSatisfy { abs($0 - $1) < 1e-4 } && found.count == 512)
  }
}
