internal import Autograd
package import Foundations
internal import TensorCore
package import VisionLanguage
internal import Weights

/// One part of the curriculum.
package struct Lesson: Sendable, Equatable {
  package var name: String
  /// Relative shares of the skills, by name.
  package var mixture: [BadgeSkills.Skill: Double]
  package var settings: SupervisedSettings
  /// Held-out accuracies at which the stage ends before its last step; nil: it never does.
  package var gate: SkillGate?

  package init(
    name: String, mixture: [BadgeSkills.Skill: Double], settings: SupervisedSettings,
    gate: SkillGate? = nil
  ) {
    self.name = name
    self.mixture = mixture
    self.settings = settings
    self.gate = gate
  }
}

/// Accuracies that must all be reached.
package struct SkillGate: Sendable, Equatable {
  package var pointing: Double
  package var reading: Double
  package var answering: Double

  package init(pointing: Double, reading: Double, answering: Double = 0) {
    self.pointing = pointing
    self.reading = reading
    self.answering = answering
  }

  func holds(_ report: SkillReport) -> Bool {
    report.pointing >= pointing && report.reading >= reading && report.answering >= answering
  }
}

/// Teaches the base skills in stages, with exact resume.
package final class Pretrainer {
  private let model: Model
  private let lessons: [Lesson]
  private let skills: BadgeSkills
  private let exam: SkillExam
  private let seed: UInt64
  private let workers: Int
  private let statePath: String

  /// `folder` keeps the state between runs.
  package init(
    _ model: Model, _ lessons: [Lesson], _ skills: BadgeSkills, _ exam: SkillExam,
    seed: UInt64, workers: Int, folder: String
  ) {
    self.exam = exam
    self.model = model
    self.lessons = lessons
    self.skills = skills
    self.seed = seed
    self.workers = workers
    statePath = folder + "/state.safetensors"
  }

  /// Runs all stages from where the saved state stands.
  ///
  /// `onStep` gets every step's metrics. Every `examEvery` steps, and at the end of a stage, the
  /// model is examined, `onExam` called, the stage's gate looked at and the state saved; after a kill
  /// between the two an exam is reported again.
  package func run(
    examEvery: Int, stop: StopFlag, onStep: (Lesson, SupervisedMetrics) throws -> Void,
    onExam: (Lesson, Int, SkillReport) throws -> Void
  ) throws {
    let saved = try savedState()
    for (number, lesson) in lessons.enumerated() where number >= saved.stage {
      let trainer = SupervisedTrainer(model, lesson.settings, workers: workers)
      if number == saved.stage, saved.step > 0, let file = saved.file {
        try restore(file, "first", trainer.optimizer.first)
        try restore(file, "second", trainer.optimizer.second)
        trainer.optimizer.step = saved.step
      }
      let offset = lessons[..<number].reduce(0) { $0 + $1.settings.steps * $1.settings.batch }
      var isFinished = false
      while !isFinished {
        try stop.check()
        let first = offset + trainer.step * lesson.settings.batch
        let source = SampleSource(lesson: lesson, skills: skills, seed: seed)
        try onStep(lesson, try trainer.advance { try source.sample(first + $0) })
        isFinished = trainer.step == lesson.settings.steps
        guard isFinished || trainer.step % examEvery == 0 else { continue }
        let report = try exam.run(model, workers: workers)
        isFinished = isFinished || lesson.gate?.holds(report) ?? false
        try onExam(lesson, trainer.step, report)
        try save(
          trainer.optimizer, stage: isFinished ? number + 1 : number,
          step: isFinished ? 0 : trainer.step)
      }
    }
  }

  private func savedState() throws(Fault) -> (stage: Int, step: Int, file: SafetensorsFile?) {
    guard Files.exists(statePath) else { return (0, 0, nil) }
    let file = try SafetensorsFile(path: statePath)
    try restore(file, "weights", model.parameters.values)
    return (
      Int(file.metadata["stage"] ?? "") ?? 0, Int(file.metadata["step"] ?? "") ?? 0, file
    )
  }

  private func save(_ optimizer: Optimizer, stage: Int, step: Int) throws(Fault) {
    let items = [
      ("weights", model.parameters.values), ("first", optimizer.first),
      ("second", optimizer.second),
    ].map { SafetensorsWriter.Item(name: $0.0, shape: [$0.1.count], values: $0.1) }
    let bytes = SafetensorsWriter.bytes(
      items, metadata: [("stage", "\(stage)"), ("step", "\(step)")])
    try Files.writeAtomically(bytes, to: statePath)
  }

  private func restore(_ file: SafetensorsFile, _ name: String, _ tensor: Tensor) throws(Fault) {
    guard let entry = file.entries[name], entry.count == tensor.count else {
      throw Fault(
        "pretrain.state", "the saved state is of another model", at: Place(file: statePath))
    }
    file.copy(entry, into: tensor.pointer)
  }
}

/// The texts of a stage; every index gives the same text on any thread.
private struct SampleSource: Sendable {
  let lesson: Lesson
  let skills: BadgeSkills
  let seed: UInt64

  func sample(_ index: Int) throws(Fault) -> TokenTree {
    var random = CounterRandom(seed: seed).child("pretrain").child(index)
    let shares = BadgeSkills.Skill.allCases.map { ($0, lesson.mixture[$0] ?? 0) }
    var left = random.uniform() * shares.reduce(0) { $0 + $1.1 }
    let skill = shares.first {
      left -= $0.1
      return left < 0
    }
    return try skills.sample(skill?.0 ?? .point, index, random.child("text"))
  }
}
