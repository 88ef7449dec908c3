/// Base64 of RFC 4648, section 4.
package enum Base64 {
  /// The value of every digit; 64 for a byte that is none.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// The bytes, or `nil` where the text is not padded base64.
  package static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    let values = values
    var bits: UInt32 = 0
    var index = 0
    var padding = 0
    for digit in text {
      if digit == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      let value = values[Int(digit)]
      guard value < 64, padding == 0 else { return nil }
      bits = bits << 6 | UInt32(value)
      if index & 3 != 0 { result.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * (index & 3)))) }
      index += 1
    }
    return padding <= 2 ? result : nil
  }
}
