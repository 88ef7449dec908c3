import Autograd
import Foundations
import Prompting
import Schemas
import TensorCore
import Testing
import Tokenizing
import Training
import VisionLanguage

@Suite struct `Chains of a question` {
  let sayings: Sayings

  init() throws { sayings = try Sayings() }

  /// The text of the learned tokens of a node.
  func learned(_ node: TokenTree.Node) -> String {
    sayings.tokenizer.decode(zip(node.ids, node.learned).filter(\.1).map { Int($0.0) })
  }

  @Test func `share what they have in common, counted as often as it is said`() throws {
    let chains = sayings.threeChains
    let tree = try sayings.chains.merged(chains + [chains[0]], pictures: sayings.pictures)
    #expect(tree.nodes.map(\.parent) == [-1, 0, 1, 2, 2, 1, 5, 6, 7])
    #expect(tree.nodes.map(\.weight) == [4, 4, 3, 2, 1, 1, 1, 1, 1])
    #expect(tree.pictures.count == 4, "a picture for every node that shows one")
  }

  @Test func `learn the whole turns of the model and nothing else`() throws {
    let chain = sayings.threeChains[2]
    let tree = try sayings.chains.merged([chain], pictures: sayings.pictures)
    #expect(
      tree.nodes.map(learned) == chain.map { $0.role == .model ? $0.text : "" })
    #expect(learned(tree.nodes[1]).hasSuffix(ChatTemplate.endOfTurn))
    #expect(tree.nodes[0].ids.count { $0 == 260 } == 12)
    #expect(tree.nodes[2].ids.count { $0 == 260 } == 4)
  }

  /// Supervised chains are texts to imitate, whoever began their turns; reinforcement learns only
  /// what was sampled.
  @Test func `learn what was forced when supervised, not when reinforced`() throws {
    let ids = sayings.tokenizer.encode("So: red<|im_end|>")
    let turn = Segment(role: .model, text: "So: red<|im_end|>", ids: ids, forced: 4)
    let chain = [sayings.prompt, turn]
    let supervised = try sayings.chains.merged([chain], pictures: sayings.pictures)
    #expect(learned(supervised.nodes[1]) == "So: red<|im_end|>")
    let (group, owners) = try sayings.chains.group([chain, chain], pictures: sayings.pictures)
    #expect(group.nodes.map(learned) == ["", "red<|im_end|>", "red<|im_end|>"])
    #expect(owners == [nil, 0, 1])
  }

  @Test func `keep the ids that were sampled, whatever their text would give`() throws {
    let turn = Segment(role: .model, text: "<|im_end|>", ids: [60, 124, 105, 257])
    let tree = try sayings.chains.merged([[sayings.prompt, turn]], pictures: sayings.pictures)
    #expect(tree.nodes[1].ids == [60, 124, 105, 257])
  }

  @Test func `miss no picture in silence`() {
    let fault = #expect(throws: Fault.self) {
      try sayings.chains.merged(sayings.threeChains, pictures: [:])
    }
    #expect(fault?.code == "chain.picture")
  }

  @Test func `have packed the gradient of the separate chains`() throws {
    let chains = sayings.threeChains
    let packed = try sayings.chains.merged(chains, pictures: sayings.pictures)
    let separate = try chains.map {
      try sayings.chains.merged([$0], pictures: sayings.pictures)
    }
    #expect(packed.tokens < separate.reduce(0) { $0 + $1.tokens } * 2 / 3)
    let together = try sayings.gradient([packed]) { $0.weights.map { -$0 } }
    let apart = try sayings.gradient(separate) { $0.weights.map { -$0 } }
    #expect(relativeDistance(together, apart) < 1e-5)
  }

  @Test func `have packed the gradient of the separate rollouts of a group`() throws {
    let rollouts = sayings.threeChains
    let advantages: [Float] = [1.5, -0.25, -1.25]
    let (tree, owners) = try sayings.chains.group(rollouts, pictures: sayings.pictures)
    #expect(owners == [nil, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2])
    let together = try sayings.gradient([tree]) { packed in
      packed.origins.map { origin in owners[origin.node].map { advantages[$0] } ?? .nan }
    }
    var apart = [Float](repeating: 0, count: together.count)
    for (rollout, advantage) in zip(rollouts, advantages) {
      let alone = try sayings.chains.merged([rollout], pictures: sayings.pictures)
      for (i, g) in try sayings.gradient([alone], { $0.weights.map { $0 * advantage } })
        .enumerated()
      {
        apart[i] += g
      }
    }
    #expect(relativeDistance(together, apart) < 1e-5)
  }
}

@Suite struct `Supervised steps` {
  func step(
    _ sayings: Sayings, _ trees: [TokenTree], workers: Int, microBatch: Int = 1
  ) throws -> SupervisedMetrics {
    var settings = SupervisedSettings()
    settings.batch = trees.count
    settings.microBatch = microBatch
    settings.frozen = ["visual."]
    let trainer = SupervisedTrainer(sayings.model, settings, workers: workers)
    var metrics = try trainer.advance { trees[$0] }
    let first = metrics
    for _ in 0..<2 { metrics = try trainer.advance { trees[$0] } }
    #expect(metrics.step == 3 && metrics.loss < first.loss)
    return first
  }

  @Test func `report the mean over the tokens of all chains, packed or not`() throws {
    let (one, other) = (try Sayings(), try Sayings())
    let packed = try step(
      one, [one.chains.merged(one.threeChains, pictures: one.pictures)], workers: 1)
    let separate = try step(
      other, other.threeChains.map { try other.chains.merged([$0], pictures: other.pictures) },
      workers: 1)
    #expect(packed.learnedTokens == separate.learnedTokens)
    #expect(
      packed.learnedTokens
        == one.threeChains.joined().reduce(0) {
          $0 + ($1.role == .model ? one.tokenizer.encode($1.text).count : 0)
        })
    expectClose(
      [packed.loss, packed.entropy, packed.gradientNorm],
      [separate.loss, separate.entropy, separate.gradientNorm], within: 2e-5)
  }

  @Test func `leave the same bytes with one worker and with two`() throws {
    let results = try [1, 2].map { workers in
      let sayings = try Sayings()
      let trees = try sayings.threeChains.map {
        try sayings.chains.merged([$0], pictures: sayings.pictures)
      }
      let metrics = try step(sayings, trees + trees, workers: workers, microBatch: 2)
      return (metrics, sayings.model.parameters.values.values)
    }
    #expect(results[0] == results[1])
    #expect(results[0].1 != smallModel().parameters.values.values)
  }
}
