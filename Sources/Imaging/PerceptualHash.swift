internal import CImageCodecs
internal import Foundations
internal import Geometry
internal import Glibc

/// PDQ: 256 bits that change little when a picture is re-encoded, resized or slightly retouched.
///
/// Meta's algorithm (ThreatExchange, pdqhashing.cpp): luma, two passes of a box filter, 64 x 64
/// samples, the low 16 x 16 of a cosine transform, one bit for each coefficient above the median.
/// Published starting values: the same picture within 31 bits; no verdict at quality 49 or less.
package struct PerceptualHash: Sendable, Equatable, Hashable {
  /// Bit i of word w belongs to coefficient 64 w + i, row by row from the lowest frequency.
  package let words: [4 of UInt64]
  /// 0 (featureless) to 100.
  package let quality: Int

  /// A hash that was computed before.
  package init(words: [4 of UInt64], quality: Int) {
    self.words = words
    self.quality = quality
  }

  package init(of picture: Picture) {
    let samples = Self.thumbnail(of: picture)
    quality = min(picture.size.width, picture.size.height) < 5 ? 0 : Self.quality(of: samples)
    let coefficients = Self.cosineTransform(of: samples)
    // The lower median, as the reference takes it.
    let median = coefficients.sorted()[127]
    var words: [4 of UInt64] = [0, 0, 0, 0]
    for (index, value) in coefficients.enumerated() where value > median {
      words[index / 64] |= 1 << UInt64(index % 64)
    }
    self.words = words
  }

  /// The number of bits in which two hashes differ, 0 to 256.
  package func distance(to other: PerceptualHash) -> Int {
    words.indices.reduce(0) { $0 + (words[$1] ^ other.words[$1]).nonzeroBitCount }
  }

  /// 64 hexadecimal digits, the highest coefficient first, as PDQ's tools print it.
  package var hexadecimal: String {
    Hexadecimal.text(
      of: words.indices.reversed().flatMap { word in
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: words[word] >> (8 * $0)) }
      })
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.distance(to: right) == 0 && left.quality == right.quality
  }

  package func hash(into hasher: inout Hasher) {
    for index in words.indices { hasher.combine(words[index]) }
  }

  private static let side = 64
  private static let kept = 16

  private static func thumbnail(of picture: Picture) -> [Float] {
    let (width, height) = (picture.size.width, picture.size.height)
    let room = Int(pk_pdq_scratch(Int64(width), Int64(height)))
    return unsafe [Float](unsafeUninitializedCapacity: side * side) { buffer, count in
      unsafe picture.pixels.withUnsafeBufferPointer { pixels in
        unsafe withUnsafeTemporaryAllocation(byteCount: 4 * room, alignment: 64) {
          unsafe pk_pdq_thumbnail(
            pixels.baseAddress, Int64(width), Int64(height),
            $0.bindMemory(to: Float.self).baseAddress, buffer.baseAddress)
        }
      }
      count = side * side
    }
  }

  /// The sum of the steps between neighbours, in whole percent of the range; 9000 and more is 100.
  private static func quality(of samples: [Float]) -> Int {
    let sum = unsafe samples.withUnsafeBufferPointer { unsafe pk_pdq_steps($0.baseAddress) }
    return min(Int(sum) / 90, 100)
  }

  /// Coefficients 1 to 16 of both axes of the 64 x 64 cosine transform, row-major.
  ///
  /// Every sum runs over the samples in their order, so that its last bit is the reference's.
  private static func cosineTransform(of samples: [Float]) -> [Float] {
    let rows = (0..<side * side / kept).map { at in
      SIMD16<Float>((0..<kept).map { samples[at * kept + $0] })
    }
    var result: [Float] = []
    for i in 0..<kept {
      var half: [4 of SIMD16<Float>] = [.zero, .zero, .zero, .zero]
      for k in 0..<side {
        let weight = basis[k][i]
        for part in half.indices { half[part] += weight * rows[k * half.count + part] }
      }
      var sums = SIMD16<Float>.zero
      for k in 0..<side { sums += half[k / kept][k % kept] * basis[k] }
      for j in 0..<kept { result.append(sums[j]) }
    }
    return result
  }

  /// For every sample of a row what it adds to each coefficient.
  private static let basis: [SIMD16<Float>] = (0..<side).map { k in
    SIMD16(
      (0..<kept).map { i in
        let angle = Double.pi / 2 / Double(side) * Double((i + 1) * (2 * k + 1))
        return Float((2 / Double(side)).squareRoot()) * Float(cos(angle))
      })
  }
}
