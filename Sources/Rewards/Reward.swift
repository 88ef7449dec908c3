package import Foundations
package import Prompting
package import Schemas

/// What a rollout is to a reward.
package struct RewardSample: Sendable {
  package let trace: ParsedTrace
  /// Tokens after the prompt, observations included.
  package let tokens: Int

  package init(trace: ParsedTrace, tokens: Int) {
    self.trace = trace
    self.tokens = tokens
  }

  /// Reads the segments of a trajectory.
  package init(_ segments: [Segment], _ domain: Domain) {
    trace = ParsedTrace(segments, domain.dialect)
    tokens = segments.reduce(0) { $0 + ($1.role == .prompt ? 0 : $1.ids.count) }
  }
}

/// What all rollouts of a group have in common.
package struct RewardTask: Sendable {
  package let question: Question
  package let domain: Domain
  package let checker: AnswerChecker
  /// Tokens that a response may have.
  package let tokenLimit: Int
  /// The share of training that is done, 0...1.
  package let progress: Double

  package init(
    _ question: Question, _ domain: Domain, tokenLimit: Int = 4096, progress: Double = 0
  ) throws(Fault) {
    self.question = question
    self.domain = domain
    self.tokenLimit = tokenLimit
    self.progress = progress
    checker = try AnswerChecker(question, domain)
  }
}

/// The value of one reward for one rollout, and why.
package struct Score: Sendable, Equatable {
  package let value: Double
  package let reason: String

  package init(_ value: Double, _ reason: String) {
    self.value = value
    self.reason = reason
  }
}

/// A named judgement of rollouts: a pure function of a group, its question and the progress of
/// training.
///
/// Laws (`RewardLawTests` runs them over the catalogue): values lie in `range`; the same group gives
/// the same scores; the order of the group does not matter; a rollout that says nothing to the point
/// at full length gets the lowest value, one that looks at distinct places and finds the truth in
/// the dialect's form the highest.
package protocol Reward: Sendable {
  /// As in pipeline files and records.
  var name: String { get }
  func range(_ task: RewardTask) -> ClosedRange<Double>
  /// One score per rollout of the group, in order.
  func scores(_ group: [RewardSample], _ task: RewardTask) -> [Score]
}
