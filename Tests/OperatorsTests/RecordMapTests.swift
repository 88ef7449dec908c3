import Foundations
import JSONText
import Operators
import Schemas
import Testing

@Suite struct RecordMapTests {
  private func mapped(
    _ change: (inout RecordMap) throws -> Void
  ) throws -> Question {
    var map = RecordMap()
    try change(&map)
    let json = RecordFilterTests.question(answer: "Red").json
    return try Question(json: map.mapped(json, as: .question))
  }

  @Test func `fields are renamed, then set, then removed`() throws {
    let question = try mapped { map in
      map.renames = [(try FieldPath("source"), try FieldPath("split"))]
      map.sets = [
        (try FieldPath("source"), try Expression("split + '-2'")),
        (try FieldPath("answer.text"), try Expression("lower(answer.text)")),
        (try FieldPath("question"), try Expression("source + ': ' + question")),
      ]
      map.removals = [try FieldPath("split"), try FieldPath("no.such.place")]
    }
    #expect(question.source == "s-2" && question.split == nil)
    #expect(question.answer == .text("red"))
    #expect(question.question == "s-2: What colour is it?")
  }

  @Test func `a record that is no longer of its kind is a fault`() throws {
    for source in ["answer.kind = 'box'", "images = []", "id = 3", "extra = 1", "version = 2"] {
      let parts = source.components(" = ")
      #expect(throws: Fault.self) {
        try mapped { $0.sets = [(try FieldPath(parts[0]), try Expression(parts[1]))] }
      }
    }
  }

  /// Renames, sets and removals, each `place = value`, `;` between them.
  private static func map(_ renames: String, _ sets: String, _ removals: String) throws -> RecordMap
  {
    func pairs(_ text: String) -> [[String]] {
      text.split(separator: "; ").map { String($0).components(" = ") }
    }
    var map = RecordMap()
    map.renames = try pairs(renames).map { (try FieldPath($0[0]), try FieldPath($0[1])) }
    map.sets = try pairs(sets).map { (try FieldPath($0[0]), try Expression($0[1])) }
    map.removals = try pairs(removals).map { try FieldPath($0[0]) }
    return map
  }

  @Test(arguments: [
    ("", "answer.text = lower(answer.text)", "split"), ("source = split", "source = split", ""),
    ("", "note = question; question = note + '!'", "note"),
    ("source = a; a = split", "source = 'x'", ""), ("source = a", "source = a.b + 'x'", "a"),
    ("", "provenance.operators[\"my own\"] = '1'", "images[1]"),
    ("answer.text = answer.old", "answer = targets[0]; answer.any = 1; answer = targets[1]", ""),
    ("", "answer.note = 1", "answer.note"),
  ])
  func `what a map adds may be read, if it is gone in the end`(
    renames: String, sets: String, removals: String
  ) throws {
    try Self.map(renames, sets, removals).check(for: .question)
  }

  @Test(arguments: [
    ("", "note = 1", "", "set note: unknown field \"note\""),
    ("", "note.x = 1", "note", "set note.x: unknown field \"note\""),
    ("source = sorce", "", "", "rename source: unknown field \"sorce\"; did you mean \"source\"?"),
    ("note = source", "note = 1", "note", "rename note: unknown field"),
    ("", "question = note; note = 1", "note", "set question: note: unknown field"),
    ("", "question.text = 'x'", "", "question has no field \"text\""),
    ("", "", "answer.txt", "remove answer.txt: unknown field \"txt\"; did you mean \"text\"?"),
  ])
  func `a place that no record has is told`(
    renames: String, sets: String, removals: String, words: String
  ) throws {
    let map = try Self.map(renames, sets, removals)
    let fault = #expect(throws: Fault.self) { try map.check(for: .question) }
    #expect(fault?.code == "expression.field" && fault?.message.contains(words) == true)
  }

  @Test func `nothing to do changes nothing`() throws {
    #expect(try mapped { _ in } == RecordFilterTests.question(answer: "Red"))
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, maxSplits: 1).map(String.init)
  }
}
