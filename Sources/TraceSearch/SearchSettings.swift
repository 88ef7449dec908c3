package import JSONText
package import Prompting

/// How trees are grown (ViGoRL, section 4.1 and Table A4).
package struct SearchSettings: Sendable, Equatable {
  /// Select-expand-roll out-back up rounds for every question.
  package var simulations: Int
  /// Turns sampled when a node is expanded.
  package var children: Int
  /// Continuations to an answer from every new child.
  package var rollouts: Int
  /// Turns from the question after which the answer is forced.
  package var depth: Int
  /// Weight of the exploration term.
  package var exploration: Double
  package var sampling: SamplingOptions
  /// A child that looks within this many pixels of the view of an earlier look of its path is
  /// thrown away.
  ///
  /// The released code compares coordinates as strings, which a step of one pixel evades.
  package var noveltyRadius: Double
  /// Rounds, from the one that finds a right leaf on, until the tree stops; nil: all rounds run.
  package var stopAfterSuccess: Int?

  /// The paper's numbers.
  package static let paper = SearchSettings(
    simulations: 20, children: 3, rollouts: 2, depth: 10, exploration: 2,
    sampling: SamplingOptions(temperature: 1, topP: 1, maxTokens: 512), noveltyRadius: 10,
    stopAfterSuccess: nil)

  /// The numbers of the released scripts, where they differ.
  package static let code = SearchSettings(
    simulations: 8, children: 3, rollouts: 2, depth: 10, exploration: 2,
    sampling: SamplingOptions(temperature: 1, topP: 1, maxTokens: 512), noveltyRadius: 10,
    stopAfterSuccess: nil)

  package init(
    simulations: Int, children: Int, rollouts: Int, depth: Int, exploration: Double,
    sampling: SamplingOptions, noveltyRadius: Double, stopAfterSuccess: Int?
  ) {
    self.simulations = simulations
    self.children = children
    self.rollouts = rollouts
    self.depth = depth
    self.exploration = exploration
    self.sampling = sampling
    self.noveltyRadius = noveltyRadius
    self.stopAfterSuccess = stopAfterSuccess
  }

  /// As tree records keep them.
  package var json: JSONObject {
    var members: JSONObject = [
      "simulations": .integer(simulations), "children": .integer(children),
      "rollouts": .integer(rollouts), "depth": .integer(depth),
      "exploration": .number(exploration), "temperature": .number(sampling.temperature),
      "top_p": .number(sampling.topP), "max_tokens": .integer(sampling.maxTokens),
      "novelty_radius": .number(noveltyRadius),
    ]
    if !sampling.forcedPrefix.isEmpty { members["opening"] = .string(sampling.forcedPrefix) }
    if let stopAfterSuccess { members["stop_after_success"] = .integer(stopAfterSuccess) }
    return members
  }
}
