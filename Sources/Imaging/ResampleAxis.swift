internal import CImageCodecs
internal import Glibc

/// The weights of one axis of a resize: which inputs make up each output, and how much of each.
///
/// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's Resample.c.
struct ResampleAxis: Sendable {
  private let starts: [Int32]
  private let counts: [Int32]
  /// `stride` weights an output, in units of 2^-22, every one repeated `spread` times, then zeros.
  private let weights: [Int32]
  private let stride: Int

  init(from input: Int, to output: Int, spread: Int) {
    let scale = Double(input) / Double(output)
    let widening = max(scale, 1)
    let support = Self.radius * widening
    let taps = Int(ceil(support)) * 2 + 1
    var starts: [Int32] = []
    var counts: [Int32] = []
    let lanes = Int(pk_lanes)
    let stride = (taps * spread + lanes - 1) / lanes * lanes
    var weights = [Int32](repeating: 0, count: output * stride)
    for position in 0..<output {
      let center = (Double(position) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), input)
      let row = (first..<end).map { Self.bicubic((Double($0) - center + 0.5) * (1 / widening)) }
      let sum = row.reduce(0, +)
      for (tap, weight) in row.enumerated() {
        let fixed = Self.fixedPoint(sum == 0 ? weight : weight / sum)
        for copy in 0..<spread { weights[position * stride + tap * spread + copy] = fixed }
      }
      starts.append(Int32(first))
      counts.append(Int32(end - first))
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.stride = stride
  }

  private static let radius = 2.0

  private static func bicubic(_ position: Double) -> Double {
    let a = -0.5
    let x = abs(position)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }

  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32((weight < 0 ? -0.5 : 0.5) + weight * Double(1 << 22))
  }

  /// The inputs that the outputs of a non-empty range are made of.
  func inputs(of outputs: Range<Int>) -> Range<Int> {
    let last = outputs.upperBound - 1
    return Int(starts[outputs.lowerBound])..<Int(starts[last] + counts[last])
  }

  /// The outputs that any input of a range is part of.
  func outputs(touching inputs: Range<Int>) -> Range<Int> {
    let first = starts.indices.first { Int(starts[$0] + counts[$0]) > inputs.lowerBound }
    let last = starts.indices.last { Int(starts[$0]) < inputs.upperBound }
    guard let first, let last, first <= last else { return 0..<0 }
    return first..<last + 1
  }

  /// Lends the tables to a kernel.
  func withAxis(_ body: (pk_axis) -> Void) {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe counts.withUnsafeBufferPointer { counts in
        unsafe weights.withUnsafeBufferPointer { weights in
          unsafe body(
            pk_axis(
              starts: starts.baseAddress, counts: counts.baseAddress,
              weights: weights.baseAddress, stride: Int64(stride)))
        }
      }
    }
  }
}
