/// A SHA-256 as two numbers.
package struct Digest: Sendable, Equatable, Hashable, BitwiseCopyable {
  /// A key for tables: half of a SHA-256 is as good as all of it.
  package let high: UInt128
  package let low: UInt128

  package init(high: UInt128, low: UInt128) {
    self.high = high
    self.low = low
  }

  /// Nil if the text is not 64 hexadecimal digits.
  package init?(_ hexadecimal: some StringProtocol) {
    var halves: (UInt128, UInt128) = (0, 0)
    var count = 0
    for digit in hexadecimal.utf8 {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      halves =
        count < 32
        ? (halves.0 << 4 | UInt128(value), 0) : (halves.0, halves.1 << 4 | UInt128(value))
      count += 1
    }
    guard count == 64 else { return nil }
    (high, low) = halves
  }

  /// Of some bytes.
  package init(of bytes: [UInt8]) {
    self = Digest(SHA256.hexadecimal(of: bytes)) ?? Digest(high: 0, low: 0)
  }

  /// 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    Hexadecimal.text(
      of: [high, low].flatMap { half in
        (0..<16).reversed().map { UInt8(truncatingIfNeeded: half >> (8 * UInt128($0))) }
      })
  }
}
