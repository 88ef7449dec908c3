/// Sixteen bytes that stand for a text, to know it again without keeping it.
///
/// Two texts have the same one if they are equal as `String`, and else once in 2^128 pairs. Means
/// something within one run of the program only: Swift's hash is keyed anew in every process, so
/// that no input can be made to collide.
package struct Fingerprint: Hashable, Sendable {
  private let first: Int
  private let second: Int

  package init(_ text: String) {
    first = Self.hash(text, salt: 1)
    second = Self.hash(text, salt: 2)
  }

  private static func hash(_ text: String, salt: UInt8) -> Int {
    var hasher = Hasher()
    hasher.combine(salt)
    hasher.combine(text)
    return hasher.finalize()
  }
}
