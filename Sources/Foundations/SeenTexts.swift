/// Texts seen so far, 16 bytes for each, whatever its length.
package struct SeenTexts {
  private struct Digest: Hashable {
    let first: Int
    let second: Int
  }
  private var digests: Set<Digest> = []

  package init() {}

  /// Whether the text is new; wrong once in 2^128 pairs.
  ///
  /// Swift's hash is keyed anew in every process, so no input can be made to collide.
  package mutating func insert(_ text: [UInt8]) -> Bool {
    func digest(_ salt: UInt8) -> Int {
      var hasher = Hasher()
      hasher.combine(salt)
      unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
    return digests.insert(Digest(first: digest(1), second: digest(2))).inserted
  }
}
