import Autograd
import TensorCore
import Testing

@Suite struct `A tape` {
  let parameters = Parameters([("w", [1, 1]), ("v", [1, 1]), ("b", [1])])

  init() {
    for (i, value) in [Float(3), 5, 7].enumerated() { parameters.values.pointer[i] = value }
  }

  func scalar(_ value: Float) -> Tensor { Tensor([value], rows: 1, columns: 1) }

  @Test func `sums the gradients of a value that several operators read`() {
    let tape = Tape(parameters, gradients: Tensor(zeros: 1, 3))
    let x = tape.input(scalar(2))
    let left = tape.linear(x, parameters.weight("w"))
    let right = tape.linear(x, parameters.weight("v"))
    tape.backward(from: tape.add(tape.add(left, right), x), seed: scalar(1))
    #expect(x.gradient?.values == [9])
  }

  @Test func `goes back from several outputs, one of which feeds another`() {
    let gradients = Tensor(zeros: 1, 3)
    let tape = Tape(parameters, gradients: gradients)
    let x = tape.input(scalar(2))
    let first = tape.linear(x, parameters.weight("w"))
    let second = tape.linear(first, parameters.weight("v"), bias: parameters.weight("b"))
    tape.backward(from: [(first, scalar(10)), (second, scalar(1))])
    #expect(x.gradient?.values == [45])
    #expect(gradients.values == [30, 6, 1])
  }

  @Test func `leaves the caller's seed as it was`() {
    let tape = Tape(parameters, gradients: Tensor(zeros: 1, 3))
    let first = tape.linear(tape.input(scalar(2)), parameters.weight("w"))
    let second = tape.linear(first, parameters.weight("v"))
    let seed = scalar(10)
    tape.backward(from: [(first, seed), (second, scalar(1))])
    #expect(seed.values == [10])
  }

  @Test func `adds to gradients that are there and can be used again`() {
    let gradients = Tensor(zeros: 1, 3)
    let tape = Tape(parameters, gradients: gradients)
    for _ in 0..<2 {
      let y = tape.linear(tape.constant(scalar(2)), parameters.weight("w"))
      tape.backward(from: y, seed: scalar(1))
    }
    #expect(gradients.values == [4, 0, 0])
  }

  @Test func `without gradients keeps nothing`() {
    let tape = Tape(parameters)
    let x = tape.input(scalar(2))
    let y = tape.linear(x, parameters.weight("w"))
    tape.backward(from: y, seed: scalar(1))
    #expect(!tape.records && !y.tracked && x.gradient == nil)
  }
}

@Suite struct `Parameters in one buffer` {
  @Test func `that lie together are one matrix`() {
    let parameters = Parameters([("q", [2, 3]), ("k", [1, 3]), ("qb", [2]), ("kb", [1])])
    let (rows, biases) = (parameters.weight("q", "k"), parameters.weight("qb", "kb"))
    #expect([rows.start, rows.rows, rows.columns] == [0, 3, 3])
    #expect([biases.start, biases.rows, biases.columns] == [9, 1, 3])
    #expect(parameters.count == 12 && parameters.entry("k")?.start == 6)
  }

  @Test func `are copied deeply`() {
    let parameters = Parameters([("q", [2])])
    let copy = parameters.copy()
    copy.values.pointer[1] = 4
    #expect(parameters.values.values == [0, 0] && copy.values.values == [0, 4])
  }
}
