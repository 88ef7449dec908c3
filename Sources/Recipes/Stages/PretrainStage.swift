internal import Autograd
internal import Foundations
internal import JSONText
internal import Pipelines
internal import Prompting
internal import Schemas
internal import TaskKinds
internal import Tokenizing
internal import Training
internal import VisionLanguage

/// Trains a small model from nothing on the base skills of visual search, lesson by lesson.
struct PretrainStage: Stage {
  let name: String
  let settings: JSON
  let photographs: String
  let heldOut: String
  let icons: String
  let shape: ModelShape
  let lessons: [Lesson]
  let examEvery: Int
  let examScenes: Int
  let domain: String

  var inputs: [String] { [photographs, heldOut, icons] }

  func yields(taking kind: RecordKind?) -> [StageYield] { [.checkpoint] }

  static let kind = StageCatalog.Kind(
    "pretrain", "trains a small model from nothing on base skills"
  ) { request, settings throws(Fault) in
    let photographs = try settings.string("photographs")
    let heldOut = try settings.string("held-out")
    let icons = try settings.string("icons")
    let shape = try ModelShape(settings.located("shape"))
    var common = SupervisedSettings()
    common.batch = try settings.int("batch", default: 16, in: 1...100_000)
    common.microBatch = try settings.int("micro-batch", default: 4, in: 1...100_000)
    common.labelWeight = Float(try settings.double("label-weight", default: 1))
    common.optimizer.kind = .muon
    common.optimizer.betas = (0.9, 0.95)
    common.optimizer.weightDecay = Float(try settings.double("weight-decay", default: 0.02))
    let lessons = try Lesson.list(settings.located("lessons"), common)
    let examEvery = try settings.int("exam-every", default: 100, in: 1...1_000_000)
    let examScenes = try settings.int("exam-scenes", default: 128, in: 1...1_000_000)
    return PretrainStage(
      name: request.name, settings: .object(settings.resolved), photographs: photographs,
      heldOut: heldOut, icons: icons, shape: shape, lessons: lessons, examEvery: examEvery,
      examScenes: examScenes, domain: request.pipeline.domain)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let domain = try DomainCatalog.named(domain)
    let icons = try VisualSearch.Icons(folder: icons)
    let tokenizer = try Vocabulary.tokenizer(icons: icons.names, size: shape.vocabulary)
    func skills(_ folder: String, seed: UInt64) throws -> BadgeSkills {
      let photographs = try BadgeWorld.photographs(in: folder)
      return try BadgeSkills(
        world: BadgeWorld(photographs: photographs, icons: icons, seed: seed),
        tokenizer: tokenizer, domain: domain)
    }
    let seed = context.options.seed
    let configuration = try shape.configuration(tokenizer)
    let model = Model(configuration)
    Initialization.fan(model, CounterRandom(seed: seed).child("weights"))
    let folder = context.folder.work(name)
    try Files.makeFolder(folder)
    let pretrainer = Pretrainer(
      model, lessons, try skills(photographs, seed: seed),
      SkillExam(try skills(heldOut, seed: seed + 1), scenes: examScenes), seed: seed,
      workers: context.workers, folder: folder)
    let log = ExamLog(path: folder + "/exams.jsonl")
    try pretrainer.run(examEvery: examEvery, stop: context.stop) { lesson, metrics in
      if metrics.step % 20 == 0 { context.note(Self.words(lesson, metrics)) }
    } onExam: { lesson, step, report in
      context.note("\(lesson.name) \(step): \(report.words)")
      try log.add(lesson.name, step, report)
    }
    let exams = try log.lines()
    try context.write(JSONLines.bytes(of: exams), as: "metrics/\(name).jsonl")
    context.keep(exams.last ?? .null)
    let companions = try ModelFolder.companions(
      tokenizer: tokenizer, domain: domain, maxLength: configuration.text.maxPositions)
    let path = LoadedModel.checkpoint(name)
    try ModelFolder(model: model, companions: companions).save(to: context.folder.path(path))
    try context.adopt(path)
    return StageCounts()
  }

  private static func words(_ lesson: Lesson, _ metrics: SupervisedMetrics) -> String {
    let loss = (metrics.loss * 10_000).rounded() / 10_000
    return "\(lesson.name) \(metrics.step) of \(lesson.settings.steps), loss \(loss)"
  }
}

extension Lesson {
  /// The curriculum of a pipeline file; every lesson takes what it does not say from `common`.
  fileprivate static func list(
    _ value: Located?, _ common: SupervisedSettings
  ) throws(Fault) -> [Lesson] {
    guard let value else { return [] }
    guard case .list(let elements) = value.value else {
      throw value.fault("kind", "lessons must be a list, found \(value.found)")
    }
    var lessons: [Lesson] = []
    for element in elements { lessons.append(try Lesson(element, common)) }
    return lessons
  }

