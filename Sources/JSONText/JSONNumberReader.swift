extension Reader {
  /// Reads a number that starts at `at`: `-? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)?`.
  mutating func number(_ bytes: Span<UInt8>) throws(Flaw) -> JSON {
    let start = at
    let negative = bytes[at] == UInt8(ascii: "-")
    if negative { at += 1 }
    var decimal = Decimal()
    let leading = at
    try digits(bytes, into: &decimal)
    if bytes[leading] == UInt8(ascii: "0") && at > leading + 1 {
      throw Flaw(.leadingZero, at: leading)
    }
    var isWhole = true
    if at < bytes.count && bytes[at] == UInt8(ascii: ".") {
      isWhole = false
      at += 1
      let point = at
      try digits(bytes, into: &decimal)
      decimal.exponent -= at - point
    }
    if at < bytes.count && bytes[at] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      decimal.exponent += try exponent(bytes)
    }
    if isWhole && decimal.digits <= 18 {
      let magnitude = Int(decimal.mantissa)
      if negative && magnitude == 0 { return .number(-0.0) }
      return .integer(negative ? -magnitude : magnitude)
    }
    if !isWhole, let magnitude = decimal.nearestDouble {
      return .number(negative ? -magnitude : magnitude)
    }
    return try exact(bytes, start..<at, isWhole: isWhole)
  }

  private mutating func digits(_ bytes: Span<UInt8>, into decimal: inout Decimal) throws(Flaw) {
    let start = at
    while at < bytes.count {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      decimal.append(digit)
      at += 1
    }
    guard at > start else { throw Flaw(.expected(.digit), at: at) }
  }

  /// The exponent after the `e` at `at`, clamped to a range far beyond `Double`.
  private mutating func exponent(_ bytes: Span<UInt8>) throws(Flaw) -> Int {
    at += 1
    var negative = false
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      negative = bytes[at] == UInt8(ascii: "-")
      at += 1
    }
    var decimal = Decimal()
    try digits(bytes, into: &decimal)
    let magnitude = decimal.digits > 8 ? 99_999_999 : Int(decimal.mantissa)
    return negative ? -magnitude : magnitude
  }

  /// The slow path: the nearest double by the standard library, and integers beyond 18 digits.
  private func exact(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isWhole: Bool
  ) throws(Flaw) -> JSON {
    var text = ""
    for index in range { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    if isWhole, let integer = Int(text) { return .integer(integer) }
    guard let value = Double(text), value.isFinite else { throw Flaw(.range, at: range.lowerBound) }
    guard !isWhole || Self.keeps(text, value) else { throw Flaw(.precision, at: range.lowerBound) }
    return .number(value)
  }

  /// Whether `value` stands for the integer `text` without loss: it is that very number, or the
  /// digits of `text` are the shortest that name `value`, so that writing gives them back.
  private static func keeps(_ text: String, _ value: Double) -> Bool {
    if let magnitude = Int128(text), Int128(exactly: value) == magnitude { return true }
    func significant(_ digits: some StringProtocol) -> [UInt8] {
      var kept = digits.utf8.filter { 0x30...0x39 ~= $0 }
      while kept.last == 0x30 { kept.removeLast() }
      return kept
    }
    return significant(text) == significant(value.description.prefix { $0 != "e" })
  }
}
