import Evaluation
import Foundations
import Geometry
import Imaging
import JSONText
import Reports
import Schemas

/// Made-up content of the size and kind that a real run has, for looking at the page.
enum SampleContent {
  static let size = Size(width: 900, height: 700)

  static func content(questions: Int) throws -> ReportContent {
    var content = ReportContent(
      title: "warmstart-then-rl", command: "scanpath run pipelines/warmstart-then-rl.yaml")
    content.facts = [
      Fact("Model", "bundled, 3.1 M parameters"), Fact("Domain", "visual-search"),
      Fact("Archive", "visual-search.tar"), Fact("Seed", "7"), Fact("Time", "14 min 12 s"),
      Fact("Workers", "2"),
    ]
    let names = ["base", "sft", "grpo"]
    let rates = [0.31, 0.52, 0.71]
    let judged = zip(names, rates).flatMap { records($0, rate: $1, looks: $0 == "base" ? 1 : 3) }
    let blind = zip(names, [0.28, 0.33, 0.35]).flatMap { records($0, rate: $1, looks: 0) }
    let board = try Scoreboard(judged, seed: 7, resamples: 400) { question in
      ["where is it", "which icon", "which colour"][question.utf8.count % 3]
    }
    content.results = board.models.map { score in
      ResultRow(
        score,
        withoutLooks: ModelScore(model: score.model, blind.filter { $0.model == score.model }))
    }
    content.comparisons = board.comparisons
    content.categories = board.cells
    content.search = SearchFigures(
      rightLeaf: Proportion(successes: 431, of: 496), greedy: Proportion(successes: 163, of: 496))
    content.stages = stages
    content.charts =
      try Chart.charts(stage: "sft", metrics: metrics(steps: 60, falling: true))
      + Chart.charts(stage: "grpo", metrics: metrics(steps: 200, falling: false))
    content.questions = (0..<questions).map(question)
    return content
  }

  static func records(_ model: String, rate: Double, looks: Int) -> [EvaluationRecord] {
    (0..<320).map { index in
      var random = CounterRandom(seed: 3).child("\(model) \(looks)").child(index)
      return EvaluationRecord(
        id: "\(model)/\(index)",
        question: String(repeating: "q", count: index % 3) + "\(index + 1000)",
        model: model, segments: [], answer: random.uniform() < 0.97 ? "red" : nil,
        isCorrect: random.uniform() < rate, reason: "",
        zooms: looks == 0 ? 0 : random.below(looks + 1),
        points: [], provenance: Provenance(archive: "", member: "", sha256: "", seed: 7))
    }
  }

  static let stages = [
    StageCount(
      "ingest", taken: 1240, passed: 1236, quarantined: [.init("image.truncated", 4)],
      note: "visual-search.tar"),
    StageCount("dedup", taken: 1236, passed: 1180, dropped: [.init("near-duplicate picture", 56)]),
    StageCount("split", taken: 1180, passed: 1180, note: "496 train, 60 validation, 624 test"),
    StageCount("search", taken: 496, passed: 496, note: "9 920 simulations"),
    StageCount(
      "linearize", taken: 496, passed: 431, dropped: [.init("no right leaf", 65)],
      note: "3 204 chains"),
    StageCount(
      "filter", taken: 3204, passed: 1711,
      dropped: [
        .init("fewer than 2 steps", 804), .init("near-duplicate", 649), .init("outside", 40),
      ]),
    StageCount("write", taken: 1711, passed: 1711, note: "2 shards, 1.9 MiB"),
  ]

  static func metrics(steps: Int, falling: Bool) -> [JSON] {
    var random = CounterRandom(seed: 11)
    return (1...steps).map { step in
      let progress = Double(step) / Double(steps)
      let noise = random.uniform(-0.12...0.12)
      if falling {
        return [
          "step": .integer(step), "loss": .number(0.3 + 2.1 / (1 + 9 * progress) + noise / 2),
          "learning_rate": .number(2e-4 * (1 - progress)),
        ]
      }
      let wave = 0.35 + 0.4 * progress
      return [
        "step": .integer(step), "train/reward": .number(wave + noise),
        "validation/reward": step % 20 == 0 ? .number(wave - 0.05) : .null,
        "accuracy": .number(wave - 0.1 + noise), "loss": .number(noise / 10),
        "looks": .integer(1 + random.below(3)), "kl": .number(0.02 * progress + 0.002 * noise),
      ]
    }
  }

  static func question(_ index: Int) -> QuestionView {
    var random = CounterRandom(seed: 5).child(index)
    let target = Point(x: random.uniform(150...750), y: random.uniform(120...580))
    let box = Box(x0: target.x - 22, y0: target.y - 22, x1: target.x + 22, y1: target.y + 22)
    let picture = picture(&random, target: target)
    let rule = CropRule(halfSide: 84, output: Size(width: 112, height: 112))
    let first = Point(x: random.uniform(100...800), y: random.uniform(100...600))
    let isCorrect = index % 4 != 3
    let looks = isCorrect ? [first, target] : [first, Point(x: 100, y: 600)]
    var steps = looks.map { point in
      TraceView.Step(
        thought:
          "A red badge may be at (\(Int(point.x) / 4), \(Int(point.y) / 4)); it is too small "
          + "to read, so I look closer.", point: point, crop: rule.crop(around: point, in: size))
    }
    steps.append(.init(thought: "The badge carries a \(isCorrect ? "camera" : "broom")."))
    let base = TraceView(
      model: "base", steps: [.init(thought: "A badge is on the left.", point: first)],
      answer: nil, isCorrect: false, reason: "no answer after 4 turns")
    let trained = TraceView(
      model: "grpo", steps: steps, answer: isCorrect ? "camera" : "broom",
      answerPoint: index % 5 == 4 ? target : nil, isCorrect: isCorrect,
      reason: isCorrect ? "" : "expected camera, found broom")
    return QuestionView(
      question: "Which icon is on the red badge?", options: ["camera", "broom", "clock", "key"],
      truth: "camera", truthBoxes: [box], picture: picture,
      traces: index == 0 ? [base, trained] : [trained])
  }

  private static func picture(_ random: inout CounterRandom, target: Point) -> Picture {
    var picture = Picture(size: size, color: Color(150, 178, 190))
    for layer in 0..<140 {
      let shade = UInt8(60 + random.below(110))
      let center = Point(x: random.uniform(0...900), y: random.uniform(Double(layer * 4)...900))
      picture.fill(
        .disc(center: center, radius: random.uniform(10...90)),
        Color(shade, UInt8(Int(shade) * 9 / 10), UInt8(Int(shade) * 7 / 10)), opacity: 0.4)
    }
    picture.fill(
      .roundedSquare(center: target, halfSide: 20, cornerRadius: 5), Color(200, 40, 40))
    picture.fill(.ring(center: target, radius: 8, width: 3), .white)
    return picture
  }
}