  private init(_ value: Located, _ common: SupervisedSettings) throws(Fault) {
    var reader = try SettingsReader(value, of: "a lesson")
    let name = try reader.string("name")
    var settings = common
    settings.steps = try reader.int("steps", in: 1...10_000_000)
    settings.rate = try reader.double("rate")
    settings.finalRate = try reader.share("final-rate", default: 0.1)
    let mixture = try Self.mixture(reader.located("mixture"), value)
    let gate = try reader.located("gate").map(Self.gate)
    try reader.finish()
    self.init(name: name, mixture: mixture, settings: settings, gate: gate)
  }

  private static func mixture(
    _ value: Located?, _ lesson: Located
  ) throws(Fault) -> [BadgeSkills.Skill: Double] {
    var reader = try SettingsReader(value ?? Located(.map([]), at: lesson.place), of: "mixture")
    var mixture: [BadgeSkills.Skill: Double] = [:]
    for skill in BadgeSkills.Skill.allCases {
      mixture[skill] = try reader.double(skill.rawValue, default: 0)
    }
    try reader.finish()
    guard mixture.values.contains(where: { $0 > 0 }) else {
      throw lesson.fault("missing-key", "a lesson needs a mixture of skills, such as {point: 1}")
    }
    return mixture
  }

  private static func gate(_ value: Located) throws(Fault) -> SkillGate {
    var reader = try SettingsReader(value, of: "gate")
    let gate = SkillGate(
      pointing: try reader.share("pointing", default: 0),
      reading: try reader.share("reading", default: 0),
      answering: try reader.share("answering", default: 0))
    try reader.finish()
    return gate
  }
}

/// The sizes of a model that is to be trained from nothing.
struct ModelShape {
  private let text: Configuration.Text
  private let vision: Configuration.Vision

  var vocabulary: Int { text.vocabulary }

  init(_ value: Located?) throws(Fault) {
    var reader = try SettingsReader(
      value ?? Located(.map([]), at: Place()), of: "shape")
    var text = Configuration.Text()
    text.vocabulary = try reader.int("vocabulary", default: 768, in: 300...200_000)
    text.width = try reader.int("width", default: 128, in: 8...8192)
    text.ffn = try reader.int("ffn", default: 384, in: 8...65_536)
    text.layers = try reader.int("layers", default: 5, in: 1...200)
    text.heads = try reader.int("heads", default: 4, in: 1...128)
    text.kvHeads = try reader.int("kv-heads", default: 2, in: 1...128)
    text.ropeBase = try reader.double("rope-base", default: 1000)
    text.ropeSections = try reader.doubles("rope-sections", default: [1, 3, 12]).map { Int($0) }
    var vision = Configuration.Vision()
    vision.depth = try reader.int("vision-depth", default: 3, in: 1...100)
    vision.width = try reader.int("vision-width", default: 96, in: 8...8192)
    vision.ffn = try reader.int("vision-ffn", default: 256, in: 8...65_536)
    vision.heads = try reader.int("vision-heads", default: 3, in: 1...128)
    vision.fullAttention = Array(0..<vision.depth)
    try reader.finish()
    self.text = text
    self.vision = vision
  }

  /// The whole configuration with the tokens of a vocabulary.
  func configuration(_ tokenizer: Tokenizer) throws(Fault) -> Configuration {
    func id(_ token: SpecialToken) throws(Fault) -> Int {
      guard let id = tokenizer.id(of: token) else {
        throw Fault("model.tokenizer", "the tokenizer has no token \(token.rawValue)")
      }
      return id
    }
    var configuration = Configuration()
    configuration.text = text
    configuration.text.vocabulary = tokenizer.count
    configuration.vision = vision
    configuration.tokens.begin = try id(.endOfText)
    configuration.tokens.pad = try id(.endOfText)
    configuration.tokens.end = try id(.imEnd)
    configuration.tokens.image = try id(.imagePad)
    configuration.tokens.video = try id(.videoPad)
    configuration.tokens.visionStart = try id(.visionStart)
    configuration.tokens.visionEnd = try id(.visionEnd)
    return configuration
  }
}

/// What the exams said, kept beside the training's state: a killed training may examine a step again.
private struct ExamLog {
  let path: String

  func add(_ lesson: String, _ step: Int, _ report: SkillReport) throws(Fault) {
    let line: JSON = [
      "lesson": .string(lesson), "step": .integer(step), "pointing": .measure(report.pointing),
      "pointing_median_px": .measure(report.medianError), "reading": .measure(report.reading),
      "answering": .measure(report.answering), "questions": .integer(report.questions),
    ]
    try Files.appendLine(line.bytes(), to: path)
  }

  /// One line for every exam, the last where there are several.
  func lines() throws(Fault) -> [JSON] {
    guard Files.exists(path) else { return [] }
    var lines: [JSON] = []
    for line in try JSONLines.parse(try Files.read(path), file: path) {
      lines.removeAll { $0["lesson"] == line["lesson"] && $0["step"] == line["step"] }
      lines.append(line)
    }
    return lines
  }
}

extension SkillReport {
  fileprivate var words: String {
    func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
    return
      "pointing \(share(pointing)) (median \(medianError) px), reading \(share(reading)), "
      + "answering \(share(answering))"
  }
}
