import Autograd
import Foundations
import Schemas
import TensorCore
import Testing
import Training
import VisionLanguage

@Suite struct `A training that was interrupted` {
  func trainer(_ sayings: Sayings, _ kind: OptimizerSettings.Kind) -> SupervisedTrainer {
    var settings = SupervisedSettings()
    (settings.steps, settings.batch, settings.microBatch, settings.warmup) = (5, 2, 1, 0.4)
    settings.frozen = ["visual."]
    settings.optimizer.kind = kind
    return SupervisedTrainer(sayings.model, settings, workers: 1)
  }

  /// Weights and moments are all there is to keep, with the number of the step.
  @Test(arguments: OptimizerSettings.Kind.allCases)
  func `goes on with the same bytes`(kind: OptimizerSettings.Kind) throws {
    let (whole, cut, resumed) = (try Sayings(), try Sayings(), try Sayings())
    let trees = try whole.threeChains.map {
      try whole.chains.merged([$0], pictures: whole.pictures)
    }
    func run(_ trainer: SupervisedTrainer, until last: Int) throws -> [SupervisedMetrics] {
      try (trainer.step..<last).map { step in
        try trainer.advance { trees[(2 * step + $0) % trees.count] }
      }
    }
    let metrics = try run(trainer(whole, kind), until: 5)
    let first = trainer(cut, kind)
    _ = try run(first, until: 2)
    let second = trainer(resumed, kind)
    for (kept, fresh) in [
      (cut.model.parameters.values, resumed.model.parameters.values),
      (first.optimizer.first, second.optimizer.first),
      (first.optimizer.second, second.optimizer.second),
    ] { fresh.pointer.update(from: kept.pointer, count: kept.count) }
    second.optimizer.step = first.optimizer.step
    #expect(try run(second, until: 5) == Array(metrics[2...]))
    // Compared outside of the expectation, which would spell out how many numbers differ.
    let same = resumed.model.parameters.values.values == whole.model.parameters.values.values
    #expect(same)
  }
}
