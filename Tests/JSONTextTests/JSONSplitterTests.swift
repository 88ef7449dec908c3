import Foundations
import JSONText
import Testing

@Suite struct JSONSplitterTests {
  static func parts(_ text: String, piece: Int = .max) throws -> [JSONSplitter.Part] {
    let bytes = Array(text.utf8)
    var splitter = JSONSplitter(limit: 60)
    var parts: [JSONSplitter.Part] = []
    var at = 0
    while at < bytes.count {
      let end = piece < bytes.count - at ? at + piece : bytes.count
      try splitter.feed(Array(bytes[at..<end])) { parts.append($0) }
      at = end
    }
    try splitter.finish()
    return parts
  }

  static let arrays = [
    "[]", " [ ] ", "[1]", "[1, 2 ,3\n]", #"[{"a": "]}\"["}, [1, [2, {}]], "x,y\\", null, true]"#,
    #"[-1.5e3,"ä€😀",{"k":{"k":[{}]}}]"#, "\n[\n{\n\"a\": 1\n}\n,\n{}\n]\n",
  ]

  @Test(arguments: arrays, [1, 2, 3, 5, .max])
  func `The elements are those of the parsed array, however the text is cut`(
    text: String, piece: Int
  ) throws {
    let parts = try Self.parts(text, piece: piece)
    #expect(try .array(parts.map { try $0.json() }) == JSON.parse(text))
    #expect(parts.map(\.index) == Array(0..<parts.count) && parts.allSatisfy { $0.key == nil })
    for part in parts {
      let lines = Array(text.utf8)[..<part.byte].count { $0 == 0x0A }
      #expect(part.line == lines + 1)
      #expect(Array(text.utf8)[part.byte...].starts(with: part.bytes))
    }
  }

  @Test(arguments: [1, 4, .max])
  func `Members of an object come whole, and arrays element by element`(piece: Int) throws {
    let text = #"{"info": {"a": [1]}, "n": 3 , "empty": [], "images": [{"id": 1}, 7], "s": "x"}"#
    let parts = try Self.parts(text, piece: piece)
    #expect(parts.map(\.path) == ["info", "n", "images[0]", "images[1]", "s"])
    #expect(try parts.map { try $0.json() } == [["a": [1]], 3, ["id": 1], 7, "x"])
  }

  @Test(arguments: [
    ("", 1, "expected an array or an object, found the end"), ("7", 1, "array or an object"),
    ("[1, 2", 1, "the end of the value"), ("[1 2]", 4, "',' or ']', found '2'"),
    ("[,]", 2, "found ','"),
    ("[1,]", 4, "expected a value, found ']'"), ("[] x", 4, "nothing more"),
    ("{\"a\" 1}", 6, "':'"), ("{\"a\": 1,}", 9, "a key"), ("{a: 1}", 2, "a key"),
    ("{\"a\": [1}", 9, "',' or ']'"), ("{\"a\": }", 7, "a value"),
    ("[\"abc", 1, "starts at line 1"),
    ("[{\"a\": ]", 1, "',' or ']', found the end"),
  ])
  func `A text that cannot be cut says where and why`(
    text: String, column: Int, message: String
  ) throws {
    for piece in [1, .max] {
      #expect {
        _ = try Self.parts(text, piece: piece)
      } throws: {
        guard let fault = $0 as? Fault else { return false }
        let isThere = fault.place.column == column || fault.message.contains("the end")
        return fault.code == "json.syntax" && fault.message.contains(message) && isThere
      }
    }
  }

  @Test func `A bad element is placed in the whole text`() throws {
    let text = "[\n 1,\n  {\"a\": x}, {\"b\":\n y}]"
    let parts = try Self.parts(text)
    let faults = parts.dropFirst().map { part -> Fault? in
      do throws(Fault) {
        _ = try part.json()
        return nil
      } catch { return error }
    }
    #expect(faults[0]?.place == Place(key: "[1]", line: 3, column: 9, byte: 14))
    #expect(faults[1]?.place.line == 4 && faults[1]?.place.column == 2)
  }

  @Test(arguments: [
    ("[\"" + String(repeating: "x", count: 80) + "\"]", "json.element-size"),
    ("{\"a\": 1, \"a\": [2]}", "json.duplicate-key"),
  ])
  func `Too long elements and doubled keys are refused`(text: String, code: String) {
    #expect { _ = try Self.parts(text) } throws: { ($0 as? Fault)?.code == code }
  }
}
