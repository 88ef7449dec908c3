import Autograd
import Glibc
import TensorCore
import Testing

/// An operator of the tape beside its plain twin.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  /// As the tape calls it; `detail` says what is special in this case.
  let name: String
  var detail = ""
  /// Shapes of what goes in, and of the weights: [rows, columns], or [columns].
  let inputs: [[Int]]
  var weights: [[Int]] = []
  /// Operators whose input takes no gradient.
  var inputsAreConstant = false
  let apply: @Sendable (Tape, [Variable], [Weight]) -> Variable
  let twin: @Sendable (_ inputs: [Matrix], _ weights: [Matrix]) -> Matrix

  var testDescription: String { detail.isEmpty ? name : "\(name), \(detail)" }
}

/// Every operator with a derivative; `OperatorTests` reads the source and misses none.
enum OperatorCatalog {
  static let all = products + elements + rows + attention + vocabulary

  static let products = [
    OperatorCase(
      name: "linear", detail: "with bias", inputs: [[5, 7]], weights: [[3, 7], [3]],
      apply: { $0.linear($1[0], $2[0], bias: $2[1]) },
      twin: { x, w in
        let y = x[0].timesTransposed(w[0])
        return Matrix(y.rows, y.columns) { y[$0, $1] + w[1][0, $1] }
      }),
    OperatorCase(
      name: "linear", detail: "of one row", inputs: [[1, 9]], weights: [[17, 9]],
      apply: { $0.linear($1[0], $2[0]) }, twin: { $0[0].timesTransposed($1[0]) }),
    OperatorCase(
      name: "linearOverEqualFrames", inputs: [[4, 6]], weights: [[3, 12]], inputsAreConstant: true,
      apply: { $0.linearOverEqualFrames($1[0], $2[0], frames: 2, channels: 3) },
      twin: { x, w in
        // Channel c of 2 values stands twice in the doubled row.
        Matrix(4, 12) { row, k in x[0][row, k / 4 * 2 + k % 2] }.timesTransposed(w[0])
      }),
  ]

  static let elements = [
    OperatorCase(
      name: "add", inputs: [[3, 5], [3, 5]], apply: { tape, x, _ in tape.add(x[0], x[1]) },
      twin: { x, _ in Matrix(3, 5) { x[0][$0, $1] + x[1][$0, $1] } }),
    OperatorCase(
      name: "add", detail: "to itself", inputs: [[2, 5]],
      apply: { tape, x, _ in tape.add(x[0], x[0]) },
      twin: { x, _ in Matrix(2, 5) { 2 * x[0][$0, $1] } }),
    OperatorCase(
      name: "swiglu", inputs: [[3, 22]], apply: { tape, x, _ in tape.swiglu(x[0]) },
      twin: { x, _ in
        Matrix(3, 11) { x[0][$0, $1] / (1 + exp(-x[0][$0, $1])) * x[0][$0, 11 + $1] }
      }),
    OperatorCase(
      name: "gelu", inputs: [[3, 19]], apply: { tape, x, _ in tape.gelu(x[0]) },
      twin: { x, _ in
        Matrix(3, 19) { x[0][$0, $1] * 0.5 * (1 + erf(x[0][$0, $1] / 2.0.squareRoot())) }
      }),
  ]

  static let rows = [
    OperatorCase(
      name: "rmsNorm", inputs: [[4, 19]], weights: [[19]],
      apply: { $0.rmsNorm($1[0], $2[0], eps: 0.01) },
      twin: { x, w in
        let roots = (0..<4).map { row in
          ((0..<19).reduce(0) { $0 + x[0][row, $1] * x[0][row, $1] } / 19 + 0.01).squareRoot()
        }
        return Matrix(4, 19) { w[0][0, $1] * x[0][$0, $1] / roots[$0] }
      }),
    OperatorCase(
      name: "reshape", inputs: [[4, 6]], apply: { tape, x, _ in tape.reshape(x[0], 8, 3) },
      twin: { x, _ in Matrix(8, 3) { x[0].values[$0 * 3 + $1] } }),
    OperatorCase(
      name: "gather", inputs: [[4, 3]],
      apply: { tape, x, _ in tape.gather(x[0], [2, 0, 2, 3, 2]) },
      twin: { x, _ in Matrix(5, 3) { x[0][[2, 0, 2, 3, 2][$0], $1] } }),
  ]

  static let vocabulary = [
    OperatorCase(
      name: "embed", inputs: [[2, 4]], weights: [[6, 4]],
      apply: { $0.embed([5, 1, 0, 1, 1], $2[0], features: $1[0], places: [1, 4]) },
      twin: { x, w in
        Matrix(5, 4) { row, column in
          switch row {
          case 1: x[0][0, column]
          case 4: x[0][1, column]
          default: w[0][[5, 1, 0, 1, 1][row], column]
          }
        }
      }),
    OperatorCase(
      name: "logProbabilities", detail: "without banned ids, at a temperature",
      inputs: [[4, 5]], weights: [[37, 5]],
      apply: {
        $0.logProbabilities(
          $1[0], rows: [3, 0, 3], targets: [2, 36, 2], $2[0],
          banned: (0..<37).map { $0 % 5 == 0 ? 1 : 0 }, temperature: 0.7
        ).logProbabilities
      },
      twin: { x, w in
        let scores = x[0].timesTransposed(w[0])
        return Matrix(3, 1) { i, _ in
          let row = [3, 0, 3][i]
          let open = (0..<37).filter { $0 % 5 != 0 }
          let total = open.reduce(0) { $0 + exp(scores[row, $1] / 0.7) }
          return scores[row, [2, 36, 2][i]] / 0.7 - log(total)
        }
      }),
  ]
}
