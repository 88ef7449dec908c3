import Foundations
import Geometry
import Imaging
import JSONText
import Operators
import Schemas
import Testing

@Suite struct RecordFilterTests {
  static func question(_ text: String = "What colour is it?", answer: String = "red") -> Question {
    Question(
      id: "q",
      images: [
        Medium(
          sha256: String(repeating: "a", count: 64), format: .png,
          size: Size(width: 200, height: 100), bytes: 5000)
      ], question: text, answer: .text(answer), domain: "d", source: "s",
      provenance: Provenance(
        archive: "a", member: "m", sha256: String(repeating: "a", count: 64), seed: 1))
  }

  private func rule(
    _ question: Question, _ change: (inout RecordFilter) throws -> Void
  ) throws -> String? {
    var filter = RecordFilter()
    try change(&filter)
    return try filter.rule(against: question.json, question) { _ throws(Fault) in [1, 2, 3] }
  }

  @Test(arguments: RecordFilter.Measure.allCases)
  func `a measure outside its bounds names the bound`(measure: RecordFilter.Measure) throws {
    let values: [RecordFilter.Measure: Double] = [
      .width: 200, .height: 100, .pixels: 20_000, .aspect: 2, .bytes: 5000, .question: 18,
      .answer: 3,
    ]
    let value = try #require(values[measure])
    #expect(try rule(Self.question()) { $0.bounds[measure] = value...value } == nil)
    #expect(
      try rule(Self.question()) { $0.bounds[measure] = (value + 1)...9e9 }
        == "min-\(measure.rawValue)")
    #expect(
      try rule(Self.question()) { $0.bounds[measure] = 0...(value - 1) }
        == "max-\(measure.rawValue)")
  }

  @Test func `formats, decoding and conditions`() throws {
    #expect(try rule(Self.question()) { $0.formats = [.jpeg] } == "formats")
    #expect(try rule(Self.question()) { $0.mustDecode = true } == "decodable")
    #expect(
      try rule(Self.question()) { $0.condition = try Expression("answer.text == 'blue'") }
        == "where")
    #expect(throws: Fault.self) {
      try rule(Self.question()) { $0.condition = try Expression("question > 3") }
    }
  }

  @Test func `texts`() throws {
    #expect(try rule(Self.question("12345 6?")) { $0.letters = 0.5 } == "min-letters")
    #expect(try rule(Self.question("日本語は何色？")) { $0.letters = 0.5 } == nil)
    let lines = Self.question("a\nb\na\n\na")
    #expect(try rule(lines) { $0.repeatedLines = 0.4 } == "max-repeated-lines")
    #expect(try rule(lines) { $0.repeatedLines = 0.5 } == nil)
    let run = Self.question("x", answer: "aaaaa!")
    #expect(try rule(run) { $0.repeatedCharacters = 4 } == "max-repeated-characters")
    #expect(try rule(Self.question("a\u{1}")) { $0.allowsControls = false } == "control-characters")
    #expect(try rule(Self.question("a\tb\r\n")) { $0.allowsControls = false } == nil)
    #expect(try rule(Self.question("cafÃ©")) { $0.allowsMojibake = false } == "mojibake")
  }

  @Test(arguments: [
    ("itâ€™s", 1), ("Ã¼ber Ã¤", 2), ("\u{FFFD}", 1), ("café “CAFÉ» ÀÉÎ", 0), ("Привет 你好", 0),
    ("Ð¿Ñ€", 2), ("10 °C ± 2 §", 0), ("🙂 ðŸ™‚", 1), ("", 0),
  ])
  func `UTF-8 read as Windows-1252 is found`(text: String, count: Int) {
    #expect(TextMeasures(of: text).mojibake == count)
  }

  @Test func `nothing asked for keeps all`() throws {
    #expect(try rule(Self.question("\u{FFFD}\u{1}")) { _ in } == nil)
    #expect(!RecordFilter().looksAtQuestions)
  }
}
