internal import Prompting
internal import Schemas

/// A search tree as an indented tree for people.
///
///     root  12 visits, value 0.4
///     └─ 1  7 visits, value 0.57, looks at (248, 220), sees 164, 136 to 332, 304
///        │  The purple badge is at (62, 55).
///        ├─ rollout  reward 1, 2 steps, answer: key
///        └─ 2  3 visits, value 1, answer: key
///              It shows the key.
struct TreeText {
  private let tree: TreeRecord
  private let children: [[Int]]
  private let places: TraceText.Places

  init(_ tree: TreeRecord) {
    self.tree = tree
    var children = [[Int]](repeating: [], count: tree.nodes.count)
    for (index, node) in tree.nodes.enumerated() where children.indices.contains(node.parent) {
      children[node.parent].append(index)
    }
    self.children = children
    places = TraceText.Places(tree.question, tree.nodes.first?.segments ?? [])
  }

  var lines: [String] {
    var lines: [String] = []
    var open = tree.nodes.indices.reversed().filter { tree.nodes[$0].parent < 0 }.map {
      Branch(node: $0)
    }
    while let branch = open.popLast() {
      let node = tree.nodes[branch.node]
      let turns = TraceText(node.segments, places).turns
      lines.append(branch.start + head(branch, node, looks: turns.compactMap(\.look)))
      let below = children[branch.node]
      let margin = branch.indent + (node.rollouts.isEmpty && below.isEmpty ? "   " : "│  ")
      for turn in turns {
        lines.append(margin + turn.thought.replacing("\n", with: "\n" + margin))
      }
      for (place, rollout) in node.rollouts.enumerated() {
        let isLast = below.isEmpty && place == node.rollouts.count - 1
        lines.append(branch.indent + (isLast ? "└─ " : "├─ ") + self.rollout(rollout))
      }
      open += below.reversed().map { Branch(node: $0, of: branch, isLast: $0 == below.last) }
    }
    return lines
  }

  /// A node that is still to be told; a stack of its own, as foreign trees can be chains of
  /// thousands.
  private struct Branch {
    let node: Int
    /// Stands before the first line.
    var start = ""
    /// Stands before the others and all that hangs under the node.
    var indent = ""
    var depth = 0

    /// Deeper nodes stay at this indent.
    static let deepest = 40

    init(node: Int) { self.node = node }

    init(node: Int, of parent: Branch, isLast: Bool) {
      self.node = node
      depth = parent.depth + 1
      start = parent.indent + (isLast ? "└─ " : "├─ ")
      indent = parent.indent
      if depth <= Self.deepest { indent += isLast ? "   " : "│  " }
    }
  }

  private func head(_ branch: Branch, _ node: TreeNode, looks: [String]) -> String {
    var facts = [node.visits.of("visit"), "value \(node.value.rounded(digits: 3))"] + looks
    if let answer = node.answer {
      facts.append("answer: \(answer)")
    } else if node.isTerminal {
      facts.append("ends without an answer")
    }
    var name = node.parent < 0 ? "root" : "\(branch.node)"
    if branch.depth > Branch.deepest { name += " under \(node.parent)" }
    return name + "  " + facts.joined(separator: ", ")
  }

  private func rollout(_ rollout: TreeRollout) -> String {
    var facts = ["reward \(rollout.reward.rounded(digits: 3))", rollout.steps.of("step")]
    let looks = TraceText(rollout.segments, places).turns.compactMap(\.place)
    if !looks.isEmpty { facts.append("looks at " + looks.joined(separator: " ")) }
    if rollout.samePoints > 0 { facts.append("\(rollout.samePoints.of("look")) repeated") }
    facts.append(rollout.answer.map { "answer: \($0)" } ?? "no answer")
    return "rollout  " + facts.joined(separator: ", ")
  }
}

extension Int {
  /// `1 visit`, `2 visits`.
  func of(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}

extension Double {
  /// The shortest decimal with at most `digits` digits after the point: `0.35`, `12`.
  func rounded(digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let value = (self * scale).rounded() / scale
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
