package import TensorCore

/// A value on the tape, with its gradient once the backward pass reached it.
package final class Variable {
  package let value: Tensor
  package fileprivate(set) var gradient: Tensor?
  /// Whether a gradient is wanted; constants and inference values are not tracked.
  package let tracked: Bool

  init(_ value: Tensor, tracked: Bool) {
    self.value = value
    self.tracked = tracked
  }

  /// The gradient to add into, zeroed at first use.
  func zeroedGradient() -> Tensor {
    if let gradient { return gradient }
    let fresh = Tensor(zeros: value.rows, value.columns)
    gradient = fresh
    return fresh
  }

  /// The gradient to write with a product: beta 0 at first use, 1 after.
  func gradientAndBeta() -> (Tensor, Float) {
    if let gradient { return (gradient, 1) }
    let fresh = Tensor(uninitialized: value.rows, value.columns)
    gradient = fresh
    return (fresh, 0)
  }

  /// Adds `part`, taking it over when it is the first.
  func add(_ part: Tensor) {
    if let gradient {
      Kernels.add(gradient, part, into: gradient)
    } else {
      gradient = part
    }
  }
}

/// Records operators in order and runs their derivatives backwards.
///
/// One tape belongs to one lane. Weights are shared between lanes and read-only while tapes run;
/// their gradients go to the lane's own flat buffer.
package final class Tape {
  package let parameters: Parameters
  /// Gradients by the layout of `parameters`, or nil for inference: nothing is recorded then.
  package let gradients: Tensor?
  private var steps: [() -> Void] = []

  package init(_ parameters: Parameters, gradients: Tensor? = nil) {
    precondition(gradients.map { $0.count == parameters.count } ?? true, "gradient layout")
    self.parameters = parameters
    self.gradients = gradients
  }

  package var records: Bool { gradients != nil }

  /// A value that wants no gradient.
  package func constant(_ value: Tensor) -> Variable { Variable(value, tracked: false) }

  /// A value whose gradient the caller will read after `backward`.
  package func input(_ value: Tensor) -> Variable { Variable(value, tracked: records) }

  /// The result of an operator; `backward` runs with the result's gradient if it was reached.
  func result(_ value: Tensor, tracked: Bool = true, backward: @escaping (Tensor) -> Void)
    -> Variable
  {
    guard records && tracked else { return Variable(value, tracked: false) }
    let variable = Variable(value, tracked: true)
    steps.append {
      guard let gradient = variable.gradient else { return }
      backward(gradient)
      variable.gradient = nil
    }
    return variable
  }

  /// Records a derivative that is not tied to one result.
  func record(_ backward: @escaping () -> Void) {
    if records { steps.append(backward) }
  }

  func pointer(_ weight: Weight) -> UnsafeMutablePointer<Float> {
    parameters.values.pointer + weight.start
  }

  func gradientPointer(_ weight: Weight) -> UnsafeMutablePointer<Float>? {
    gradients.map { $0.pointer + weight.start }
  }

  /// Runs all derivatives from last to first, starting with the seeds as gradients of the outputs,
  /// and forgets the recording.
  package func backward(from outputs: [(output: Variable, seed: Tensor)]) {
    for (output, seed) in outputs {
      precondition(
        seed.rows == output.value.rows && seed.columns == output.value.columns, "seed shape")
      // Added to, not taken over: the gradient may grow, and the seed is the caller's.
      Kernels.accumulate(seed, into: output.zeroedGradient())
    }
    while let step = steps.popLast() { step() }
  }

  package func backward(from output: Variable, seed: Tensor) {
    backward(from: [(output, seed)])
  }
}
