import Foundations
import JSONText
import Testing

@Suite struct `Reading JSON` {
  @Test func `every kind of value is read, members in order`() throws {
    let json = try JSON.parse(#" {"z":[1,-2.5,"x",true,false,null,{}],"a":{"b":[]}} "#)
    #expect(json == ["z": [1, -2.5, "x", true, false, nil, [:]], "a": ["b": []]])
    #expect(try json.asObject.keys == ["z", "a"])
  }

  @Test(arguments: [
    (#""A\n\t\b\f\r\/\\\"""#, "A\n\t\u{8}\u{c}\r/\\\""),
    (#""\u0041\u00e9\u20AC\u0000""#, "A\u{e9}\u{20ac}\u{0}"),
    (#""\ud83d\ude00 \uDBFF\uDFFF""#, "😀 \u{10FFFF}"),
    ("\"grün 😀 \u{7f}\"", "grün 😀 \u{7f}"),
    (#""e\u0301""#, "e\u{301}"),
  ])
  func `escapes and UTF-8 become text`(written: String, text: String) throws {
    #expect(try JSON.parse(written) == .string(text))
  }

  @Test func `strings and keys compare by bytes, not by canonical equivalence`() throws {
    #expect(JSON.string("\u{e9}") != .string("e\u{301}"))
    let json = try JSON.parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}")
    #expect(json["\u{e9}"] == 1 && json["e\u{301}"] == 2)
  }

  /// Code, byte and text of what must be refused.
  @Test(arguments: [
    ("json.syntax", 0, ""), ("json.syntax", 1, " "), ("json.syntax", 0, "nul"),
    ("json.syntax", 0, "True"), ("json.syntax", 0, "NaN"), ("json.syntax", 0, "'a'"),
    ("json.syntax", 0, "+1"), ("json.syntax", 0, ".5"), ("json.syntax", 2, "1."),
    ("json.syntax", 1, "-"), ("json.syntax", 1, "-a"), ("json.syntax", 0, "01"),
    ("json.syntax", 1, "-01"), ("json.syntax", 2, "1e"), ("json.syntax", 3, "1e+"),
    ("json.syntax", 1, "0x10"), ("json.syntax", 1, "1_000"), ("json.syntax", 2, "1 2"),
    ("json.syntax", 1, "[,1]"), ("json.syntax", 3, "[1,]"), ("json.syntax", 3, "[1 2]"),
    ("json.syntax", 2, "[1"), ("json.syntax", 2, "[1}"), ("json.syntax", 1, "{1:2}"),
    ("json.syntax", 7, #"{"a":1,}"#), ("json.syntax", 4, #"{"a"}"#),
    ("json.syntax", 4, #"{"a",1}"#), ("json.syntax", 5, #"{"a":}"#), ("json.syntax", 1, "{a:1}"),
    ("json.syntax", 3, "[] /* no */"), ("json.syntax", 0, #""a"#), ("json.syntax", 1, #"["a\"]"#),
    ("json.control", 2, "\"a\n\""), ("json.control", 1, "\"\u{1f}\""),
    ("json.control", 3, "\"\\n\t\""), ("json.escape", 1, #""\x""#),
    ("json.escape", 1, #""\u12G4""#),
    ("json.escape", 1, #""\u12"#), ("json.surrogate", 1, #""\ud800""#),
    ("json.surrogate", 1, #""\udc00\ud800""#), ("json.surrogate", 2, #""a\ud800\u0041""#),
    ("json.surrogate", 1, #""\ud800\ud800""#), ("json.range", 0, "1e400"),
    ("json.range", 1, "[-1e309]"), ("json.precision", 0, "9223372036854775809"),
    ("json.precision", 0, "123456789012345678901234567890"),
    ("json.duplicate-key", 7, #"{"a":1,"a":2}"#), ("json.duplicate-key", 7, #"{"a":1,"\u0061":2}"#),
    ("json.encoding", 0, "\u{feff}[]"),
  ])
  func `what RFC 8259 does not allow is refused`(code: String, byte: Int, text: String) throws {
    let fault = try #require(throws: Fault.self) { try JSON.parse(text) }
    #expect(fault.code == code && fault.place.byte == byte, "\(fault)")
  }

  @Test(arguments: [
    (1, [0x22, 0xFF, 0x22]), (2, [0x22, 0x61, 0xC3, 0x22]), (1, [0x22, 0xC0, 0x80, 0x22]),
    (1, [0x22, 0xED, 0xA0, 0x80, 0x22]), (1, [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22]),
    (3, [0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22]), (2, [0x7B, 0x22, 0x80, 0x22, 0x3A, 0x31, 0x7D]),
  ])
  func `invalid UTF-8 is refused at its byte`(byte: Int, bytes: [UInt8]) throws {
    let fault = try #require(throws: Fault.self) { try JSON.parse(bytes) }
    #expect(fault.code == "json.encoding" && fault.place.byte == byte, "\(fault)")
  }

  @Test func `nesting is allowed to 512 and refused beyond`() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    _ = try JSON.parse(nested(512, "[", "]"))
    _ = try JSON.parse(nested(512, #"{"a":"#, "}"))
    for text in [nested(513, "[", "]"), nested(513, #"{"a":"#, "}")] {
      let fault = try #require(throws: Fault.self) { try JSON.parse(text) }
      #expect(fault.code == "json.depth")
    }
    #expect(throws: Fault.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func `siblings do not count as depth`() throws {
    let text = "[" + String(repeating: "[{}],", count: 2_000) + "[]]"
    #expect(try JSON.parse(text).asArray.count == 2_001)
  }

  @Test func `duplicates are found in large objects too, and look-ups work`() throws {
    let members = (0..<1_000).map { "\"key \($0)\":\($0)" }.joined(separator: ",")
    let json = try JSON.parse("{\(members)}")
    #expect((0..<1_000).allSatisfy { json["key \($0)"] == .integer($0) } && json["key"] == nil)
    let fault = try #require(throws: Fault.self) { try JSON.parse("{\(members),\"key 7\":0}") }
    #expect(fault.code == "json.duplicate-key" && fault.message.contains("key 7"))
  }

  @Test func `a fault names file, line, column and byte`() throws {
    let fault = try #require(throws: Fault.self) {
      try JSON.parse("{\n  \"a\": 1,\n  \"b\": x\n}", file: "some.json")
    }
    #expect(fault.place == Place(file: "some.json", line: 3, column: 8, byte: 19))
    #expect(fault.message == "expected a value, found 'x'")
  }

  @Test func `members are set, replaced and removed in place`() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = 4
    object["b"] = nil
    #expect(object == ["c": 4, "a": 3] && object.keys == ["a", "c"])
  }
}
