internal import Foundations
internal import Geometry
internal import Imaging
internal import Prompting
internal import Schemas
internal import TaskKinds

/// Whole conversations with looks, in the step format but without wisdom: what is looked at, and
/// when an answer is given, is random.
///
/// An answer says what the last look showed, be it what was asked for or not; without a look it is
/// guessed. So the model learns to look, to read and to answer from evidence, and where to look is
/// left to search and reinforcement.
struct BadgeTrace {
  private let skills: BadgeSkills
  private let domain: Domain
  private let shown: BadgeWorld.Shown
  private let asked: VisualSearch.Question
  private let frame: Frame
  private let interest: Double
  private var random: CounterRandom
  private var text: SkillText
  private var seen: [VisualSearch.Badge] = []

  /// Shares of turns that answer: at once, after a look, and those whose answer is forced.
  private static let answersAtOnce = 0.3
  private static let answersAfterLook = 0.5
  private static let forced = 0.12

  /// - Parameter interest: the probability that a look goes to a badge whose colour the question
  ///   names, if one is left.
  init(
    _ skills: BadgeSkills, _ index: Int, _ domain: Domain, _ random: CounterRandom,
    interest: Double = 0
  ) throws(Fault) {
    self.interest = interest
    self.skills = skills
    self.domain = domain
    self.random = random
    shown = skills.world.scene(index)
    asked = VisualSearch.Question.random(
      about: shown.scene, icons: shown.icons, using: &self.random)
    frame = try domain.frame(of: shown.picture.size)
    text = SkillText(skills.tokenizer)
    let prompt = try domain.prompt(for: record)
    text.append(prompt.text, [shown.view], contents: [shown.viewContents], words: skills.words)
  }

  /// The conversation as a training text.
  mutating func tree() -> TokenTree {
    if asked.kind == .side && random.uniform() < 0.5 { return comparing() }
    var thought = ""
    while true {
      let mustAnswer = seen.count >= domain.looks || random.uniform() < Self.forced
      if mustAnswer {
        text.append(domain.dialect.forcedAnswer)
        text.append(" \(answer()) </answer>\(ChatTemplate.endOfTurn)", learned: true)
        return text.tree
      }
      let share = seen.isEmpty ? Self.answersAtOnce : Self.answersAfterLook
      if random.uniform() < share || seen.count == shown.scene.badges.count {
        let reason = thought.isEmpty ? "I will guess." : thought
        text.append(domain.dialect.turn(thought: reason, .answer(answer())), learned: true)
        return text.tree
      }
      thought = look(at: next(), saying: thought)
    }
  }

  /// The badge to look at: one not yet seen.
  private mutating func next() -> VisualSearch.Badge {
    let unseen = shown.scene.badges.filter { !seen.contains($0) }
    let named = unseen.filter { asked.text.contains("\($0.color.rawValue) badge") }
    if interest > 0 && random.uniform() < interest && !named.isEmpty { return random.pick(named) }
    return random.pick(unseen)
  }

  /// Looks at a badge after saying what the last look showed; returns the new reading.
  private mutating func look(at badge: VisualSearch.Badge, saying thought: String) -> String {
    let point = viewPoint(of: badge)
    let pointing = "The \(badge.color.rawValue) badge is at \(PointText.text(of: point))."
    let turn = domain.dialect.turn(
      thought: thought.isEmpty ? pointing : "\(thought) \(pointing)", .zoom(point))
    text.append(turn, learned: true)
    seen.append(badge)
    let center = frame.toOriginal(point)
    guard let rule = domain.crop else { return "" }
    let crop = rule.crop(around: center, in: shown.picture.size)
    text.append(
      domain.dialect.observation, [shown.picture.cropped(crop)],
      contents: [shown.crop(around: center).contents], words: skills.words)
    return shown.reading(around: center)
  }

  /// Points at both badges of a question about sides, then answers rightly.
  private mutating func comparing() -> TokenTree {
    let both = asked.targets.compactMap { target in
      shown.scene.badges.first { $0.box == target.box }
    }
    let thought = both.map {
      "The \($0.color.rawValue) badge is at \(PointText.text(of: viewPoint(of: $0)))."
    }.joined(separator: " ")
    let isLeft = both[0].center.x < both[1].center.x
    text.append(
      domain.dialect.turn(thought: thought, .answer(isLeft ? "left" : "right")), learned: true)
    return text.tree
  }

  /// What the last look says to the question.
  private mutating func answer() -> String {
    switch asked.kind {
    case .iconOfColor:
      seen.last.map { shown.icons.names[$0.icon] } ?? random.pick(asked.options)
    case .colorOfIcon: seen.last?.color.rawValue ?? random.pick(asked.options)
    case .placeOfIcon:
      PointText.text(of: viewPoint(of: seen.last ?? random.pick(shown.scene.badges)))
    case .side: random.pick(asked.options)
    }
  }

  /// A conversation that has looked at what was asked for, up to where the answer begins, and the
  /// answer; questions about sides take two looks and are left out.
  mutating func exam() -> (text: SkillText, truth: String)? {
    guard asked.kind != .side,
      let badge = shown.scene.badges.first(where: { $0.box == asked.targets[0].box })
    else { return nil }
    let reading = look(at: badge, saying: "")
    text.append("<think> \(reading) </think>\n<answer>")
    return (text, " \(answer()) </answer>")
  }

  private func viewPoint(of badge: VisualSearch.Badge) -> Point {
    BadgeWorld.viewPoint(of: badge)
  }

  /// The question as a record, for the domain's prompt; the picture needs no digest to be asked about.
  private var record: Question {
    Question(
      id: "pretraining",
      images: [Medium(sha256: "", format: .jpeg, size: shown.picture.size, bytes: 0)],
      question: asked.text, options: asked.options, answer: .text(""), domain: domain.name,
      source: "pretraining",
      provenance: Provenance(archive: "", member: "", sha256: "", seed: 0))
  }
}

extension SkillText {
  /// Appends text with a picture at each of its placeholders.
  mutating func append(
    _ text: String, _ pictures: [Picture], contents: [[String?]], words: CellWords
  ) {
    var rest = text[...]
    for (picture, cells) in zip(pictures, contents) {
      guard let place = rest.firstRange(of: ChatTemplate.picture) else {
        fatalError("a picture has no place in the text")
      }
      append(String(rest[..<place.lowerBound]))
      append(picture, contents: cells, words: words)
      rest = rest[place.upperBound...]
    }
    append(String(rest))
  }
}
