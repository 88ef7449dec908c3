package import Autograd
internal import Foundations
internal import Glibc
internal import TensorCore

/// Positions of tokens on the three axes of M-RoPE: time, height, width.
///
/// Text tokens have three equal positions; tokens of a picture share the time and differ in row and
/// column (Qwen2-VL, section 2.1).
package struct Positions: Sendable, Equatable {
  package var time: [Int32] = []
  package var height: [Int32] = []
  package var width: [Int32] = []

  package init() {}

  package var count: Int { time.count }

  package mutating func append(_ t: Int, _ h: Int, _ w: Int) {
    time.append(Int32(t))
    height.append(Int32(h))
    width.append(Int32(w))
  }

  package mutating func append(contentsOf other: Positions) {
    time += other.time
    height += other.height
    width += other.width
  }
}

/// Rotary angles: frequencies base^(-2i / D) for i < D / 2.
package struct RotaryEmbedding: Sendable {
  private let frequencies: [Double]
  package let headDimension: Int

  package init(headDimension: Int, base: Double) {
    self.headDimension = headDimension
    frequencies = (0..<headDimension / 2).map { pow(base, -2 * Double($0) / Double(headDimension)) }
  }

  /// Multimodal angles of the decoder.
  ///
  /// `sections` splits the D / 2 frequencies between time, height and width, in this order; their
  /// sum is D / 2.
  package func angles(_ positions: Positions, sections: [Int]) -> RotaryAngles {
    precondition(
      sections.count == 3 && sections.reduce(0, +) == headDimension / 2,
      "sections \(sections) of \(headDimension / 2) frequencies")
    let axes = [positions.time, positions.height, positions.width]
    let axisOf = sections.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    return table(rows: positions.count) { row, i in
      // In f32, as transformers computes it: position times frequency, then cos and sin.
      Double(Float(axes[axisOf[i]][row]) * Float(frequencies[i]))
    }
  }

  /// Axial angles of the vision tower: the first half of the D / 2 slots turns with the row, the
  /// second with the column, each with frequencies base^(-4i / D).
  package func axialAngles(rows: [Int], columns: [Int]) -> RotaryAngles {
    let quarter = headDimension / 4
    return table(rows: rows.count) { row, i in
      let place = i < quarter ? rows[row] : columns[row]
      let frequency = frequencies[(i % quarter) * 2]
      return Double(Float(place) * Float(frequency))
    }
  }

  private func table(rows: Int, _ angle: (Int, Int) -> Double) -> RotaryAngles {
    let half = headDimension / 2
    let cosine = Tensor(uninitialized: rows, half)
    let sine = Tensor(uninitialized: rows, half)
    for row in 0..<rows {
      for i in 0..<half {
        let a = angle(row, i)
        cosine.pointer[row * half + i] = Float(cos(a))
        sine.pointer[row * half + i] = Float(sin(a))
      }
    }
    return RotaryAngles(cosine: cosine, sine: sine)
  }
}
