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

  @Test func `nothing to do changes nothing`() throws {
    #expect(try mapped { _ in } == RecordFilterTests.question(answer: "Red"))
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, maxSplits: 1).map(String.init)
  }
}
