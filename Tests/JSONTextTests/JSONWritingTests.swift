import Foundations
import JSONText
import Testing

@Suite struct `Writing JSON` {
  static let sample: JSON = [
    "id": "q-1", "sides": [1, 2.5, -3], "empty": [], "none": [:], "nested": [["a": nil], [true]],
  ]

  @Test func `compact text has no space`() {
    #expect(
      Self.sample.description
        == #"{"id":"q-1","sides":[1,2.5,-3],"empty":[],"none":{},"nested":[{"a":null},[true]]}"#)
  }

  @Test func `pretty text indents by two and keeps scalars on one line`() {
    let text = """
      {
        "id": "q-1",
        "sides": [1, 2.5, -3],
        "empty": [],
        "none": {},
        "nested": [
          {
            "a": null
          },
          [true]
        ]
      }

      """
    #expect(String(decoding: Self.sample.bytes(pretty: true), as: UTF8.self) == text)
  }

  @Test func `only what must be escaped is`() {
    let text = JSON.string("\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/\u{7f}é😀\u{2028}")
    #expect(text.description == "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\u{7f}é😀\u{2028}\"")
  }

  @Test(arguments: [false, true])
  func `random values come back`(pretty: Bool) throws {
    for seed in 0..<300 {
      var random = CounterRandom(seed: UInt64(seed))
      let value = Self.random(&random, depth: 5)
      let bytes = value.bytes(pretty: pretty)
      let back = try JSON.parse(bytes)
      #expect(back == value)
      #expect(back.bytes(pretty: pretty) == bytes)
    }
  }

  static func random(_ random: inout CounterRandom, depth: Int) -> JSON {
    switch random.below(depth == 0 ? 6 : 8) {
    case 0: .null
    case 1: .bool(random.below(2) == 0)
    case 2: .integer(Int(truncatingIfNeeded: random.next()))
    case 3: .number(random.uniform(-1e9...1e9))
    case 4, 5: .string(text(&random))
    case 6: .array((0..<random.below(6)).map { _ in Self.random(&random, depth: depth - 1) })
    default:
      .object(
        JSONObject(
          (0..<random.below(24)).map {
            (key: "\($0)" + text(&random), value: Self.random(&random, depth: depth - 1))
          }))
    }
  }

  static func text(_ random: inout CounterRandom) -> String {
    let alphabet = ["a", "b", "\"", "\\", "\n", "\u{1}", "é", "e\u{301}", "漢", "😀", "/", "\r\n"]
    return (0..<random.below(20)).map { _ in random.pick(alphabet) }.joined()
  }
}

@Suite struct `JSON Lines` {
  @Test func `values are read line by line, blank lines and CRLF are fine`() throws {
    let text = "{\"id\":\"a\"}\n\n  \r\n[1]\r\n\"last\""
    #expect(try JSONLines.parse(Array(text.utf8)) == [["id": "a"], [1], "last"])
    #expect(JSONLines(Array(text.utf8)).map(\.number) == [1, 4, 5])
    #expect(try JSONLines.parse([]) == [])
  }

  @Test func `written lines come back`() throws {
    let values: [JSON] = [["id": "a", "text": "x\ny"], nil, 3]
    #expect(try JSONLines.parse(JSONLines.bytes(of: values)) == values)
  }

  @Test func `a bad line is a fault at its place, and the next lines are read`() throws {
    let lines = Array(JSONLines(Array("[1]\n{\"a\" 1}\n[2]\n".utf8), file: "x.jsonl"))
    #expect(try lines[0].json() == [1] && lines[2].json() == [2])
    let fault = try #require(throws: Fault.self) { try lines[1].json() }
    #expect(fault.place == Place(file: "x.jsonl", line: 2, column: 6, byte: 9))
  }

  @Test func `a fault in a record names file, line, record and key`() throws {
    let text = #"{"id":"q-7","box":[1,2,"3"]}"#
    let lines = Array(JSONLines(Array(text.utf8), file: "x.jsonl"))
    let fault = try #require(throws: Fault.self) {
      try lines[0].record { json throws(Fault) in try json.doubles("box") }
    }
    #expect(fault.place == Place(file: "x.jsonl", record: "q-7", key: "box[2]", line: 1))
    #expect(fault.message == #"expected a number, found "3""#)
  }
}

@Suite struct `Strings eight bytes at a time` {
  /// What the writer should leave, byte by byte.
  static func plain(_ text: String) -> String {
    "\""
      + text.utf8.map { byte in
        switch byte {
        case 0x0A: "\\n"
        case 0x1F: "\\u001f"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(Unicode.Scalar(byte))
        default: String(Unicode.Scalar(byte))
        }
      }.joined() + "\""
  }

  @Test(arguments: ["\"", "\\", "\n", "\u{1F}", " ", "!", "#", "[", "\u{7F}"])
  func `a byte at any place of any length is written as it must be, and read back`(
    sign: String
  ) throws {
    for length in 0..<24 {
      for place in 0...length {
        let text =
          String(repeating: "a", count: place) + sign
          + String(repeating: "z", count: length - place)
        let json = JSON.string(text)
        #expect(json.description == Self.plain(text))
        #expect(try JSON.parse(json.bytes()) == json)
      }
    }
  }

  @Test func `a bare control character at any place is a fault there`() throws {
    for length in 0..<24 {
      let text = "\"" + String(repeating: "a", count: length) + "\u{1}bcdefghij\""
      let fault = try #require(throws: Fault.self) { try JSON.parse(text) }
      #expect(fault.place.byte == length + 1)
    }
  }

  @Test func `a string that does not end is a fault at its quote`() throws {
    for length in 0..<24 {
      let text = "\"" + String(repeating: "é", count: length)
      let fault = try #require(throws: Fault.self) { try JSON.parse(text) }
      #expect(fault.place.byte == 0)
    }
  }
}

@Suite struct `Taking values out of JSON` {
  let json: JSON = ["name": "x", "count": 3, "whole": 4.0, "half": 0.5, "on": true, "nil": nil]

  @Test func `members come out by kind`() throws {
    #expect(try json.string("name") == "x" && json.int("count") == 3 && json.int("whole") == 4)
    #expect(try json.double("count") == 3 && json.double("half") == 0.5 && json.bool("on"))
    #expect(try json.optionalInt("nil") == nil && json.optionalInt("absent") == nil)
  }

  @Test func `faults name the key, what was expected and what was found`() throws {
    let missing = try #require(throws: Fault.self) { try json.string("nome") }
    #expect(missing.code == "json.missing-key" && missing.place.key == "nome")
    let kind = try #require(throws: Fault.self) { try json.int("half") }
    #expect(kind.code == "json.kind" && kind.message == "expected an integer, found 0.5")
    #expect(throws: Fault.self) { try JSON.integer(3).string("name") }
  }

  @Test func `an unknown key names the nearest known one`() throws {
    let fault = try #require(throws: Fault.self) {
      try json.refuseKeys(except: ["name", "counts", "whole", "half", "on", "nil"])
    }
    #expect(fault.message == #"unknown key "count"; did you mean "counts"?"#)
  }

  @Test func `paths are built from keys and indices`() throws {
    let json: JSON = ["a": [["b": [1, 2, "x"]]]]
    let fault = try #require(throws: Fault.self) {
      try json.array("a") { element throws(Fault) in try element.ints("b") }
    }
    #expect(fault.place.key == "a[0].b[2]")
  }
}
