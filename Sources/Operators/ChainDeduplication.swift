internal import Foundations
internal import Geometry
package import Schemas

/// Leaves out chains of one question that say nearly what an earlier one says.
///
/// The chains of a question are alike on purpose, so they are compared in two ways. A chain repeats
/// another where it has the same answer and looks at the same places in the same order, to the
/// pixel. It is near another where the runs of three words of what the model wrote, numbers masked,
/// have a Jaccard similarity of at least `similarity`. A question has few chains: all are compared
/// with all that stay, exactly. The first of each kind stays, so let the best come first.
package struct ChainDeduplication: Sendable, Equatable {
  /// Whether equal answers with equal places are repetitions.
  package var places = true
  /// From 0 to 1; nil: words are not compared.
  package var similarity: Double?

  package init(places: Bool = true, similarity: Double? = nil) {
    self.places = places
    self.similarity = similarity
  }

  package enum Reason: String, Sendable {
    case samePlaces = "the same places and answer"
    case sameWords = "nearly the same words"
  }

  /// For every chain why it goes; nil: it stays.
  package func reasons(_ chains: [Chain]) -> [Reason?] {
    var keys: Set<[UInt8]> = []
    var sketches: [[UInt32]] = []
    return chains.map { chain in
      // A chain without places has only its answer to compare, which many others have too.
      if places && !chain.points.isEmpty && !keys.insert(Self.key(of: chain)).inserted {
        return .samePlaces
      }
      guard let similarity else { return nil }
      let sketch = Self.sketch(of: chain)
      if sketches.contains(where: { TextSketch.jaccard($0, sketch) >= similarity }) {
        return .sameWords
      }
      sketches.append(sketch)
      return nil
    }
  }

  /// Equal for chains with the same words in their answers and the same places.
  private static func key(of chain: Chain) -> [UInt8] {
    var key: [UInt8] = []
    for word in Words.hashes(of: chain.answer) { key.append(bigEndian: word) }
    for point in chain.points {
      key.append(bigEndian: point.x.rounded().bitPattern)
      key.append(bigEndian: point.y.rounded().bitPattern)
    }
    return key
  }

  private static func sketch(of chain: Chain) -> [UInt32] {
    var words: [UInt64] = []
    for segment in chain.segments where segment.role == .model {
      Words.append(masked(segment.text), to: &words)
    }
    // The shorter ones are one shingle.
    let shingles = Shingles.hashes(of: words, width: max(1, min(3, words.count)))
    return shingles.map { UInt32(truncatingIfNeeded: $0 >> 32) }
  }

  /// The text with 0 for every run of digits, decimal points among them.
  private static func masked(_ text: String) -> String {
    var bytes: [UInt8] = []
    var isNumber = false
    for byte in text.utf8 {
      let isDigit = byte >= 0x30 && byte <= 0x39
      if isDigit && !isNumber { bytes.append(0x30) }
      isNumber = isDigit || isNumber && byte == 0x2E
      if !isDigit && !isNumber { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
