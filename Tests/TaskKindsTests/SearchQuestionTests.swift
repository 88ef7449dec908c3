import Foundations
import Geometry
import Imaging
import TaskKinds
import Testing

@Suite struct SearchQuestionTests {
  typealias Question = VisualSearch.Question

  private func question(_ kind: Question.Kind, _ seed: UInt64) -> Question {
    var random = CounterRandom(seed: seed)
    return Question.make(kind, about: Samples.scene(seed), icons: Samples.icons, using: &random)
  }

  /// What an observer of the scene would answer to the words of a question.
  private func observed(_ text: String, in scene: VisualSearch.Scene) -> String? {
    let words = text.dropLast().split(separator: " ").map(String.init)
    func badge(_ word: String) -> VisualSearch.Badge? {
      scene.badges.first {
        $0.color.rawValue == word || Samples.icons.names[$0.icon] == word
      }
    }
    let named = words.compactMap(badge)
    switch (words[0], named.count) {
    case ("Which", 1): return Samples.icons.names[named[0].icon]
    case ("What", 1): return named[0].color.rawValue
    case ("Where", 1): return named[0].box.description
    case ("Is", 2): return named[0].center.x < named[1].center.x ? "left" : "right"
    default: return nil
    }
  }

  @Test(arguments: Question.Kind.allCases, 0..<40 as Range<UInt64>)
  func `the truth is what an observer sees, and only what is drawn is named`(
    kind: Question.Kind, seed: UInt64
  ) {
    let question = question(kind, seed)
    let scene = Samples.scene(seed)
    switch question.truth {
    case .option(let text):
      #expect(observed(question.text, in: scene) == text)
      #expect(question.options.filter { $0 == text }.count == 1)
    case .pointInBox(let box):
      #expect(observed(question.text, in: scene) == box.description)
      #expect(question.options.isEmpty)
    }
    #expect(Set(question.options).count == question.options.count)
    #expect(!question.targets.isEmpty)
    for target in question.targets {
      #expect(scene.badges.contains { $0.box == target.box })
      #expect(VisualSearch.pictureSize.box.contains(target.box))
    }
    #expect(self.question(kind, seed) == question)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `wrong options are drawn in the scene too`(seed: UInt64) {
    let scene = Samples.scene(seed)
    let icons = Set(scene.badges.map { Samples.icons.names[$0.icon] })
    let colors = Set(scene.badges.map(\.color.rawValue))
    #expect(question(.iconOfColor, seed).options.count == 4)
    #expect(icons.isSuperset(of: question(.iconOfColor, seed).options))
    #expect(question(.colorOfIcon, seed).options.count == 4)
    #expect(colors.isSuperset(of: question(.colorOfIcon, seed).options))
  }

  @Test func `sides are asked where they are plain`() {
    var asked = 0
    for seed in 0..<40 as Range<UInt64> {
      let question = question(.side, seed)
      guard question.kind == .side else { continue }
      asked += 1
      let centers = question.targets.map(\.box.center.x)
      #expect(abs(centers[0] - centers[1]) > 80)
      #expect(question.options == ["left", "right"])
    }
    #expect(asked > 30)
  }

  @Test func `the mixture is 60, 15, 15 and 10 percent`() {
    var counts: [Question.Kind: Int] = [:]
    var random = CounterRandom(seed: 2)
    let scene = Samples.scene(0)
    for _ in 0..<4000 {
      let question = Question.random(about: scene, icons: Samples.icons, using: &random)
      counts[question.kind, default: 0] += 1
    }
    // Three standard deviations of the largest share are 93.
    for (kind, share) in zip(Question.Kind.allCases, [2400, 600, 600, 400]) {
      #expect(abs((counts[kind] ?? 0) - share) < 93)
    }
  }
}
