import Foundations
import JSONText
import Testing

@testable import Schemas

/// A small set of our own; the official suite has 1,257 cases.
@Suite struct `JSON Schema` {
  /// A schema, an array of valid values and one of invalid values.
  @Test(arguments: [
    ("true", "[1, null]", "[]"), ("false", "[]", "[1, null]"), ("{}", "[1, {}]", "[]"),
    (##"{"type":"integer"}"##, "[1, 1.0, 1e3]", "[1.5, \"1\", null]"),
    (##"{"type":["null","array"]}"##, "[null, []]", "[{}, false]"),
    (##"{"const":{"a":[1]}}"##, ##"[{"a":[1.0]}]"##, ##"[{"a":[true]}, {"a":[1],"b":1}]"##),
    (##"{"enum":["é",1]}"##, ##"["é", 1.0]"##, ##"["e\u0301", 0, "1"]"##),
    (##"{"multipleOf":0.0001}"##, "[0.0075, 12, 0, -3.5, \"x\"]", "[0.00751]"),
    (##"{"multipleOf":3}"##, "[9, 3e20, -6.0]", "[10, 1e-300, 4e20]"),
    (##"{"minimum":9007199254740993}"##, "[9007199254740993]", "[9007199254740992, 9.0e15]"),
    (##"{"exclusiveMaximum":3.5}"##, "[3, -1e300]", "[3.5, 4]"),
    (##"{"minLength":2}"##, ##"["ab", "😀😀", 1]"##, ##"["a", "😀"]"##),
    (##"{"minLength":9223372036854775807}"##, "[1]", ##"["abc"]"##),
    (##"{"maxLength":3}"##, ##"["abc", "😀😀😀"]"##, ##"["abcd"]"##),
    (##"{"pattern":"^a.c$"}"##, ##"["abc", 5]"##, ##"["abcd"]"##),
    (##"{"uniqueItems":true}"##, "[[1, 2], [1, true], []]", "[[1, 2, 1.0], [{}, {}]]"),
    (##"{"minItems":1,"maxItems":2}"##, "[[1], [1, 2], {}]", "[[], [1, 2, 3]]"),
    (##"{"minProperties":1,"maxProperties":1}"##, ##"[{"a":1}, []]"##, ##"[{}, {"a":1,"b":2}]"##),
    (##"{"required":["a"]}"##, ##"[{"a":null}, 1]"##, ##"[{}]"##),
    (##"{"dependentRequired":{"a":["b"]}}"##, ##"[{"a":1,"b":2}, {}]"##, ##"[{"a":1}]"##),
    (
      ##"{"prefixItems":[true,{"const":1}],"items":false}"##, "[[2, 1], [2], []]",
      "[[2, 2], [2, 1, 3]]"
    ),
    (##"{"contains":{"const":1}}"##, "[[0, 1], 3]", "[[], [0]]"),
    (
      ##"{"contains":{"const":1},"minContains":0,"maxContains":1}"##, "[[], [1]]", "[[1, 1]]"
    ),
    (
      """
      {"properties":{"a":{"const":1}},"patternProperties":{"^b":{"const":2}},
      "additionalProperties":{"const":3}}
      """,
      ##"[{"a":1,"b1":2,"c":3}]"##, ##"[{"a":2}, {"b":1}, {"c":1}]"##
    ),
    (##"{"propertyNames":{"maxLength":1}}"##, ##"[{"a":1}]"##, ##"[{"ab":1}]"##),
    (##"{"dependentSchemas":{"a":{"required":["b"]}}}"##, ##"[{"b":1}]"##, ##"[{"a":1}]"##),
    (##"{"allOf":[{"minimum":1},{"maximum":2}]}"##, "[1, 2]", "[0, 3]"),
    (##"{"anyOf":[{"const":1},{"type":"string"}]}"##, ##"[1, "x"]"##, "[2]"),
    (##"{"oneOf":[{"minimum":1},{"maximum":2}]}"##, "[0, 3]", "[1, 2]"),
    (##"{"not":{"type":"null"}}"##, "[1]", "[null]"),
    (
      ##"{"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}}"##, ##"["a", 1]"##,
      ##"["", 0]"##
    ),
    (
      """
      {"$defs":{"tree":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"$ref":"#/$defs/tree"}
      """,
      "[[], [[], [[]]]]", "[1, [[1]]]"
    ),
    (##"{"$defs":{"a":{"$anchor":"here","const":1}},"$ref":"#here"}"##, "[1]", "[2]"),
    (
      """
      {"allOf":[{"properties":{"a":true}}],"if":{"required":["b"]},
      "then":{"properties":{"b":true}},"unevaluatedProperties":false}
      """,
      ##"[{"a":1}, {"a":1,"b":1}]"##, ##"[{"c":1}]"##
    ),
    (
      ##"{"prefixItems":[true],"contains":{"const":9},"unevaluatedItems":{"type":"string"}}"##,
      ##"[[1, 9, "x", 9]]"##, "[[1, 9, 2]]"
    ),
    (
      """
      {"$id":"https://x.example/strict","$dynamicAnchor":"node","$ref":"tree",
      "unevaluatedProperties":false,"$defs":{"tree":{"$id":"tree","$dynamicAnchor":"node",
      "properties":{"children":{"items":{"$dynamicRef":"#node"}}}}}}
      """,
      ##"[{"children":[{"children":[]}]}]"##, ##"[{"children":[{"childs":[]}]}]"##
    ),
    (##"{"format":"ipv4","contentEncoding":"base64","x-unknown":{"$ref":7}}"##, ##"["x"]"##, "[]"),
  ])
  func `keywords hold and fail`(schema: String, valid: String, invalid: String) throws {
    let schema = try JSONSchema(json: try JSON.parse(schema))
    for value in try JSON.parse(valid).asArray {
      #expect(schema.validate(value) == [] && schema.isValid(value), "\(value)")
    }
    for value in try JSON.parse(invalid).asArray {
      #expect(!schema.validate(value).isEmpty && !schema.isValid(value), "\(value)")
    }
  }

  @Test func `faults name place, keyword and what was found`() throws {
    let schema = try JSONSchema(
      json: [
        "$id": "https://x.example/s",
        "properties": ["a/b": ["items": ["$ref": "#/$defs/positive"]], "color": true],
        "additionalProperties": false, "required": ["name"],
        "$defs": ["positive": ["type": "integer", "minimum": 1]],
      ])
    let faults = schema.validate(["a/b": [1, 0, "x"], "colour": 1])
    #expect(
      faults == [
        SchemaFault(
          instancePath: "", schemaPath: "https://x.example/s#/required", keyword: "required",
          message: "the key \"name\" is missing"),
        SchemaFault(
          instancePath: "/a~1b/1", schemaPath: "https://x.example/s#/$defs/positive/minimum",
          keyword: "minimum", message: "expected at least 1, found 0"),
        SchemaFault(
          instancePath: "/a~1b/2", schemaPath: "https://x.example/s#/$defs/positive/type",
          keyword: "type", message: "expected integer, found \"x\""),
        SchemaFault(
          instancePath: "", schemaPath: "https://x.example/s#/additionalProperties",
          keyword: "additionalProperties",
          message: "unknown key \"colour\"; did you mean \"color\"?"),
      ])
  }

  @Test func `of alternatives that fail, the nearest is explained`() throws {
    let schema = try JSONSchema(
      json: [
        "oneOf": [
          ["properties": ["kind": ["const": "text"], "text": ["type": "string"]]],
          ["properties": ["kind": ["const": "box"], "box": ["minItems": 4]]],
        ]
      ])
    let faults = schema.validate(["kind": "box", "box": [1, 2]])
    #expect(faults.map(\.keyword) == ["oneOf", "minItems"])
    #expect(faults.last?.instancePath == "/box")
  }

  @Test func `references reach registered documents only`() throws {
    var registry = SchemaRegistry()
    try registry.add(["$defs": ["n": ["type": "number"]]], at: "https://x.example/defs.json")
    let schema = try JSONSchema(
      json: ["$id": "https://x.example/a/b", "$ref": "../defs.json#/$defs/n"], registry: registry)
    #expect(schema.isValid(1) && !schema.isValid("x"))
    let fault = try #require(throws: Fault.self) {
      try JSONSchema(json: ["items": ["$ref": "https://x.example/other"]], registry: registry)
    }
    #expect(fault.code == "schema.reference" && fault.place.key == "#/items")
    let twice = try #require(throws: Fault.self) {
      try registry.add(["type": "null"], at: "https://x.example/defs.json")
    }
    #expect(twice.code == "schema.duplicate")
  }

  @Test func `the meta-schema describes itself and refuses nonsense`() throws {
    let draft: JSON = ["$ref": "https://json-schema.org/draft/2020-12/schema"]
    let meta = try JSONSchema(json: draft)
    #expect(meta.validate(draft) == [])
    let faults = meta.validate(["properties": ["a": ["type": "int"]]])
    #expect(faults.first?.instancePath == "/properties/a/type")
    #expect(!meta.isValid(["minLength": -1]) && !meta.isValid(7))
  }

  @Test(arguments: [
    (##"{"type":"int"}"##, "schema.keyword"), (##"{"minItems":-1}"##, "schema.keyword"),
    (##"{"items":7}"##, "schema.keyword"), (##"{"required":"a"}"##, "schema.keyword"),
    (##"{"pattern":"("}"##, "schema.pattern"), (##"{"$ref":"#/$defs/a"}"##, "schema.reference"),
    (##"{"$schema":"http://json-schema.org/draft-07/schema#"}"##, "schema.dialect"),
    (##"{"$id":"a#b"}"##, "schema.id"), (##"[]"##, "schema.keyword"),
  ])
  func `a wrong schema is refused`(text: String, code: String) throws {
    let fault = try #require(throws: Fault.self) { try JSONSchema(json: try JSON.parse(text)) }
    #expect(fault.code == code, "\(fault)")
  }

  @Test func `a schema without end is a fault, not an overflow`() throws {
    for json: JSON in [
      ["$ref": "#"], ["not": ["$ref": "#"]], ["anyOf": [["$ref": "#"], ["$ref": "#"]]],
    ] {
      let schema = try JSONSchema(json: json)
      #expect(schema.validate(1).last?.message.contains("without end") == true)
      #expect(!schema.isValid(1))
    }
  }

  @Test func `references that double at every step are given up`() throws {
    var definitions: JSONObject = ["s0": true]
    for index in 1...60 {
      let reference: JSON = ["$ref": .string("#/$defs/s\(index - 1)")]
      definitions["s\(index)"] = ["allOf": [reference, reference]]
    }
    let schema = try JSONSchema(json: ["$ref": "#/$defs/s60", "$defs": .object(definitions)])
    #expect(!`Accepting on a tape`.accepts(schema, "1"))
    #expect(schema.validate(1).last?.message.contains("over and over") == true)
    #expect(!schema.isValid(1))
  }

  @Test func `members that are asked twice at every level are remembered`() throws {
    let schema = try JSONSchema(
      json: [
        "oneOf": [
          ["properties": ["a": ["$ref": "#"], "b": ["const": 1]], "required": ["b"]],
          ["properties": ["a": ["$ref": "#"], "b": false]],
        ]
      ])
    for (deepest, holds): (JSON, Bool) in [(["b": 1], true), (["b": 2], false)] {
      let value = (0..<60).reduce(deepest) { value, _ in ["a": value, "b": 1] }
      #expect(`Accepting on a tape`.accepts(schema, value.description) == holds)
      if !holds {
        let faults = schema.validate(value)
        #expect(faults.count == 1 && faults[0].message.contains("over and over"))
      }
    }
  }

  @Test func `a long value may take many references`() throws {
    let schema = try JSONSchema(
      json: ["items": ["$ref": "#/$defs/a"], "$defs": ["a": ["type": "integer"]]])
    let value = JSON.array(Array(repeating: 1, count: 1_000_001))
    #expect(schema.isValid(value) && `Accepting on a tape`.accepts(schema, value.description))
  }

  @Test func `a fault of a schema is placed as other faults are`() throws {
    let schema = try JSONSchema(json: ["properties": ["a": ["items": ["type": "null"]]]])
    let fault = schema.validate(["a": [nil, 1]])[0].fault(at: Place(file: "x", line: 3))
    #expect(fault.place == Place(file: "x", key: "a[1]", line: 3))
    #expect(fault.code == "schema.violation" && fault.cause == "#/properties/a/items/type")
  }

  @Test func `many elements are as unique as few`() throws {
    let schema = try JSONSchema(json: ["uniqueItems": true])
    let elements: [JSON] = (0..<100_000).map { .integer($0) }
    #expect(schema.validate(.array(elements)) == [])
    #expect(`Accepting on a tape`.accepts(schema, JSON.array(elements).description))
    // Values that are the same, or are not, and whether the acceptor knows that they are not.
    let pairs: [(JSON, JSON, isSame: Bool, isAccepted: Bool)] = [
      (-7, -7.0, true, false), (0.0, -0.0, true, false), (0x1p63, 9.3e18, false, true),
      ("é", "e\u{301}", false, true), ("-1", -1, false, true), ("a\n", "a\n", true, false),
      ([1.5, nil], [1.5, nil], true, false), ([1], [[1]], false, false),
      (["a": 1, "b": [2.0]], ["b": [2], "a": 1.0], true, false), (["a": 1], ["a": 2], false, false),
    ]
    for (first, second, isSame, isAccepted) in pairs {
      let value = JSON.array([first] + elements.dropFirst().prefix(300) + [second])
      #expect(
        schema.validate(value).map(\.message) == (isSame ? ["elements 0 and 301 are equal"] : []))
      #expect(`Accepting on a tape`.accepts(schema, value.description) == isAccepted)
    }
  }

  @Test func `the deepest faulty value is explained`() throws {
    let text = String(repeating: "{\"a\":", count: 511) + "[]" + String(repeating: "}", count: 511)
    let schema = try JSONSchema(
      json: ["type": "object", "properties": ["a": ["$ref": "#"]], "additionalProperties": false])
    let faults = schema.validate(try JSON.parse(text))
    #expect(faults.map(\.instancePath) == [String(repeating: "/a", count: 511)])
  }

  @Test func `the deepest value is validated`() throws {
    let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    let schema = try JSONSchema(json: ["type": "array", "items": ["$ref": "#"]])
    #expect(schema.isValid(try JSON.parse(text)))
  }
}
