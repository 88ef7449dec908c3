internal import Autograd
internal import Foundations
internal import TensorCore
package import VisionLanguage

/// How a run of supervised steps is shaped.
package struct SupervisedSettings: Sendable, Equatable {
  package var steps = 1000
  /// Token trees a step, and trees that share one pass.
  package var batch = 16
  package var microBatch = 4
  /// Fixed number of gradient lanes: part of the recipe, because sums are ordered by it.
  package var lanes = 2
  package var rate = 1e-3
  /// Shares of the steps spent on warming up, and of the peak rate at the end (cosine between).
  package var warmup = 0.05
  package var finalRate = 0.1
  package var optimizer = OptimizerSettings()
  /// Weight of each cell-label loss against the token loss; pictures without labels have none.
  package var labelWeight: Float = 0
  /// Prefixes of tensors that stay as they are.
  package var frozen: [String] = []
  package init() {}

  /// Linear warm-up, then cosine to `finalRate` of the peak.
  package var schedule: Schedule {
    Schedule(
      .cosine, peak: rate, steps: steps, warmup: Schedule.warmup(share: warmup, of: steps),
      floor: finalRate)
  }
}

/// What a supervised step reports.
package struct SupervisedMetrics: Sendable, Equatable {
  /// Counted from 1.
  package let step: Int
  /// Mean negative log-probability of the learned tokens, in nats.
  package let loss: Double
  package let entropy: Double
  /// Before clipping.
  package let gradientNorm: Double
  package let rate: Double
  package let learnedTokens: Int
  /// Losses of the cell labels (content, column, row), averaged over micro-batches that have any.
  package let labelLosses: [Double]
  package let tokens: Int
}

/// Next-token training of token trees: cross-entropy averaged over all learned tokens of the step.
package final class SupervisedTrainer {
  package let model: Model
  package let settings: SupervisedSettings
  package let optimizer: Optimizer
  private let gradients: ParallelGradients
  private let workers: Int

  package init(_ model: Model, _ settings: SupervisedSettings, workers: Int) {
    self.model = model
    self.settings = settings
    self.workers = workers
    optimizer = Optimizer(settings.optimizer, model.parameters, frozen: settings.frozen)
    gradients = ParallelGradients(model, lanes: settings.lanes, workers: workers)
  }

  /// Steps done so far.
  package var step: Int { optimizer.step }

  /// Does one step; `tree(i)` gives the i-th tree of the step and may be called on any thread.
  package func advance(_ tree: @escaping @Sendable (Int) throws -> TokenTree) throws
    -> SupervisedMetrics
  {
    let rate = settings.schedule.rate(at: step)
    let (size, image) = (settings.microBatch, Int32(model.configuration.tokens.image))
    let batches = stride(from: 0, to: settings.batch, by: size).map { start in
      { @Sendable [settings] in
        try PackedTrees(
          (start..<min(start + size, settings.batch)).map { try tree($0) }, image: image)
      }
    }
    let (gradient, reports) = try gradients.run(batches, labelWeight: settings.labelWeight) {
      _, packed, logs, entropies, labels in
      ParallelGradients.Judged(
        seeds: packed.weights.map { -$0 },
        report: (
          loss: -zip(logs, packed.weights).reduce(0.0) { $0 + Double($1.0 * $1.1) },
          entropy: zip(entropies, packed.weights).reduce(0.0) { $0 + Double($1.0 * $1.1) },
          learned: packed.weights.reduce(0.0) { $0 + Double($1) },
          tokens: packed.ids.count, labels: labels
        ))
    }
    let learned = max(1, reports.reduce(0) { $0 + $1.learned })  // tokens, chains counted apart
    Kernels.scale(gradient, 1 / Float(learned))
    let norm = try optimizer.update(gradient, rate: rate, workers: workers)
    return SupervisedMetrics(
      step: step, loss: reports.reduce(0) { $0 + $1.loss } / learned,
      entropy: reports.reduce(0) { $0 + $1.entropy } / learned, gradientNorm: norm,
      rate: rate, learnedTokens: Int(learned.rounded()), labelLosses: mean(reports.map(\.labels)),
      tokens: reports.reduce(0) { $0 + $1.tokens })
  }

  private func mean(_ losses: [[Double]]) -> [Double] {
    let given = losses.filter { !$0.isEmpty }
    guard let first = given.first else { return [] }
    return first.indices.map { i in given.reduce(0) { $0 + $1[i] } / Double(given.count) }
  }
}
