package import Foundations
internal import Geometry
package import Prompting
package import Schemas

/// Which chains are cut from a tree.
package struct LinearizationSettings: Sendable, Equatable {
  package var direct = true
  package var corrected = true
  /// Chains kept of a question; the ones from nodes of the highest value, of equals the shorter.
  package var perQuestion = 20

  package init() {}
}

/// What linearising a tree gave.
package struct Linearized: Sendable {
  package var chains: [Chain]
  /// Chains thrown away, by reason.
  package var dropped: [String: Int]
}

/// Cuts linear chains from a search tree (ViGoRL, section 4.2).
///
/// A direct chain is the path to a node and one of its right rollouts. A corrected chain goes on with a
/// wrong rollout of the same node up to the turn that would have answered; that turn turns back
/// instead and takes the first step of a right rollout. The released code speaks the common prefix
/// twice there; here it is said once.
package struct Linearization: Sendable {
  package static let turningBack = "Wait, this seems off. Let's try something else."

  package let settings: LinearizationSettings
  private let domain: Domain

  package init(_ settings: LinearizationSettings, _ domain: Domain) {
    self.settings = settings
    self.domain = domain
  }

  private struct Candidate {
    let chain: Chain
    let value: Double
    let order: Int
  }

  package func chains(of tree: TreeRecord) throws(Fault) -> Linearized {
    var candidates: [Candidate] = []
    var dropped: [String: Int] = [:]
    var known: Set<[String]> = []
    let frame = try domain.frame(of: tree.question.images[0].size)
    for (index, node) in tree.nodes.enumerated() {
      let path = path(to: index, in: tree)
      for chain in cut(node, path, frame) {
        if chain.points.count > domain.looks {
          dropped["more looks than the domain allows", default: 0] += 1
        } else if !known.insert(chain.segments.map(\.text)).inserted {
          dropped["the same chain twice", default: 0] += 1
        } else {
          candidates.append(
            Candidate(chain: chain, value: node.value, order: candidates.count))
        }
      }
    }
    // The tree's own estimate of its branches decides which chains stay, then the shorter one; the
    // released code draws.
    candidates.sort {
      ($1.value, $0.chain.points.count, $0.order) < ($0.value, $1.chain.points.count, $1.order)
    }
    let extra = candidates.count - settings.perQuestion
    if extra > 0 { dropped["more chains than asked for"] = extra }
    return Linearized(
      chains: candidates.prefix(settings.perQuestion).map(\.chain), dropped: dropped)
  }

  private func path(to index: Int, in tree: TreeRecord) -> [Segment] {
    var segments: [Segment] = []
    var at = index
    while at >= 0 {
      segments = tree.nodes[at].segments + segments
      at = tree.nodes[at].parent
    }
    return segments
  }

  private func cut(_ node: TreeNode, _ path: [Segment], _ frame: Frame) -> [Chain] {
    let right = node.rollouts.filter { $0.reward >= 1 }
    let wrong = node.rollouts.filter { $0.reward < 1 && $0.answer != nil }
    var chains: [Chain] = []
    if settings.direct {
      chains += right.compactMap { chain(.direct, path + $0.segments, $0.answer, frame) }
    }
    if settings.corrected {
      for (bad, good) in wrong.flatMap({ bad in right.map { (bad, $0) } }) {
        guard let joined = joined(bad.segments, good.segments) else { continue }
        chains += [chain(.corrected, path + joined, good.answer, frame)].compactMap { $0 }
      }
    }
    return chains
  }

  /// The wrong rollout with its answering turn turned into the first turn of the right one.
  private func joined(_ bad: [Segment], _ good: [Segment]) -> [Segment]? {
    guard let last = bad.last, last.role == .model, let first = good.first, first.role == .model
    else { return nil }
    let (wrong, right) = (domain.dialect.parse(last.text), domain.dialect.parse(first.text))
    guard wrong.malformed == nil, right.malformed == nil else { return nil }
    let turn = domain.dialect.turn(
      thought: "\(wrong.thought) \(Self.turningBack) \(right.thought)", right.action)
    return bad.dropLast() + [Segment(role: .model, text: turn)] + good.dropFirst()
  }

  private func chain(
    _ kind: Chain.Kind, _ segments: [Segment], _ answer: String?, _ frame: Frame
  ) -> Chain? {
    guard let answer else { return nil }
    // As written: near the border the middle of a crop is another place.
    let looks = ParsedTrace(segments, domain.dialect).looks
    return Chain(
      kind: kind, segments: segments, points: looks.map(frame.toOriginal), answer: answer)
  }
}
