package import Foundations
internal import Schemas

/// Whatever produces the next turn: the bundled model, a checkpoint, an endpoint, a script.
package protocol Policy: AnyObject {
  /// Samples all requests side by side. Every sampled turn becomes a child of its request's node.
  ///
  /// The result depends on the requests and their randomness only, in their order.
  func sample(_ requests: [SampleRequest]) throws -> [Continuation]
}

/// How a turn is sampled.
package struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the most probable token.
  package var temperature: Double
  package var topP: Double
  package var maxTokens: Int
  /// What the turn begins with, whatever the policy thinks; empty for nothing.
  package var forcedPrefix: String
  /// Texts that end the turn where the policy completes one of them, beside its end token.
  package var stop: [String]

  package init(
    temperature: Double = 1, topP: Double = 1, maxTokens: Int = 96, forcedPrefix: String = "",
    stop: [String] = []
  ) {
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.forcedPrefix = forcedPrefix
    self.stop = stop
  }
}

package struct SampleRequest {
  package let dialogue: Dialogue
  /// The context is the path to this node.
  package let node: Int
  package let options: SamplingOptions
  package let random: CounterRandom

  package init(
    _ dialogue: Dialogue, after node: Int, _ options: SamplingOptions, random: CounterRandom
  ) {
    self.dialogue = dialogue
    self.node = node
    self.options = options
    self.random = random
  }
}

/// A sampled turn.
package struct Continuation {
  package enum Finish: String, Sendable {
    case endOfTurn = "end-of-turn"
    /// The turn was cut by the token limit.
    case length
  }

  /// The node of the dialogue that holds the turn.
  package let node: Int
  /// The turn, forced prefix included.
  package let text: String
  package let finish: Finish

  package init(node: Int, text: String, finish: Finish) {
    self.node = node
    self.text = text
    self.finish = finish
  }
}

/// A policy that says what a closure says; for tests of what uses policies.
package final class ScriptedPolicy: Policy {
  private let script: (SampleRequest) -> String

  /// `script` returns the whole turn, forced prefix included.
  package init(_ script: @escaping (SampleRequest) -> String) { self.script = script }

  package func sample(_ requests: [SampleRequest]) throws -> [Continuation] {
    requests.map { request in
      let text = script(request)
      let node = request.dialogue.append(
        .init(role: .model, text: text), after: request.node)
      return Continuation(node: node, text: text, finish: .endOfTurn)
    }
  }
}
