import Foundations
import Geometry
import Prompting
import Rewards
import Schemas
import Testing

@Suite struct `Answer checker` {
  static let options = ["lock", "drum", "left", "not left", "Ice cream", "3.5", "35", "-2", "2"]

  static let named: [(String, String?)] = [
    ("lock", "lock"), ("Lock.", "lock"), ("  LOCK ", "lock"), ("A. lock", "lock"),
    ("(b) drum", "drum"), ("C) left", "left"), ("d: not left", "not left"),
    ("ice-cream", "Ice cream"), ("\"ice cream\"", "Ice cream"), ("3.5", "3.5"), ("35", "35"),
    ("-2", "-2"), ("2", "2"), ("A. 2", "2"),
    // Never a part of an option, nor an option in a part.
    ("loc", nil), ("lock or drum", nil), ("it is lock", nil), ("not", nil), ("", nil), ("?", nil),
    ("A.", nil), ("right", nil),
  ]

  @Test(arguments: named)
  func `finds the option that is named and no other`(answer: String, option: String?) {
    #expect(AnswerChecker.option(answer, of: Self.options) == option)
  }

  @Test func `asks for the exact text where options differ in their marks only`() {
    let options = ["a-b", "a b", "?", "!"]
    for option in options { #expect(AnswerChecker.option(option, of: options) == option) }
    #expect(AnswerChecker.option("A B", of: options) == nil)
    #expect(AnswerChecker.option(".", of: options) == nil)
  }

  private func verdict(_ question: Question, _ answer: String?) throws -> Verdict {
    try AnswerChecker(question, DomainCatalog.visualSearch).verdict(answer)
  }

  @Test func `judges options`() throws {
    #expect(try verdict(Fixtures.options, "B. Lock").isCorrect)
    #expect(try !verdict(Fixtures.options, "drum").isCorrect)
    #expect(try verdict(Fixtures.options, "drum").reason == "chose drum, not lock")
    #expect(try !verdict(Fixtures.options, nil).isCorrect)
    let left = Fixtures.question(.option("left"), options: ["left", "not left"])
    #expect(try !verdict(left, "not left").isCorrect)
  }

  @Test func `judges text as a whole`() throws {
    for (answer, isCorrect) in [("3.5 %", true), ("3.5%.", false), ("3.5", false), ("35 %", false)]
    {
      #expect(try verdict(Fixtures.text, answer).isCorrect == isCorrect, "\(answer)")
    }
    let word = Fixtures.question(.text("Red circle"))
    #expect(try verdict(word, "red  circle!").isCorrect)
    #expect(try !verdict(word, "a red circle").isCorrect)
  }

  /// The view is a quarter of the picture: (25, 25) of the text is (100, 100), the box's corner.
  static let places: [(String, Bool)] = [
    ("(30, 40)", true), ("(25, 25)", true), ("(50, 50)", true), ("(24, 30)", false),
    ("(51, 30)", false), ("(30.5, 40.25)", true), ("(24.9, 30)", false), ("30, 40", false),
    ("(30, 40) or so", false), ("(120, 120)", false), ("", false),
  ]

  @Test(arguments: places)
  func `judges places in the model's frame, edges included`(answer: String, isCorrect: Bool) throws
  {
    #expect(try verdict(Fixtures.place, answer).isCorrect == isCorrect)
  }

  @Test func `rescales each axis by the rounded sides`() throws {
    // 100x60 is seen at 112x56: x grows by 1.12, y shrinks by 0.933.
    let question = Fixtures.question(
      .pointInBox(Box(x0: 50, y0: 30, x1: 51, y1: 31)), size: Size(width: 100, height: 60))
    let checker = try AnswerChecker(question, DomainCatalog.visualSearch)
    #expect(checker.frame.seen == Size(width: 112, height: 56))
    #expect(checker.verdict("(57, 28)").isCorrect)
    #expect(!checker.verdict("(50, 30)").isCorrect)
  }

  @Test func `refuses a truth that is not an option`() {
    for options in [["drum"], ["lock", "lock"], []] {
      let fault = #expect(throws: Fault.self) {
        try AnswerChecker(
          Fixtures.question(.option("lock"), options: options), DomainCatalog.visualSearch)
      }
      #expect(fault?.code == "answer.option" && fault?.place.record == "q1")
    }
  }
}
