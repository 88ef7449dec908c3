internal import Foundations
internal import Geometry
internal import Imaging
internal import Prompting
internal import TaskKinds
internal import TensorCore
internal import Tokenizing
package import VisionLanguage

/// Accuracy of the base skills on a world that training never sees.
package struct SkillReport: Sendable, Equatable {
  /// Share of described badges whose box holds the point that the model gives.
  package var pointing = 0.0
  /// Median distance in view pixels, the larger of both axes.
  package var medianError = 0.0
  /// Share of crops whose icon is named.
  package var reading = 0.0
  /// Share of questions answered rightly after a look at what was asked for.
  package var answering = 0.0
  package var questions = 0
}

/// Asks a model to point and to read, greedily.
package struct SkillExam {
  package let skills: BadgeSkills
  /// Scenes asked; each gives a question of pointing, one of reading and, for most, one of answering.
  package let scenes: Int

  package init(_ skills: BadgeSkills, scenes: Int) {
    self.skills = skills
    self.scenes = scenes
  }

  package func run(_ model: Model, workers: Int) throws -> SkillReport {
    let group = 16
    let parts = try Lanes.map((scenes + group - 1) / group, workers: workers) { part in
      let range = part * group..<min(scenes, (part + 1) * group)
      return (
        errors: point(model, range), readings: read(model, range),
        answers: try answer(model, range)
      )
    }
    let errors = parts.flatMap(\.errors)
    let readings = parts.flatMap(\.readings)
    var report = SkillReport()
    report.questions = errors.count
    report.pointing = share(errors.map(\.inside))
    report.medianError = errors.map(\.distance).sorted()[errors.count / 2]
    report.reading = share(readings)
    report.answering = share(parts.flatMap(\.answers))
    return report
  }

  private func share(_ marks: [Bool]) -> Double {
    Double(marks.count { $0 }) / Double(max(1, marks.count))
  }

  /// What the model says after each text.
  private func answers(_ model: Model, _ texts: [SkillText], until end: String) -> [String] {
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maxTokens = 24
    let jobs = texts.enumerated().map { index, text in
      let cache = KeyValueCache(model.configuration.text)
      let root = cache.add(parent: -1)
      let tree = text.tree
      let pictures = tree.pictures.map { picture in
        (grid: picture.grid, features: model.features([picture]))
      }
      model.extend([CacheRun(cache, root, tree.nodes[0].ids, pictures: pictures)])
      return SamplingJob(
        cache, context: root, settings: settings, random: CounterRandom(seed: UInt64(index)))
    }
    let runs = model.sample(jobs) { _, ids in
      skills.tokenizer.decode(ids.suffix(1).map(Int.init)).contains(end)
    }
    return runs.map { skills.tokenizer.decode($0.ids.map(Int.init)) }
  }

  private func point(_ model: Model, _ range: Range<Int>) -> [(inside: Bool, distance: Double)] {
    var texts: [SkillText] = []
    var badges: [VisualSearch.Badge] = []
    for index in range {
      let shown = skills.world.scene(index)
      let badge = shown.scene.badges[0]
      var text = skills.header()
      text.append(shown.view)
      text.append("Point to the badges.<|im_end|>\n<|im_start|>assistant\n")
      text.append("The \(badge.color.rawValue) badge is at")
      texts.append(text)
      badges.append(badge)
    }
    return zip(answers(model, texts, until: ")"), badges).map { answer, badge in
      let numbers = answer.split { !$0.isNumber }.compactMap { Double($0) }
      guard numbers.count == 2 else { return (false, 224) }
      let point = Point(x: (numbers[0] + 0.5) * 4, y: (numbers[1] + 0.5) * 4)
      let distance = max(abs(point.x - badge.center.x), abs(point.y - badge.center.y)) / 4
      return (badge.box.contains(point), distance)
    }
  }

  private func read(_ model: Model, _ range: Range<Int>) -> [Bool] {
    var texts: [SkillText] = []
    var names: [String] = []
    for index in range {
      let shown = skills.world.scene(index)
      var random = CounterRandom(seed: 5).child(index)
      let badge = shown.scene.badges[shown.scene.badges.count - 1]
      let center = Point(
        x: badge.center.x + random.uniform(-30...30), y: badge.center.y + random.uniform(-30...30))
      var text = skills.header()
      text.append(shown.crop(around: center).picture)
      text.append("What does it show?<|im_end|>\n<|im_start|>assistant\n")
      texts.append(text)
      names.append(shown.icons.names[badge.icon])
    }
    return zip(answers(model, texts, until: "."), names).map { $0.contains(" \($1) ") }
  }

  private func answer(_ model: Model, _ range: Range<Int>) throws(Fault) -> [Bool] {
    var asked: [(text: SkillText, truth: String)] = []
    for index in range {
      var trace = try BadgeTrace(
        skills, index, skills.domain, CounterRandom(seed: 6).child(index))
      if let question = trace.exam() { asked.append(question) }
    }
    return zip(answers(model, asked.map(\.text), until: ">"), asked).map { $0 == $1.truth }
  }
}
