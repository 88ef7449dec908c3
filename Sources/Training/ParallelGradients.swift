internal import Autograd
internal import Foundations
package import TensorCore
package import VisionLanguage

/// Gradients of a step, computed by a fixed number of lanes.
///
/// Work is dealt to lanes by index and each lane adds its micro-batches in order, then lanes are
/// summed in order: the bytes depend on `lanes`, never on how many workers ran them.
package final class ParallelGradients {
  private let model: Model
  private let lanes: [Tensor]
  private let workers: Int

  /// `lanes` is part of the recipe; `workers` is how many threads there are to run them.
  package init(_ model: Model, lanes: Int, workers: Int) {
    self.model = model
    self.workers = workers
    self.lanes = (0..<lanes).map { _ in Tensor(zeros: 1, model.parameters.count) }
  }

  /// What a micro-batch gives back to its caller, and the derivative of the loss by each
  /// log-probability.
  package struct Judged<Report: Sendable>: Sendable {
    package let seeds: [Float]
    package let report: Report
    package init(seeds: [Float], report: Report) {
      self.seeds = seeds
      self.report = report
    }
  }

  /// Runs forward and backward over all micro-batches; returns the summed gradient and the reports
  /// by index.
  ///
  /// `judge` gets the micro-batch index, its packing, log-probabilities, entropies and label
  /// losses. The losses of cell labels count `labelWeight` each against the mean over learned
  /// tokens.
  package func run<Report: Sendable>(
    _ batches: [@Sendable () throws -> PackedTrees], temperature: Float = 1,
    labelWeight: Float = 0,
    _ judge: @Sendable (Int, PackedTrees, [Float], [Float], [Double]) -> Judged<Report>
  ) throws -> (gradient: Tensor, reports: [Report]) {
    let (model, lanes) = (model, lanes)
    let byLane = try Lanes.map(lanes.count, workers: workers) { lane in
      lanes[lane].pointer.update(repeating: 0, count: lanes[lane].count)
      var reports: [(Int, Report)] = []
      for index in stride(from: lane, to: batches.count, by: lanes.count) {
        let packed = try batches[index]()
        let tape = Tape(model.parameters, gradients: lanes[lane])
        let predictions = packed.predictions(model, on: tape, temperature: temperature)
        let logs = predictions.logProbabilities
        let judged = judge(
          index, packed, logs.value.values, predictions.entropies, predictions.labels.map(\.loss))
        let scale = labelWeight * Float(packed.rows.count)
        tape.backward(
          from: [(logs, Tensor(judged.seeds, rows: judged.seeds.count, columns: 1))]
            + predictions.labels.map { ($0.logProbabilities, $0.seed(scale)) })
        reports.append((index, judged.report))
      }
      return reports
    }
    for lane in lanes.dropFirst() { Kernels.accumulate(lane, into: lanes[0]) }
    return (lanes[0], byLane.joined().sorted { $0.0 < $1.0 }.map(\.1))
  }
}
