import Autograd
import Foundations
import TensorCore
import Testing
import Training
import VisionLanguage

@Suite struct `Optimisers` {
  @Test func `AdamW follows torch's numbers over three steps`() throws {
    let parameters = Parameters([("w", [3])])
    let start: [Float] = [0.5, -0.3, 1]
    for i in 0..<3 { parameters.values.pointer[i] = start[i] }
    var settings = OptimizerSettings()
    settings.clip = .infinity
    let optimizer = Optimizer(settings, parameters)
    let steps: [([Float], [Double])] = [
      ([0.1, -0.2, 0.3], [0.48995000, -0.28997001, 0.98989999]),
      ([0.05, 0.4, -0.3], [0.48057920, -0.29360205, 0.99032730]),
      ([0, 0.1, 0.2], [0.47332534, -0.29772919, 0.98787063]),
    ]
    for (gradient, expected) in steps {
      _ = try optimizer.update(Tensor(gradient, rows: 1, columns: 3), rate: 0.01, workers: 1)
      for i in 0..<3 { #expect(abs(Double(parameters.values.pointer[i]) - expected[i]) < 1e-6) }
    }
  }

  @Test(arguments: [Float.nan, .infinity])
  func `a gradient that is not finite stops the training and changes nothing`(value: Float) throws {
    let parameters = Parameters([("w", [3])])
    let optimizer = Optimizer(OptimizerSettings(), parameters)
    let fault = #expect(throws: Fault.self) {
      try optimizer.update(Tensor([1, value, 1], rows: 1, columns: 3), rate: 0.01, workers: 1)
    }
    #expect(fault?.code == "training.diverged" && optimizer.step == 0)
    #expect(parameters.values.values == [0, 0, 0] && optimizer.first.values == [0, 0, 0])
  }

  @Test(arguments: [(24, 24), (16, 40), (40, 16)])
  func `orthogonalisation brings singular values near one`(rows: Int, columns: Int) {
    var random = CounterRandom(seed: 5)
    let values = (0..<rows * columns).map { _ in Float(random.uniform(-1...1)) }
    let result = Orthogonalization.run(
      Tensor(values, rows: rows, columns: columns), iterations: 8)
    // Of an orthogonal m x n matrix with m <= n, the squared Frobenius norm is m.
    let norm = Kernels.sumOfSquares(result) / Double(min(rows, columns))
    #expect(norm > 0.4 && norm < 1.5)
  }

  @Test func `an update does not depend on the number of workers`() throws {
    let results = try [1, 3].map { workers in
      let model = smallModel()
      var settings = OptimizerSettings()
      settings.kind = .muon
      let optimizer = Optimizer(settings, model.parameters)
      var random = CounterRandom(seed: 8)
      let gradient = (0..<model.parameters.count).map { _ in Float(random.uniform(-1...1)) }
      for _ in 0..<3 {
        _ = try optimizer.update(
          Tensor(gradient, rows: 1, columns: gradient.count), rate: 0.01, workers: workers)
      }
      return model.parameters.values.values
    }
    let same = results[0] == results[1]
    #expect(same)
  }

  @Test func `frozen tensors stay as they are`() throws {
    let model = smallModel()
    let before = model.parameters.values.values
    let optimizer = Optimizer(OptimizerSettings(), model.parameters, frozen: ["visual."])
    let ones = Tensor([Float](repeating: 1, count: before.count), rows: 1, columns: before.count)
    _ = try optimizer.update(ones, rate: 0.01, workers: 2)
    for entry in model.parameters.entries {
      let now = model.parameters.tensor(entry).values
      let same = now == Array(before[entry.start..<entry.start + entry.count])
      #expect(same == entry.name.hasPrefix("visual."), "\(entry.name)")
    }
  }
}
