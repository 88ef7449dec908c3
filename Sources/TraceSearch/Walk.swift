package import Foundations
package import Geometry
package import Prompting
package import Schemas

/// One conversation going forward turn by turn: what a rollout of the search, a rollout of RL and an
/// evaluation have in common.
package struct Walk {
  package let question: Question
  package let domain: Domain
  package let dialogue: Dialogue
  /// The last node of the dialogue: the prompt, an observation, or the last turn.
  package private(set) var node: Int
  /// Looks so far, in pixels of the view.
  package private(set) var looks: [Point]
  package private(set) var turns: Int
  package private(set) var end: End?
  /// Whether the limit of tokens cut the last turn off.
  package private(set) var isTruncated = false

  package enum End: Sendable, Equatable {
    case answered(String)
    /// The turn did not follow the dialect, was cut off, or looked outside; with the reason.
    case failed(String)
  }

  /// Starts at the prompt, which becomes the root of a new dialogue.
  package init(
    _ question: Question, _ domain: Domain, pictures: [String: [UInt8]]
  ) throws(Fault) {
    self.question = question
    self.domain = domain
    dialogue = Dialogue(pictures: pictures)
    node = dialogue.append(try domain.prompt(for: question), after: nil)
    looks = []
    turns = 0
  }

  /// Whether the next turn must answer.
  package func mustAnswer(depth: Int = .max) -> Bool {
    looks.count >= domain.looks || turns + 1 >= depth
  }

  /// The request of the next turn.
  package func request(
    _ options: SamplingOptions, random: CounterRandom, depth: Int = .max
  ) -> SampleRequest {
    var options = options
    if mustAnswer(depth: depth) && domain.dialect.zooms {
      options.forcedPrefix = domain.dialect.forcedAnswer
    }
    return SampleRequest(dialogue, after: node, options, random: random)
  }

  /// The walk after a sampled turn: a look gets its observation, an answer ends it.
  package func after(_ turn: Continuation) throws(Fault) -> Walk {
    var next = self
    next.node = turn.node
    next.turns += 1
    let parsed = domain.dialect.parse(turn.text)
    next.isTruncated = turn.finish == .length
    if next.isTruncated {
      next.end = .failed("the turn was cut off by the token limit")
    } else if let reason = parsed.malformed {
      next.end = .failed(reason)
    } else if case .answer(let answer) = parsed.action {
      next.end = .answered(answer)
    } else if case .zoom(let point) = parsed.action {
      try next.look(at: point)
    }
    return next
  }

  private mutating func look(at point: Point) throws(Fault) {
    if looks.count >= domain.looks {
      end = .failed("a look beyond the \(domain.looks) that are allowed")
    } else if let seen = try domain.observation(at: point, for: question) {
      node = dialogue.append(seen, after: node)
      looks.append(point)
    } else {
      end = .failed("a look outside of the picture at \(PointText.text(of: point))")
    }
  }

  package var answer: String? {
    if case .answered(let answer) = end { return answer }
    return nil
  }

  /// The shortest distance of the last look to an earlier one, in pixels of the view.
  package var lastLookNovelty: Double {
    guard let last = looks.last else { return .infinity }
    return looks.dropLast().map { $0.distance(to: last) }.min() ?? .infinity
  }

  /// Walks all conversations to their ends side by side.
  ///
  /// Turn t of walk i draws from `randoms[i].child(t)`.
  package static func finish(
    _ walks: [Walk], _ policy: any Policy, _ options: SamplingOptions, randoms: [CounterRandom],
    depth: Int = .max
  ) throws -> [Walk] {
    var walks = walks
    while true {
      let open = walks.indices.filter { walks[$0].end == nil }
      if open.isEmpty { return walks }
      let turns = try policy.sample(
        open.map {
          walks[$0].request(options, random: randoms[$0].child(walks[$0].turns), depth: depth)
        })
      for (index, turn) in zip(open, turns) {
        var next = try walks[index].after(turn)
        if next.end == nil && next.turns >= depth {
          next.end = .failed("no answer at the depth limit")
        }
        walks[index] = next
      }
    }
  }
}
