internal import Foundations
internal import Prompting
internal import TaskKinds

/// Questions whose answer follows from what was said before: words alone, so that thousands of them
/// cost little.
///
/// A text asks many questions about one scene. Before an answer the thought tells of badges that were
/// not told of yet, in the sentences of looks, always with those that the question needs. Only answers
/// are learned: what is told, and when, is no skill.
struct BadgeConclusions {
  private let skills: BadgeSkills
  private let scene: VisualSearch.Scene
  private var random: CounterRandom
  private var told: [VisualSearch.Badge] = []
  private var asked: VisualSearch.Question

  /// Questions in a text.
  private static let rounds = 10
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

  /// The text of all questions.
  mutating func tree() -> TokenTree {
    var text = skills.header()
    for round in 0..<Self.rounds {
      if round > 0 { text.append("<|im_start|>user\n") }
      next(&text)
      text.append(" \(truth) </answer>\(ChatTemplate.endOfTurn)", learned: true)
      text.append("\n")
    }
    return text.tree
  }

  /// A text up to its first answer, and the answer.
  mutating func exam() -> (text: SkillText, truth: String) {
    var text = skills.header()
    next(&text)
    return (text, truth)
  }

  /// Appends a question and a thought, up to where its answer begins.
  private mutating func next(_ text: inout SkillText) {
    let kind = random.pick(Self.kinds)
    asked = VisualSearch.Question.make(
      kind, about: scene, icons: skills.world.icons, using: &random)
    text.append(asked.text)
    if !asked.options.isEmpty {
      text.append("\nOptions: \(asked.options.joined(separator: ", "))")
    }
    text.append("\(ChatTemplate.endOfTurn)\n<|im_start|>assistant\n")
    let needed = scene.badges.filter { badge in asked.targets.contains { $0.box == badge.box } }
    let others = random.shuffled(scene.badges.filter { !needed.contains($0) })
    let fresh = random.shuffled(needed + others.prefix(random.below(3)))
      .filter { !told.contains($0) }
    told += fresh
    let thought = fresh.isEmpty ? "Time to answer." : fresh.map(sentence).joined(separator: " ")
    text.append("<think> \(thought) </think>\n<answer>")
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
