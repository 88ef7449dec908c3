import Foundations
import JSONText
import Operators
import Schemas
import Testing

@Suite struct ExpressionTests {
  static let record: JSON = [
    "id": "q-1", "question": "Where is the Globe?", "options": ["red", "green"],
    "answer": ["kind": "text", "text": "red"],
    "images": [["width": 640, "height": 480, "ratio": 1.5]], "split": nil, "odd key": 7,
    "big": 9_223_372_036_854_775_807,
  ]

  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3.5"), ("7 % 3", "1"), ("-7 % 3", "-1"),
    ("7.5 % 2", "1.5"), ("10 - 2 - 3", "5"), ("8 / 2 / 2", "2.0"), ("- 2 * -3", "6"),
    ("images[0].width * images[0].height", "307200"), ("images[0].ratio + 1", "2.5"),
    ("\"a\" + 'b\\'' + text(3)", "\"ab'\""), ("len(question)", "19"), ("len(options)", "2"),
    ("len(answer)", "2"), ("lower(question)", "\"where is the globe?\""), ("text(1.5)", "\"1.5\""),
    ("answer[\"kind\"]", "\"text\""), ("[1, [id]]", "[1,[\"q-1\"]]"), ("[]", "[]"),
    ("split", "null"), ("nothing.at[3].all", "null"), ("images[7].width", "null"),
    ("len(split)", "null"), ("split + 1", "null"), ("-split", "null"), ("lower(split)", "null"),
    ("big % -1", "0"),
  ])
  func `values`(source: String, expected: String) throws {
    let expected = source.contains("text(3)") ? "\"ab'3\"" : expected
    #expect(try Expression(source).value(of: Self.record).description == expected)
  }

  @Test(arguments: [
    "answer.kind == \"text\"", "answer.kind != 'option'", "1 == 1.0", "not 1 == '1'",
    "images[0].width > 600 and images[0].height <= 480", "false or true", "not false and true",
    "answer.text in options", "'blue' not in options", "1 in [0.5, 1.0]", "null in [null]",
    "exists(answer.text)", "not exists(split)", "not (split > 3)", "not (split < 3)",
    "split == null", "split != 3", "not split", "matches(question, '*the ?lobe*')",
    "not matches(question, 'the')", "not matches(split, '*')", "matches('', '')",
    "'a' < 'b'", "'B' < 'a'", "big > 9223372036854774784.0", "big < 9223372036854775808.0",
    "not (big == 9223372036854775808.0)", "2 < 2.5 and 3 > 2.5 and -3 < -2.5 and -2 > -2.5",
    "not 'x' in split", "false and 1 or true",
  ])
  func `conditions that hold`(source: String) throws {
    #expect(try Expression(source).holds(for: Self.record))
  }

  @Test(arguments: [
    ("", "column 1: expected a value, found the end"),
    ("1 +", "column 4: expected a value, found the end"),
    ("1 2", "column 3: expected an operator or the end, found the number 2"),
    ("a = 1", "column 3: \"=\" is not part of the language; did you mean \"==\"?"),
    ("a && b", "column 3: \"&\" is not part of the language; did you mean \"and\"?"),
    ("(a", "column 3: expected \")\", found the end"),
    ("[1 2]", "column 4: expected \",\" or \"]\", found the number 2"),
    ("lenn(a)", "column 1: unknown function \"lenn\"; did you mean \"len\"?"),
    ("a.[0]", "column 3: expected the name of a field, found \"[\""),
    ("a[-1]", "column 3: expected a whole number or a key in quotes, found \"-\""),
    ("matches(a, b)", "column 12: expected a pattern in quotes, found \"b\""),
    ("1 < 2 < 3", "column 7: expected \"and\" between two comparisons, found \"<\""),
    ("'abc", "column 1: the text that begins here has no end"),
    ("'a\\x'", "column 3: after \\ comes one of n, t, \\, \" and '"),
    ("12abc", "column 3: expected the end of the number 12"),
    ("007", "column 1: 007 is not a number; it may not begin with a zero"),
    ("and", "column 1: expected a value, found \"and\""),
    ("é", "column 1: \"é\" is not part of the language"),
  ])
  func `a mistake is told with its column`(source: String, message: String) {
    let fault = #expect(throws: Fault.self) { try Expression(source) }
    #expect(fault?.code == "expression.syntax")
    #expect(fault?.message == message)
  }

  @Test(arguments: [
    ("question + 1", "expression.type"), ("question > 1", "expression.type"),
    ("not question", "expression.type"), ("question and true", "expression.type"),
    ("len(3)", "expression.type"), ("lower(options)", "expression.type"),
    ("matches(options, '*')", "expression.type"), ("text(options)", "expression.type"),
    ("1 in question", "expression.type"), ("-question", "expression.type"),
    ("1 % 0", "expression.value"), ("1 / 0", "expression.value"), ("1.5 % 0", "expression.value"),
    ("big + 1", "expression.value"), ("big * 2", "expression.value"),
    ("-big - 2", "expression.value"),
  ])
  func `a record that does not fit is a fault, never a crash`(source: String, code: String) throws {
    let expression = try Expression(source)
    let fault = #expect(throws: Fault.self) { try expression.holds(for: Self.record) }
    #expect(fault?.code == code)
    #expect(fault?.message.hasPrefix(source) == true)
  }

  @Test func `a field that no record of the kind has is told, with the nearest`() throws {
    let source = "exists(id) and anwser.kind == 'text' and id != 'a'"
    let expression = try Expression(source)
    #expect(expression.paths.map(\.description) == ["id", "anwser.kind"])
    let fault = #expect(throws: Fault.self) { try expression.check(RecordFields(of: .question)) }
    #expect(fault?.code == "expression.field")
    #expect(
      fault?.message == source + ": unknown field \"anwser\"; did you mean \"answer\"?; a question "
        + "record has kind, version, id, images, question, options, answer, domain, source, split, "
        + "targets, provenance")
    try Expression("nodes[0].parent").check(RecordFields(of: .tree))
  }

  @Test(arguments: ["(", "[", "not ", "-", "len("])
  func `nesting has a limit`(opening: String) throws {
    let deep = String(repeating: opening, count: 900)
    let fault = #expect(throws: Fault.self) { try Expression(deep + "1") }
    #expect(fault?.message.contains("at most 32 nested levels") == true)
  }

  @Test func `long runs are flat and long sources are refused`() throws {
    let sum = Array(repeating: "1", count: 2000).joined(separator: "+")
    #expect(try Expression(sum).value(of: .null) == 2000)
    #expect(throws: Fault.self) { try Expression(sum + "+" + sum) }
  }

  /// Every cut of valid expressions, and random words, either parse or throw.
  @Test func `no source crashes`() throws {
    var random = CounterRandom(seed: 5)
    let words = [
      "(", ")", "[", "]", "and", "or", "not", "in", "==", "<", "+", "-", "%", "/", "1", "0", "'a'",
      "answer", ".", "kind", "images", "len", "matches", ",", "null", "big",
    ]
    var parsed = 0
    for _ in 0..<20_000 {
      let source = (0..<(1 + random.below(9))).map { _ in random.pick(words) }.joined(
        separator: " ")
      guard let expression = try? Expression(source) else { continue }
      parsed += 1
      _ = try? expression.value(of: Self.record)
    }
    #expect(parsed > 500)
  }

  @Test func `a glob takes bounded time`() {
    let text = String(repeating: "a", count: 20_000)
    #expect(!Glob("*a*a*a*a*a*a*a*a*b").matches(text))
    #expect(Glob("*a?*a").matches(text) && Glob("a*").matches(text) && !Glob("").matches(text))
  }
}

@Suite struct FieldPathTests {
  @Test func `a path reads, writes and takes away`() throws {
    var record: JSON = ["a": ["b": [1, ["c": 2]]], "odd key": 1]
    let path = try FieldPath("a.b[1].c")
    #expect(path.description == "a.b[1].c")
    #expect(path.value(in: record) == 2)
    try path.set(3, in: &record)
    try FieldPath("a.new").set("x", in: &record)
    try FieldPath("a.b[0]").set(nil, in: &record)
    #expect(record == ["a": ["b": [["c": 3]], "new": "x"], "odd key": 1])
    let fault = #expect(throws: Fault.self) { try FieldPath("a.z.y").set(1, in: &record) }
    #expect(fault?.code == "expression.path" && fault?.place.key == "a.z.y")
  }

  @Test(arguments: ["1", "a +", "", "and", "a.b()"])
  func `anything else is no path`(source: String) {
    #expect(throws: Fault.self) { try FieldPath(source) }
  }
}
