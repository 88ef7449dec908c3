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
    tree.nodes.indices.filter { tree.nodes[$0].parent < 0 }.flatMap { lines(of: $0, indent: "") }
  }

  /// A node with all that hangs under it; `indent` stands before every line but the first.
  private func lines(of index: Int, indent: String) -> [String] {
    let node = tree.nodes[index]
    let branches =
      node.rollouts.map { (self.rollout($0), Int?.none) } + children[index].map { ("", $0) }
    let turns = TraceText(node.segments, places).turns
    var lines = [head(index, node, looks: turns.compactMap(\.look))]
    let margin = indent + (branches.isEmpty ? "   " : "│  ")
    for turn in turns {
      lines.append(margin + turn.thought.replacing("\n", with: "\n" + margin))
    }
    for (place, (text, child)) in branches.enumerated() {
      let isLast = place == branches.count - 1
      let below = indent + (isLast ? "   " : "│  ")
      let branch = child.map { self.lines(of: $0, indent: below) } ?? [text]
      lines.append(indent + (isLast ? "└─ " : "├─ ") + branch[0])
      lines += branch.dropFirst()
    }
    return lines
  }

  private func head(_ index: Int, _ node: TreeNode, looks: [String]) -> String {
    var facts = [node.visits.of("visit"), "value \(node.value.rounded(digits: 3))"] + looks
    if let answer = node.answer {
      facts.append("answer: \(answer)")
    } else if node.isTerminal {
      facts.append("ends without an answer")
    }
    return (node.parent < 0 ? "root" : "\(index)") + "  " + facts.joined(separator: ", ")
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
