import Foundations
import Glibc
import Prompting
import Schemas
import Testing
import TraceSearch

@Suite struct `A search tree` {
  /// A root with three looks, which have earned 0.5 in 2 rollouts, 0 in 2 and 0 in 1.
  func tree(exploration: Double) throws -> SearchTree {
    let root = try Sketches.root()
    let tree = SearchTree(
      root, Sketches.settings(exploration: exploration), random: CounterRandom(seed: 1))
    let walks = try [10, 50, 90].map { try Sketches.walk(root, Sketches.look($0, 40)) }
    #expect(tree.select() == 0)
    #expect(tree.expand(0, walks) == [1, 2, 3])
    for (node, reward) in [(1, 1.0), (1, 0), (2, 0), (2, 0), (3, 0)] {
      tree.backUp(reward, from: node)
    }
    return tree
  }

  @Test func `counts visits and averages rewards from a node to the root`() throws {
    let tree = try tree(exploration: 2)
    #expect(tree.nodes.map(\.visits) == [5, 2, 2, 1])
    #expect(zip(tree.nodes.map(\.value), [0.2, 0.5, 0, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    let deeper = try Sketches.walk(tree.nodes[2].walk, Sketches.answer("red"))
    #expect(tree.expand(2, [deeper]) == [4])
    tree.backUp(1, from: 4)
    #expect(tree.nodes.map(\.visits) == [6, 2, 3, 1, 1])
    #expect(abs(tree.nodes[2].value - 1.0 / 3) < 1e-12 && tree.nodes[4].value == 1)
    #expect(abs(tree.nodes[0].value - 1.0 / 3) < 1e-12)
  }

  /// Q + c sqrt(ln(5 + 1) / (n + 1)): roots are 0.77282 for two visits and 0.94651 for one.
  @Test(arguments: [
    (0.0, 1),  // 0.5, 0, 0
    (2, 1),  // 2.0456, 1.5456, 1.8930
    (2.8, 1),  // 2.6639, 2.1639, 2.6502
    (2.9, 3),  // 2.7412, 2.2412, 2.7449
  ])
  func `selects by value and by what is seldom tried`(exploration: Double, chosen: Int) throws {
    let root = sqrt(log(6.0) / 3)
    #expect(abs(root - 0.77282) < 1e-5)
    #expect(try tree(exploration: exploration).select() == chosen)
  }

  @Test func `selects down to a node without children, the first of equals`() throws {
    let tree = try tree(exploration: 0)
    let children = try [50, 90].map {
      try Sketches.walk(tree.nodes[1].walk, Sketches.look($0, 40))
    }
    #expect(tree.expand(1, children) == [4, 5])
    #expect(tree.select() == 4)
    tree.backUp(1, from: 5)
    #expect(tree.select() == 5)
  }

  @Test func `takes no child that looks where its path has looked, or that failed`() throws {
    let root = try Sketches.walk(Sketches.root(), Sketches.look(50, 40))
    let tree = SearchTree(root, Sketches.settings(radius: 10), random: CounterRandom(seed: 1))
    let turns = [
      Sketches.look(56, 48), Sketches.look(55, 48), "nonsense", Sketches.look(50, 900),
      Sketches.answer("red"),
    ]
    let kept = tree.expand(0, try turns.map { try Sketches.walk(root, $0) })
    // 10 pixels away is new, 9.4 is not; an answer looks nowhere.
    #expect(kept.count == 2 && tree.nodes[2].walk.answer == "red")
    #expect(
      tree.dropped == [
        "a look where the path has looked before": 1,
        "the turn does not begin with a think block": 1,
        "a look outside of the picture at (50, 900)": 1,
      ])
  }

  @Test func `goes elsewhere when no child of a node is worth keeping`() throws {
    let tree = try tree(exploration: 0)
    let node = tree.select()
    #expect(node == 1)
    #expect(tree.expand(node, [try Sketches.walk(tree.nodes[1].walk, "nonsense")]).isEmpty)
    tree.endRound(at: node)
    // The fruitless round counts as a visit that earned nothing.
    #expect(tree.nodes[1].isDead && tree.nodes[1].visits == 3 && tree.nodes[0].visits == 6)
    #expect(abs(tree.nodes[1].value - 1.0 / 3) < 1e-12)
    #expect(tree.select() == 2 && tree.rounds == 1)
    for dead in [2, 3] {
      _ = tree.expand(dead, [])
      tree.endRound(at: dead)
    }
    #expect(tree.nodes[0].isDead && tree.isDone)
  }

  @Test(arguments: [(1, 4), (2, 5), (nil, 9)])
  func `stops some rounds after a right leaf`(extra: Int?, rounds: Int) throws {
    let root = try Sketches.root()
    let tree = SearchTree(
      root, Sketches.settings(simulations: 9, stopAfterSuccess: extra),
      random: CounterRandom(seed: 1))
    while !tree.isDone {
      // The fourth round finds it.
      tree.backUp(tree.rounds >= 3 ? 1 : 0.5, from: 0)
      tree.endRound(at: 0)
    }
    #expect(tree.rounds == rounds && tree.success == 3 && tree.hasRightLeaf)
  }
}
