import Geometry
import Prompting
import Rewards
import Schemas

enum Fixtures {
  static func question(
    _ answer: Answer, options: [String] = [], size: Size = Size(width: 896, height: 672)
  ) -> Question {
    let digest = String(repeating: "a", count: 64)
    return Question(
      id: "q1", images: [Medium(sha256: digest, format: .jpeg, size: size, bytes: 1)],
      question: "Which?", options: options, answer: answer, domain: "visual-search",
      source: "test",
      provenance: Provenance(archive: "a.tar", member: "m", sha256: digest, seed: 0))
  }

  static let options = question(.option("lock"), options: ["lock", "drum", "left", "not left"])
  /// In the view of 224x168 pixels the box reaches from (25, 25) to (50, 50).
  static let place = question(.pointInBox(Box(x0: 100, y0: 100, x1: 200, y1: 200)))
  static let text = question(.text("3.5 %"), size: Size(width: 64, height: 64))

  static func trace(
    _ domain: Domain, looks: [(Double, Double)] = [], answer: String?, thought: String = "So."
  ) -> ParsedTrace {
    var turns = looks.map {
      domain.dialect.turn(thought: thought, .zoom(Point(x: $0.0, y: $0.1)))
    }
    if let answer { turns.append(domain.dialect.turn(thought: thought, .answer(answer))) }
    return ParsedTrace(turns: turns.map(domain.dialect.parse))
  }

  static func sample(
    _ domain: Domain, looks: [(Double, Double)] = [], answer: String?, thought: String = "So.",
    tokens: Int = 10
  ) -> RewardSample {
    RewardSample(
      trace: trace(domain, looks: looks, answer: answer, thought: thought), tokens: tokens)
  }
}
