package import Foundations
internal import Geometry
internal import Imaging
package import Prompting
internal import TaskKinds
package import Tokenizing

/// The base skills of the bundled model, as training texts about badge scenes.
package struct BadgeSkills: Sendable {
  package enum Skill: String, Sendable, CaseIterable {
    /// Colour word to the words of its column and row: the circuit that pointing grows from.
    case locate
    /// Colour word to coordinates, for every badge of a view in random order.
    case point
    /// Coordinates to what is there.
    case tell
    /// What a zoomed crop shows, several crops in a row.
    case read
    /// Whole conversations with looks at random.
    case trace
    /// Described badges to coordinates, on request.
    case ask
    /// Whole conversations in which some looks go to what the question names.
    case inquire
  }

  package let world: BadgeWorld
  package let tokenizer: Tokenizer
  package let words: CellWords
  /// Its system prompt opens every text, so that skills are learned where they will be used.
  package let domain: Domain

  package init(world: BadgeWorld, tokenizer: Tokenizer, domain: Domain) throws(Fault) {
    self.world = world
    self.tokenizer = tokenizer
    self.domain = domain
    words = try CellWords(
      tokenizer,
      contents: VisualSearch.BadgeColor.allCases.map(\.rawValue) + world.icons.names)
  }

  /// The training text of a skill about the `index`-th scene.
  package func sample(
    _ skill: Skill, _ index: Int, _ random: CounterRandom
  ) throws(Fault) -> TokenTree {
    var random = random
    switch skill {
    case .locate: return locate(index, &random)
    case .point: return point(index, &random)
    case .tell: return tell(index, &random)
    case .read: return read(index, &random)
    case .trace:
      var trace = try BadgeTrace(self, index, domain, random)
      return trace.tree()
    case .ask: return ask(index, &random)
    case .inquire:
      var trace = try BadgeTrace(self, index, domain, random, interest: 0.25)
      return trace.tree()
    }
  }

  func header() -> SkillText {
    var text = SkillText(tokenizer)
    text.append("<|im_start|>system\n\(domain.system)<|im_end|>\n<|im_start|>user\n")
    return text
  }

  private func locate(_ index: Int, _ random: inout CounterRandom) -> TokenTree {
    let shown = world.scene(index)
    var text = header()
    text.append(shown.view, contents: shown.viewContents, words: words)
    text.append("Find the cells.<|im_end|>\n<|im_start|>assistant\n")
    for badge in random.shuffled(shown.scene.badges) {
      let point = shown.viewPoint(of: badge)
      text.append(" \(badge.color.rawValue)")
      text.append(
        " \(CellWords.columns[point.x / 28]) \(CellWords.rows[point.y / 28])", learned: true)
    }
    return text.tree
  }

  private func point(_ index: Int, _ random: inout CounterRandom) -> TokenTree {
    let shown = world.scene(index)
    var text = header()
    text.append(shown.view, contents: shown.viewContents, words: words)
    text.append("Point to the badges.<|im_end|>\n<|im_start|>assistant\n")
    for (number, badge) in random.shuffled(shown.scene.badges).enumerated() {
      let point = shown.viewPoint(of: badge)
      text.append("\(number == 0 ? "" : " ")The \(badge.color.rawValue) badge is at")
      text.append(" (\(point.x), \(point.y)).", learned: true)
    }
    return text.tree
  }

  private func ask(_ index: Int, _ random: inout CounterRandom) -> TokenTree {
    let shown = world.scene(index)
    var text = header()
    text.append(shown.view, contents: shown.viewContents, words: words)
    for (number, badge) in random.shuffled(shown.scene.badges).enumerated() {
      let point = shown.viewPoint(of: badge)
      if number > 0 { text.append("<|im_start|>user\n") }
      text.append("Where is the \(badge.color.rawValue) badge?<|im_end|>\n<|im_start|>assistant\n")
      text.append("The \(badge.color.rawValue) badge is at", learned: true)
      text.append(" (\(point.x), \(point.y)).", learned: true)
      text.append("<|im_end|>", learned: true)
      text.append("\n")
    }
    return text.tree
  }

  private func tell(_ index: Int, _ random: inout CounterRandom) -> TokenTree {
    let shown = world.scene(index)
    var text = header()
    text.append(shown.view, contents: shown.viewContents, words: words)
    text.append("Tell what is at these places.<|im_end|>\n<|im_start|>assistant\n")
    var places = shown.scene.badges.map { badge in
      let point = shown.viewPoint(of: badge)
      return (
        x: point.x + random.below(9) - 4, y: point.y + random.below(9) - 4,
        what: "the \(badge.color.rawValue) badge"
      )
    }
    while places.count < shown.scene.badges.count + 3 {
      let (x, y) = (random.below(224), random.below(168))
      let clear = shown.scene.badges.allSatisfy { badge in
        let point = shown.viewPoint(of: badge)
        return max(abs(point.x - x), abs(point.y - y)) > 14
      }
      if clear { places.append((x, y, "no badge")) }
    }
    for (number, place) in random.shuffled(places).enumerated() {
      text.append("\(number == 0 ? "" : " ")At (\(place.x), \(place.y)) is")
      text.append(" \(place.what).", learned: true)
    }
    return text.tree
  }

  private func read(_ index: Int, _ random: inout CounterRandom) -> TokenTree {
    var text = header()
    let shown = world.scene(index)
    for (number, badge) in random.shuffled(shown.scene.badges).enumerated() {
      if number > 0 { text.append("<|im_start|>user\n") }
      let empty = random.uniform() < 0.1
      let center =
        empty
        ? Point(x: random.uniform(84...812), y: random.uniform(84...588))
        : Point(
          x: badge.center.x + random.uniform(-46...46), y: badge.center.y + random.uniform(-46...46)
        )
      let (picture, contents) = shown.crop(around: center)
      text.append(picture, contents: contents, words: words)
      text.append("What does it show?<|im_end|>\n<|im_start|>assistant\n")
      text.append(shown.reading(around: center), learned: true)
      text.append("<|im_end|>", learned: true)
      text.append("\n")
    }
    return text.tree
  }
}

extension BadgeWorld.Shown {
  /// What a crop around `center` shows: the badge nearest to the centre whose icon lies inside.
  func reading(around center: Point) -> String {
    let near = scene.badges.filter {
      max(abs($0.center.x - center.x), abs($0.center.y - center.y)) <= 66
    }
    func distance(_ badge: VisualSearch.Badge) -> Double {
      max(abs(badge.center.x - center.x), abs(badge.center.y - center.y))
    }
    guard let badge = near.min(by: { distance($0) < distance($1) }) else {
      return "It shows no badge."
    }
    return "It shows the \(icons.names[badge.icon]) on the \(badge.color.rawValue) badge."
  }
}
