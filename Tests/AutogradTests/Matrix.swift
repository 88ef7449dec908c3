import Foundations
import TensorCore

/// A matrix of doubles, row-major: what the plain twins of the operators work on.
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(_ rows: Int, _ columns: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
    self.rows = rows
    self.columns = columns
    values = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows { for column in 0..<columns { values.append(value(row, column)) } }
  }

  /// Draws from -1 to 1 that floats hold exactly.
  init(_ rows: Int, _ columns: Int, drawnFrom random: inout CounterRandom) {
    var draws = random
    self.init(rows, columns) { _, _ in Double(Float(draws.uniform(-1...1))) }
    random = draws
  }

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  var tensor: Tensor { Tensor(values.map(Float.init), rows: rows, columns: columns) }

  /// The sum of the products of equal places.
  func dot(_ other: Matrix) -> Double {
    zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// self otherᵀ.
  func timesTransposed(_ other: Matrix) -> Matrix {
    Matrix(rows, other.rows) { i, j in
      (0..<columns).reduce(0) { $0 + self[i, $1] * other[j, $1] }
    }
  }
}
