import Foundations
import JSONText
import Testing

@Suite struct `JSON numbers` {
  @Test(arguments: [
    ("0", JSON.integer(0)), ("-0", .number(-0.0)), ("-0.0", .number(-0.0)), ("-7", .integer(-7)),
    ("5.0", .number(5)), ("5e0", .number(5)), ("0.1", .number(0.1)), ("1E-05", .number(1e-5)),
    ("999999999999999999", .integer(999_999_999_999_999_999)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("18446744073709551616", .number(0x1p64)), ("100000000000000000000", .number(1e20)),
    ("123456789012345680000", .number(123_456_789_012_345_683_968)),
    ("-9223372036854775808e0", .number(-0x1p63)),
    ("2.2250738585072011e-308", .number(.leastNormalMagnitude.nextDown)),
    ("4.9e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("9007199254740993.0", .number(9_007_199_254_740_992)),
    ("4503599627370496.50", .number(4_503_599_627_370_496.5)),
    ("9007199254740995.0", .number(9_007_199_254_740_996)),
    ("9007199254740995.001", .number(9_007_199_254_740_996)),
    ("9007199254740992.999", .number(9_007_199_254_740_992)),
    ("0.000000000000000000000000000001", .number(1e-30)),
    ("0e99999999999999999999", .number(0)), ("10000000000000000000000e-22", .number(1)),
    ("1.00000000000000011102230246251565", .number(1)),
    ("1.00000000000000011102230246251566", .number(1.0000000000000002)),
  ])
  func `text becomes the nearest value of its kind`(text: String, value: JSON) throws {
    let read = try JSON.parse(text)
    #expect(read == value, "\(read)")
  }

  @Test(arguments: [
    (JSON.integer(.min), "-9223372036854775808"), (.integer(0), "0"), (.integer(1_203), "1203"),
    (.number(-0.0), "-0.0"), (.number(5), "5.0"), (.number(0.1), "0.1"), (.number(1e-5), "1e-05"),
    (.number(1e20), "1e+20"), (.number(.leastNonzeroMagnitude), "5e-324"),
    (.number(.nan), "null"), (.number(-.infinity), "null"),
    (.measure(12), "12"), (.measure(12.5), "12.5"), (.measure(-0.0), "-0.0"),
    (.measure(1e300), "1e+300"),
  ])
  func `values become the shortest text`(value: JSON, text: String) {
    #expect(value.description == text)
  }

  @Test func `every double comes back bit by bit`() throws {
    var random = CounterRandom(seed: 3)
    for index in 0..<20_000 {
      let drawn = Double(bitPattern: random.next())
      let value = index.isMultiple(of: 2) ? drawn : random.uniform(-1e6...1e6)
      guard value.isFinite else { continue }
      let back = try JSON.parse(JSON.number(value).bytes()).asDouble
      #expect(back.bitPattern == value.bitPattern, "\(value)")
    }
  }

  @Test func `16 to 19 digits are read as the standard library reads them`() throws {
    var random = CounterRandom(seed: 6)
    for _ in 0..<50_000 {
      let digits = String(random.next() | 1 << 60).prefix(16 + random.below(4))
      let zeros = String(repeating: "0", count: random.below(9))
      let text = "\(random.below(2) == 0 ? "-" : "")0.\(zeros)\(digits)"
      #expect(try JSON.parse(text).asDouble == Double(text), "\(text)")
    }
  }

  @Test func `short decimals are read as the standard library reads them`() throws {
    var random = CounterRandom(seed: 4)
    for _ in 0..<20_000 {
      let digits = String(random.next() >> UInt64(random.below(60)))
      let text = "\(digits.prefix(3)).\(digits)e\(random.below(60) - 30)"
      #expect(try JSON.parse(text).asDouble == Double(text), "\(text)")
    }
  }
}
