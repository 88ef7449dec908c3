import Autograd
import Foundation
import Foundations
import TensorCore
import Testing

@Suite struct `Operators of the tape` {
  /// A case with random numbers, run once forward and backward.
  struct Trial {
    let inputs: [Matrix]
    let weights: [Matrix]
    /// The loss is the sum of the output's elements, each times one of these.
    let seed: Matrix
    let value: Tensor
    let inputGradients: [[Float]]
    let weightGradients: [[Float]]

    init(_ operation: OperatorCase) {
      var random = CounterRandom(seed: 21).child(operation.testDescription)
      func draw(_ shape: [Int]) -> Matrix {
        Matrix(shape.count == 1 ? 1 : shape[0], shape[shape.count - 1], drawnFrom: &random)
      }
      inputs = operation.inputs.map(draw)
      weights = operation.weights.map(draw)
      let parameters = Parameters(operation.weights.enumerated().map { ("w\($0)", $1) })
      for (entry, weight) in zip(parameters.entries, weights) {
        parameters.tensor(entry).pointer.update(from: weight.tensor.pointer, count: entry.count)
      }
      let gradients = Tensor(zeros: 1, parameters.count)
      let tape = Tape(parameters, gradients: gradients)
      let variables = inputs.map {
        operation.inputsAreConstant ? tape.constant($0.tensor) : tape.input($0.tensor)
      }
      let output = operation.apply(
        tape, variables, parameters.entries.map { parameters.weight($0.name) })
      value = Tensor(output.value.values, rows: output.value.rows, columns: output.value.columns)
      seed = Matrix(value.rows, value.columns, drawnFrom: &random)
      tape.backward(from: output, seed: seed.tensor)
      inputGradients = variables.map { $0.gradient?.values ?? [] }
      weightGradients = parameters.entries.map { gradients.slice($0.start, $0.count).values }
    }
  }

  @Test(arguments: OperatorCatalog.all)
  func `give what their plain twins give`(operation: OperatorCase) {
    let trial = Trial(operation)
    let twin = operation.twin(trial.inputs, trial.weights)
    #expect((trial.value.rows, trial.value.columns) == (twin.rows, twin.columns))
    for (i, (found, wanted)) in zip(trial.value.values, twin.values).enumerated() {
      #expect(abs(Double(found) - wanted) < 4e-6 * max(1, abs(wanted)), "\(i)")
    }
  }

  /// Central differences of the twin in double precision are exact to about 1e-9.
  @Test(arguments: OperatorCatalog.all)
  func `have the gradients of finite differences`(operation: OperatorCase) {
    let trial = Trial(operation)
    func check(_ gradient: [Float], _ values: [Double], _ loss: ([Double]) -> Double) {
      #expect(gradient.count == values.count)
      var random = CounterRandom(seed: 22)
      let places =
        values.count <= 100
        ? Array(values.indices) : (0..<40).map { _ in random.below(values.count) }
      for place in places {
        var (above, below) = (values, values)
        above[place] += 1e-5
        below[place] -= 1e-5
        let slope = (loss(above) - loss(below)) / 2e-5
        #expect(
          abs(Double(gradient[place]) - slope) < 1e-5 * max(1, abs(slope)),
          "\(place): \(gradient[place]), expected \(slope)")
      }
    }
    for (i, gradient) in trial.inputGradients.enumerated() where !operation.inputsAreConstant {
      check(gradient, trial.inputs[i].values) { values in
        var inputs = trial.inputs
        inputs[i].values = values
        return operation.twin(inputs, trial.weights).dot(trial.seed)
      }
    }
    for (i, gradient) in trial.weightGradients.enumerated() {
      check(gradient, trial.weights[i].values) { values in
        var weights = trial.weights
        weights[i].values = values
        return operation.twin(trial.inputs, weights).dot(trial.seed)
      }
    }
  }

  @Test func `are all in the catalogue`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/Autograd")
    var found: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let source = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      // Operators make a variable; a declaration ends where its body begins.
      for declaration in source.components(separatedBy: "package func ").dropFirst() {
        let head = declaration.prefix { $0 != "{" }
        let result = head.components(separatedBy: "->").last ?? ""
        if head.contains("->") && result.contains("Variable") {
          found.insert(String(head.prefix { $0 != "(" }))
        }
      }
    }
    // What makes variables of given values computes nothing.
    #expect(found.subtracting(["constant", "input"]) == Set(OperatorCatalog.all.map(\.name)))
  }

  @Test func `score chosen rows by value`() {
    var random = CounterRandom(seed: 23)
    let (x, table) = (
      Matrix(3, 5, drawnFrom: &random), Matrix(7, 5, drawnFrom: &random)
    )
    let parameters = Parameters([("table", [7, 5])])
    parameters.values.pointer.update(from: table.tensor.pointer, count: 35)
    let tape = Tape(parameters)
    let scores = tape.logits(
      tape.constant(x.tensor), rows: [2, 0], parameters.weight("table"))
    let wanted = x.timesTransposed(table)
    for column in 0..<7 {
      #expect(abs(Double(scores[0, column]) - wanted[2, column]) < 1e-6)
      #expect(abs(Double(scores[1, column]) - wanted[0, column]) < 1e-6)
    }
  }

  @Test func `measure the entropy of what may be said`() {
    let parameters = Parameters([("table", [4, 1])])
    for (i, value) in [Float(0), 0, 50, 0].enumerated() { parameters.values.pointer[i] = value }
    let tape = Tape(parameters)
    let (logs, entropies) = tape.logProbabilities(
      tape.constant(Tensor([1], rows: 1, columns: 1)), rows: [0], targets: [3],
      parameters.weight("table"), banned: [0, 0, 1, 0])
    #expect(abs(Double(entropies[0]) - log(3)) < 1e-6)
    #expect(abs(Double(logs.value[0, 0]) + log(3)) < 1e-6)
  }
}
