/// Sixteen bytes that stand for a text, to know it again without keeping it.
///
/// Two texts have the same one if they are equal as `String`, and else once in 2^128 pairs. Means
/// something within one run of the program only: Swift's hash is keyed anew in every process, so
/// that no input can be made to collide.
package struct TextKey: Hashable, Sendable {
  private let first: Int
  private let second: Int

  package init(_ text: String) {
    first = Self.hash(text, salt: 1)
    second = Self.hash(text, salt: 2)
  }

  /// Of bytes, which are the same only if all of them are.
  package init(_ bytes: [UInt8]) {
    first = Self.hash(bytes, salt: 1)
    second = Self.hash(bytes, salt: 2)
  }

  /// Both halves as one number.
  package var key: UInt128 {
    UInt128(UInt64(bitPattern: Int64(first))) << 64 | UInt128(UInt64(bitPattern: Int64(second)))
  }

  private static func hash(_ text: some Hashable, salt: UInt8) -> Int {
    var hasher = Hasher()
    hasher.combine(salt)
    hasher.combine(text)
    return hasher.finalize()
  }
}
