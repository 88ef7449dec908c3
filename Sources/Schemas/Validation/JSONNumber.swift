internal import JSONText

/// Mathematical comparison of JSON values: 1 and 1.0 are the same number.
enum JSONNumber {
  /// Whether both are the same value as JSON Schema defines it: numbers by value, strings by code
  /// point, objects in any order.
  static func isSame(_ left: JSON, _ right: JSON) -> Bool {
    switch (left, right) {
    case (.array(let a), .array(let b)):
      a.count == b.count && zip(a, b).allSatisfy(isSame)
    case (.object(let a), .object(let b)):
      a.count == b.count
        && a.allSatisfy { member in b[member.key].map { isSame(member.value, $0) } ?? false }
    case (.integer, .number), (.number, .integer), (.number, .number):
      !isLess(left, right) && !isLess(right, left)
    default: left == right
    }
  }

  /// Whether one number is less than another, exactly; false where one is no number.
  static func isLess(_ left: JSON, _ right: JSON) -> Bool {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): a < b
    case (.number(let a), .number(let b)): a < b
    case (.integer(let a), .number(let b)): compare(a, b) < 0
    case (.number(let a), .integer(let b)): compare(b, a) > 0
    default: false
    }
  }

  /// Negative, zero or positive as `integer` is less than, equal to or greater than `number`.
  private static func compare(_ integer: Int, _ number: Double) -> Int {
    guard number < 0x1p63 else { return -1 }
    guard number >= -0x1p63 else { return 1 }
    let floor = Int(number.rounded(.down))
    if integer != floor { return integer < floor ? -1 : 1 }
    return number == Double(floor) ? 0 : -1
  }

  /// Whether `value` is a whole multiple of `divisor`, both taken as the decimals that are written.
  ///
  /// 0.0075 is a multiple of 0.0001 although no pair of doubles says so.
  static func isMultiple(_ value: JSON, of divisor: JSON) -> Bool {
    guard let a = Decimal(value), let b = Decimal(divisor), b.mantissa != 0 else { return false }
    if a.mantissa == 0 { return true }
    let shift = a.exponent - b.exponent
    if shift < 0 {
      // A mantissa has at most 20 digits: 10^20 more on the right side exceeds the left.
      guard shift > -20 else { return false }
      let scaled = (0..<(-shift)).reduce(UInt128(b.mantissa)) { product, _ in product * 10 }
      return UInt128(a.mantissa) % scaled == 0
    }
    var rest = UInt128(a.mantissa % b.mantissa)
    for _ in 0..<shift where rest != 0 { rest = rest * 10 % UInt128(b.mantissa) }
    return rest == 0
  }

  /// The magnitude of a number as its shortest text says it: `mantissa * 10^exponent`.
  private struct Decimal {
    var mantissa: UInt64 = 0
    var exponent = 0

    init?(_ value: JSON) {
      switch value {
      case .integer(let integer): mantissa = UInt64(integer.magnitude)
      case .number(let number):
        let text = number.description
        var isFraction = false
        for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: "e") }) {
          if byte == UInt8(ascii: ".") { isFraction = true }
          guard 0x30...0x39 ~= byte else { continue }
          mantissa = mantissa * 10 + UInt64(byte - 0x30)
          if isFraction { exponent -= 1 }
        }
        if let mark = text.firstIndex(of: "e") {
          exponent += Int(text[text.index(after: mark)...]) ?? 0
        }
      default: return nil
      }
      while mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10
        exponent += 1
      }
    }
  }
}
