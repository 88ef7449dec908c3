internal import Foundations
internal import Prompting
internal import TaskKinds

/// What follows from what was told, in words alone, so that thousands of conclusions cost little.
///
/// Half of the texts tell of every badge of a scene in the sentences of looks and then complete
/// sentences about them; the other half asks questions, tells what is needed, and concludes and
/// answers. What is told, and when, is no skill and not learned.
struct BadgeConclusions {
  private let skills: BadgeSkills
  private let scene: VisualSearch.Scene
  private var random: CounterRandom
  private var told: [VisualSearch.Badge] = []
  private var asked: VisualSearch.Question

  private static let sentences = 16
  private static let rounds = 5
  /// Kinds of questions are drawn evenly from these.
  private static let kinds: [VisualSearch.Question.Kind] = [
    .iconOfColor, .iconOfColor, .colorOfIcon, .placeOfIcon, .side,
  ]

  init(_ skills: BadgeSkills, _ random: CounterRandom) {
    self.skills = skills
    self.random = random
    let icons = skills.world.icons
    scene = VisualSearch.Scene.random(icons: icons, using: &self.random)
    asked = VisualSearch.Question.make(.side, about: scene, icons: icons, using: &self.random)
  }

  mutating func tree() -> TokenTree {
    random.uniform() < 0.5 ? completions() : answers()
  }

  private mutating func completions() -> TokenTree {
    var text = skills.header()
    text.append("Tell it again.\(ChatTemplate.endOfTurn)\n<|im_start|>assistant\n")
    for (number, badge) in random.shuffled(scene.badges).enumerated() {
      text.append((number == 0 ? "" : " ") + sentence(of: badge))
    }
    for _ in 0..<Self.sentences {
      let (said, concluded) = BadgeConclusion.parts(
        random.pick(BadgeConclusion.allCases), of: random.pick(scene.badges), skills.world.icons)
      text.append(" \(said)")
      text.append(" \(concluded)", learned: true)
    }
    return text.tree
  }

  private mutating func answers() -> TokenTree {
    var text = skills.header()
    for round in 0..<Self.rounds {
      if round > 0 { text.append("<|im_start|>user\n") }
      ask(&text)
      if let conclusion = BadgeConclusion.text(of: asked, in: scene, skills.world.icons) {
        text.append(" \(conclusion)", learned: true)
      }
      text.append(" </think>\n<answer>", learned: true)
      text.append(" \(truth) </answer>\(ChatTemplate.endOfTurn)", learned: true)
      text.append("\n")
    }
    return text.tree
  }

  /// A question with what is needed to answer it, up to where the conclusion begins, and its answer.
  mutating func exam() -> (text: SkillText, truth: String) {
    var text = skills.header()
    ask(&text)
    return (text, truth)
  }

  private mutating func ask(_ text: inout SkillText) {
    let kind = random.pick(Self.kinds)
    asked = VisualSearch.Question.make(
      kind, about: scene, icons: skills.world.icons, using: &random)
    text.append(asked.text)
    if !asked.options.isEmpty {
      text.append("\nOptions: \(asked.options.joined(separator: ", "))")
    }
    text.append("\(ChatTemplate.endOfTurn)\n<|im_start|>assistant\n<think>")
    let needed = scene.badges.filter { badge in asked.targets.contains { $0.box == badge.box } }
    let others = random.shuffled(scene.badges.filter { !needed.contains($0) })
    let fresh = random.shuffled(needed + others.prefix(random.below(3)))
      .filter { !told.contains($0) }
    told += fresh
    for badge in fresh { text.append(" \(sentence(of: badge))") }
  }

  private func sentence(of badge: VisualSearch.Badge) -> String {
    let point = PointText.text(of: BadgeWorld.viewPoint(of: badge))
    let (color, icon) = (badge.color.rawValue, skills.world.icons.names[badge.icon])
    return "The \(color) badge is at \(point). It shows the \(icon) on the \(color) badge."
  }

  private var truth: String {
    switch asked.truth {
    case .option(let right): right
    case .pointInBox(let box):
      scene.badges.first { $0.box == box }
        .map { PointText.text(of: BadgeWorld.viewPoint(of: $0)) } ?? ""
    }
  }
}

/// The sentence in which a thought concludes.
enum BadgeConclusion: CaseIterable {
  case icon
  case color
  case place

  /// What a question asks for and what it concludes in.
  static func parts(
    _ kind: Self, of badge: VisualSearch.Badge, _ icons: VisualSearch.Icons
  ) -> (said: String, concluded: String) {
    let (color, icon) = (badge.color.rawValue, icons.names[badge.icon])
    let place = PointText.text(of: BadgeWorld.viewPoint(of: badge))
    return switch kind {
    case .icon: ("The \(color) badge shows the", "\(icon).")
    case .color: ("The \(icon) is on the", "\(color) badge.")
    case .place: ("The \(icon) is at", "\(place).")
    }
  }

  /// The conclusion of a question; nil for one about sides, which is answered from two places.
  static func text(
    of question: VisualSearch.Question, in scene: VisualSearch.Scene, _ icons: VisualSearch.Icons
  ) -> String? {
    let kind: Self
    switch question.kind {
    case .iconOfColor: kind = .icon
    case .colorOfIcon: kind = .color
    case .placeOfIcon: kind = .place
    case .side: return nil
    }
    guard let badge = scene.badges.first(where: { $0.box == question.targets.first?.box })
    else { return nil }
    let parts = parts(kind, of: badge, icons)
    return "\(parts.said) \(parts.concluded)"
  }
}
