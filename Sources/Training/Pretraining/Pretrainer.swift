internal import Autograd
package import Foundations
internal import TensorCore
package import VisionLanguage
internal import Weights

/// One stage of the curriculum.
package struct PretrainStage: Sendable, Equatable {
  package var name: String
  /// Relative shares of the skills, by name.
  package var mixture: [BadgeSkills.Skill: Double]
  package var settings: SupervisedSettings

  package init(
    name: String, mixture: [BadgeSkills.Skill: Double], settings: SupervisedSettings
  ) {
    self.name = name
    self.mixture = mixture
    self.settings = settings
  }
}

/// Teaches the base skills in stages, with exact resume.
package final class Pretrainer {
  private let model: Model
  private let stages: [PretrainStage]
  private let skills: BadgeSkills
  private let seed: UInt64
  private let workers: Int
  private let statePath: String

  /// `folder` keeps the state between runs.
  package init(
    _ model: Model, _ stages: [PretrainStage], _ skills: BadgeSkills, seed: UInt64, workers: Int,
    folder: String
  ) {
    self.model = model
    self.stages = stages
    self.skills = skills
    self.seed = seed
    self.workers = workers
    statePath = folder + "/state.safetensors"
  }

  /// Runs all stages from where the saved state stands.
  ///
  /// `onStep` gets every step's metrics; every `saveEvery` steps, and at the end of a stage, the
  /// state is saved and `onSave` called.
  package func run(
    saveEvery: Int, stop: StopFlag, onStep: (PretrainStage, SupervisedMetrics) throws -> Void,
    onSave: (PretrainStage, Int) throws -> Void
  ) throws {
    var (done, step) = (0, 0)
    var saved: SafetensorsFile?
    if Files.exists(statePath) {
      let file = try SafetensorsFile(path: statePath)
      done = Int(file.metadata["stage"] ?? "") ?? 0
      step = Int(file.metadata["step"] ?? "") ?? 0
      try restore(file, "weights", model.parameters.values)
      saved = file
    }
    for (number, stage) in stages.enumerated() where number >= done {
      let trainer = SupervisedTrainer(model, stage.settings, workers: workers)
      if number == done, step > 0, let saved {
        try restore(saved, "first", trainer.optimizer.first)
        try restore(saved, "second", trainer.optimizer.second)
        trainer.optimizer.step = step
      }
      let offset = stages[..<number].reduce(0) { $0 + $1.settings.steps * $1.settings.batch }
      while trainer.step < stage.settings.steps {
        try stop.check()
        let first = offset + trainer.step * stage.settings.batch
        let source = SampleSource(stage: stage, skills: skills, seed: seed)
        let metrics = try trainer.advance { try source.sample(first + $0) }
        try onStep(stage, metrics)
        if trainer.step % saveEvery == 0 || trainer.step == stage.settings.steps {
          let finished = trainer.step == stage.settings.steps
          try save(
            trainer.optimizer, stage: finished ? number + 1 : number,
            step: finished ? 0 : trainer.step)
          try onSave(stage, trainer.step)
        }
      }
    }
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
  let stage: PretrainStage
  let skills: BadgeSkills
  let seed: UInt64

  func sample(_ index: Int) throws(Fault) -> TokenTree {
    var random = CounterRandom(seed: seed).child("pretrain").child(index)
    let shares = BadgeSkills.Skill.allCases.map { ($0, stage.mixture[$0] ?? 0) }
    var left = random.uniform() * shares.reduce(0) { $0 + $1.1 }
    let skill = shares.first {
      left -= $0.1
      return left < 0
    }
    return try skills.sample(skill?.0 ?? .point, index, random.child("text"))
  }
}
