import Foundations
import TensorCore
import Testing

@Suite struct `Kernels of elements` {
  static let sizes = [0, 1, 7, 16, 33, 1025]

  func draw(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
    var random = CounterRandom(seed: seed)
    return Tensor(
      (0..<rows * columns).map { _ in Float(random.uniform(-2...2)) }, rows: rows, columns: columns)
  }

  func expectClose(_ found: [Float], _ wanted: [Float]) {
    #expect(found.count == wanted.count)
    for (i, (a, b)) in zip(found, wanted).enumerated() { #expect(abs(a - b) < 1e-6, "\(i)") }
  }

  @Test(arguments: sizes)
  func `add, accumulate, blend and scale`(count: Int) {
    let (x, y) = (draw(1, count, seed: 1), draw(1, count, seed: 2))
    let (a, b) = (x.values, y.values)
    let sum = Tensor(uninitialized: 1, count)
    Kernels.add(x, y, into: sum)
    expectClose(sum.values, zip(a, b).map { $0 + $1 })
    Kernels.accumulate(x, times: 0.5, into: sum)
    expectClose(sum.values, zip(a, b).map { 1.5 * $0 + $1 })
    Kernels.blend(x, -2, into: y, 0.25)
    expectClose(y.values, zip(a, b).map { -2 * $0 + 0.25 * $1 })
    Kernels.scale(x, 3)
    expectClose(x.values, a.map { 3 * $0 })
  }

  @Test(arguments: sizes)
  func `sum squares`(count: Int) {
    let x = draw(1, count, seed: 3)
    let wanted = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(Kernels.sumOfSquares(x) - wanted) <= 1e-6 * wanted)
  }

  @Test(arguments: [(1, 1), (5, 3), (16, 17), (33, 40)])
  func `turn rows into columns`(rows: Int, columns: Int) {
    let x = draw(rows, columns, seed: 4)
    let out = Tensor(uninitialized: columns, rows)
    Kernels.transpose(x, into: out)
    for row in 0..<rows {
      for column in 0..<columns { #expect(out[column, row] == x[row, column]) }
    }
  }

  @Test func `gather rows`() {
    let x = Tensor([1, 2, 3, 4, 5, 6], rows: 3, columns: 2)
    #expect(Kernels.gather(x, [2, 0, 2]).values == [5, 6, 1, 2, 5, 6])
  }
}
