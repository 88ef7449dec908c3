import Foundations
import JSONText
import Operators
import Schemas
import Testing

@Suite struct RecordFieldsTests {
  @Test(arguments: [
    (RecordKind.question, "images[3].width"), (.question, "answer.box[3]"),
    (.question, "provenance.operators[\"any name\"]"), (.question, "split"),
    (.rl, "targets[0].box[0]"), (.tree, "question.images[0].sha256"),
    (.tree, "nodes[7].segments[0].media[0].crop.output[1]"), (.tree, "settings.depth"),
    (.sft, "chains[0].points[2][1]"), (.rollout, "rewards[0].value"), (.evaluation, "points[0][0]"),
  ])
  func `what the schema has or leaves open is known`(kind: RecordKind, path: String) throws {
    try RecordFields(of: kind).check(FieldPath(path))
  }

  @Test(arguments: [
    (RecordKind.question, "image", "unknown field \"image\"; did you mean \"images\"?; a question"),
    (.question, "images[0].widht", "did you mean \"width\"?; images[0] has sha256, format, width"),
    (.question, "images.width", "images has no field \"width\", it is no object but a list, which"),
    (.question, "question.text", "question has no field \"text\", it is no object"),
    (.question, "answer[0]", "answer is no list to take [0] of"),
    (.question, "answer.box[4]", "answer.box has no [4], it has 4 elements"),
    (.question, "kind.x", "kind has no field \"x\""), (.question, "answer.kind[0]", "is no list"),
    (.question, "provenance.operators.map.x", "provenance.operators.map has no field \"x\""),
    (.tree, "images", "unknown field \"images\"; a tree record has"),
    (.sft, "chains[0].settings", "chains[0] has kind, segments"),
    (.rollout, "question.id", "question has no field \"id\""),
  ])
  func `what no record can have is told`(kind: RecordKind, path: String, words: String) {
    let fault = #expect(throws: Fault.self) { try RecordFields(of: kind).check(FieldPath(path)) }
    #expect(fault?.code == "expression.field")
    #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
  }

  /// Every place of every sample is found by the paths that lead there.
  @Test func `no place that a record has is refused`() throws {
    let question = RecordFilterTests.question()
    try Self.check(question.json, [], .question)
    try Self.check(RLRecord(question: question).json, [], .rl)
  }

  static func check(_ json: JSON, _ path: [String], _ kind: RecordKind) throws {
    if !path.isEmpty { try RecordFields(of: kind).check(FieldPath(path.joined())) }
    switch json {
    case .object(let object):
      for (key, value) in object {
        try check(value, path + [path.isEmpty ? key : "[\(JSON.string(key))]"], kind)
      }
    case .array(let elements):
      for (index, value) in elements.enumerated() { try check(value, path + ["[\(index)]"], kind) }
    default: break
    }
  }

  @Test func `what was added is known, with all below`() throws {
    var fields = RecordFields(of: .question)
    fields.add(try FieldPath("answer.note"))
    try fields.check(FieldPath("answer.note"))
    try fields.check(FieldPath("answer.note[0].x"))
    #expect(throws: Fault.self) { try fields.check(FieldPath("answer.not")) }
  }
}
