import Foundations
import Geometry
import Prompting
import Schemas
import TraceSearch

/// Questions, turns and policies without a model or a picture file.
enum Sketches {
  /// A picture of 448x336 seen at 112x84, crops of 112x112 pixels of it, two looks.
  static let domain = Domain(
    name: "sketch", system: "Look.", dialect: ViGoRLMultiTurn(), pixels: 3136...9408,
    crop: CropRule(halfSide: 56, output: Size(width: 56, height: 56)), looks: 2)

  static let provenance = Provenance(
    archive: "a.tar", member: "m", sha256: String(repeating: "a", count: 64), seed: 0)

  static func question(_ id: String = "q") -> Question {
    let medium = Medium(
      sha256: String(repeating: "a", count: 64), format: .png,
      size: Size(width: 448, height: 336), bytes: 1)
    return Question(
      id: id, images: [medium], question: "Which?", options: ["red", "blue"],
      answer: .option("red"), domain: "sketch", source: "test", provenance: provenance)
  }

  static func root(_ id: String = "q", _ domain: Domain = domain) throws -> Walk {
    try Walk(question(id), domain, pictures: [:])
  }

  static func look(_ x: Int, _ y: Int, _ thought: String = "Hm.") -> String {
    domain.dialect.turn(thought: thought, .zoom(Point(x: Double(x), y: Double(y))))
  }

  static func answer(_ text: String, _ thought: String = "So.") -> String {
    domain.dialect.turn(thought: thought, .answer(text))
  }

  /// The walk after saying these turns.
  static func walk(_ walk: Walk, _ turns: String...) throws -> Walk {
    try turns.reduce(walk) { walk, text in
      let node = walk.dialogue.append(Segment(role: .model, text: text), after: walk.node)
      return try walk.after(Continuation(node: node, text: text, finish: .endOfTurn))
    }
  }

  static func settings(
    simulations: Int = 1, children: Int = 3, rollouts: Int = 2, depth: Int = 10,
    exploration: Double = 2, radius: Double = 10, stopAfterSuccess: Int? = nil
  ) -> SearchSettings {
    SearchSettings(
      simulations: simulations, children: children, rollouts: rollouts, depth: depth,
      exploration: exploration, sampling: SamplingOptions(), noveltyRadius: radius,
      stopAfterSuccess: stopAfterSuccess)
  }

  static func search(_ settings: SearchSettings) -> TreeSearch {
    TreeSearch(settings) { _, answer in answer == "red" ? 1 : 0 }
  }

  /// Says one turn after the other, whoever asks.
  static func reciting(_ turns: [String]) -> (policy: ScriptedPolicy, asked: () -> [SampleRequest])
  {
    var asked: [SampleRequest] = []
    let policy = ScriptedPolicy { request in
      asked.append(request)
      return turns[asked.count - 1]
    }
    return (policy, { asked })
  }

  /// Says something by the request's own randomness: looks, answers and nonsense.
  static func random() -> ScriptedPolicy {
    ScriptedPolicy { request in
      var random = request.random
      if !request.options.forcedPrefix.isEmpty {
        return request.options.forcedPrefix + (random.uniform() < 0.5 ? "red" : "blue")
          + "</answer><|im_end|>"
      }
      switch random.below(8) {
      case 0: return "nonsense"
      case 1: return answer("red")
      case 2: return answer("blue")
      default: return look(random.below(112), random.below(84))
      }
    }
  }
}
