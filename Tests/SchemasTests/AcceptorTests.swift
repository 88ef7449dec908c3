import Foundations
import JSONText
import Testing

@testable import Schemas

/// The quick look at valid values, where it may be used and where not.
@Suite struct `Accepting on a tape` {
  static func accepts(_ schema: JSONSchema, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var tape = JSONTape()
    return tape.read(bytes.span) && schema.accepts(tape, of: bytes.span)
  }

  /// Schema, values that are accepted, values that are left to the validator: wrong, or unsure.
  @Test(arguments: [
    (##"{"type":"integer","minimum":-3}"##, ["-3", "4.0", "1e2"], ["-4", "1.5", "-3.0001"]),
    (##"{"multipleOf":7}"##, ["-14", "0", "21.0"], ["15"]),
    (##"{"multipleOf":-1}"##, ["-9223372036854775808"], ["0.5"]),
    (
      ##"{"enum":["a","bé",3,null,true]}"##, [#""a""#, #""bé""#, "3", "3.0", "null", "true"],
      [#""\u0061""#, #""b""#, "false", "[]"]
    ),
    (##"{"const":{"a":1}}"##, [], [#"{"a":1}"#]),
    (
      ##"{"minLength":3,"maxLength":4}"##, [#""abc""#, #""\n\t\ud83d\ude00""#, #""éééé""#, "1"],
      [#""\ud83d\ude00\u00e9""#, #""ééééé""#, #""""#]
    ),
    (##"{"pattern":"^[0-9a-f]{4}$"}"##, [#""01af""#], [#""01a""#, #""01afe""#, #""01aé""#]),
    (##"{"pattern":"^a+b?c*[0-9]"}"##, [#""aac7zz""#, #""ab1""#], [#""b1""#, #""aa""#]),
    (##"{"pattern":"(a|b)$"}"##, [#""xxéb""#], [#""xc""#, #""\u0061""#]),
    (
      ##"{"uniqueItems":true}"##, ["[1,2,\"1\",true,null]"], ["[1,1.0]", "[[],[1]]", "[null,null]"]
    ),
    (
      ##"{"required":["x","y"],"properties":{"x":true,"y":{"type":"null"}}}"##,
      [#"{"y":null,"x":1}"#, "3"], [#"{"x":1}"#, #"{"x":1,"y":2}"#]
    ),
    (##"{"required":["z"],"properties":{"x":true}}"##, [#"{"z":1}"#], [#"{"x":1}"#]),
    (
      ##"{"properties":{"a":{"const":1}},"patternProperties":{"^b":{"const":2}},"additionalProperties":false}"##,
      [#"{"b1":2,"a":1}"#, "{}"], [#"{"a":2}"#, #"{"b":1}"#, #"{"c":1}"#]
    ),
    (
      ##"{"dependentRequired":{"a":["b"]},"propertyNames":{"maxLength":2}}"##,
      [#"{"a":1,"b":1}"#, #"{"c":1}"#], [#"{"a":1}"#, #"{"ccc":1}"#]
    ),
    (
      ##"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"},"maxItems":3}"##,
      [#"["a",1,2]"#, "[]"], [#"["a",1,2,3]"#, "[1]", #"["a","b"]"#]
    ),
    (##"{"contains":{"const":1},"maxContains":1}"##, ["[0,1]"], ["[]", "[1,1]"]),
    (##"{"oneOf":[{"type":"string"},{"minLength":2}]}"##, [#""a""#, "1"], [#""ab""#]),
    (##"{"not":{"type":"string"}}"##, ["1"], [#""a""#]),
    (
      ##"{"if":{"type":"string"},"then":{"const":"a"},"else":{"const":1}}"##, [#""a""#, "1"],
      [#""b""#, "2"]
    ),
    (##"{"properties":{"a":true},"unevaluatedProperties":false}"##, [], [#"{"a":1}"#]),
  ])
  func `is right where it is sure`(schema: String, accepted: [String], others: [String]) throws {
    let schema = try JSONSchema(json: try JSON.parse(schema))
    for text in accepted {
      #expect(Self.accepts(schema, text), "\(text)")
      #expect(schema.isValid(try JSON.parse(text)), "\(text)")
    }
    for text in others { #expect(!Self.accepts(schema, text), "\(text)") }
  }

  @Test func `goes no deeper than the validator`() throws {
    let json: JSON = [
      "$ref": "#/$defs/a",
      "$defs": [
        "a": ["$ref": "#/$defs/b"], "b": ["$ref": "#/$defs/c"],
        "c": ["type": "array", "items": ["$ref": "#"]],
      ],
    ]
    let chain = try JSONSchema(json: json)
    for depth in [100, 290, 300, 310, 500] {
      let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      if Self.accepts(chain, text) {
        #expect(chain.isValid(try JSON.parse(text)), "\(depth)")
      }
    }
    #expect(Self.accepts(chain, "[[[]]]"))
    let endless = try JSONSchema(json: ["anyOf": [["$ref": "#"], true]])
    #expect(!Self.accepts(endless, "1"))
  }

  @Test func `records of ours are accepted at once`() throws {
    func check(_ kind: RecordKind, _ records: [JSON]) {
      let schema = SchemaLibrary.schema(of: kind)
      for json in records {
        #expect(Self.accepts(schema, json.description), "\(json)")
      }
    }
    check(.question, Samples.questions.map(\.json))
    check(.tree, Samples.trees.map(\.json))
    check(.rollout, Samples.rollouts.map(\.json))
    check(.evaluation, Samples.evaluations.map(\.json))
  }
}
