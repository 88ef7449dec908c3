import Foundations
import Geometry
import Prompting
import Schemas
import Testing

@Suite struct `A trace` {
  static let dialect = ViGoRLMultiTurn()
  static func zoom(_ x: Double) -> String {
    dialect.turn(
      thought: "At \(PointText.text(of: Point(x: x, y: 5))).", .zoom(Point(x: x, y: 5)))
  }
  static let answer = dialect.turn(thought: "So.", .answer("lock"))

  /// Model turns in order, and whether zooms and one answer in the end are what they are.
  static let cases: [([String], Bool)] = [
    ([answer], true),
    ([zoom(1), answer], true),
    ([zoom(1), zoom(1), zoom(2), answer], true),
    ([], false),
    ([zoom(1)], false),
    ([answer, answer], false),
    ([zoom(1), answer, zoom(2)], false),
    ([zoom(1), "lock"], false),
    (["<think> a </think>", answer], false),
    ([zoom(1), answer + " and"], false),
  ]

  @Test(arguments: cases)
  func `follows the dialect when zooms end in one answer`(turns: [String], follows: Bool) {
    let trace = ParsedTrace(Self.segments(turns), Self.dialect)
    #expect((trace.malformed == nil) == follows, "\(trace.malformed ?? "")")
    #expect(trace.turns.count == turns.count)
  }

  @Test func `holds points, looks and answer of all turns`() {
    let trace = ParsedTrace(Self.segments([Self.zoom(1), Self.zoom(2), Self.answer]), Self.dialect)
    #expect(trace.looks == [Point(x: 1, y: 5), Point(x: 2, y: 5)])
    #expect(trace.points == trace.looks)
    #expect(trace.answer == "lock")
  }

  private static func segments(_ turns: [String]) -> [Segment] {
    let prompt = Segment(role: .prompt, text: "<think> not the model's </think>")
    let observation = Segment(role: .observation, text: dialect.observation)
    return [prompt] + turns.flatMap { [Segment(role: .model, text: $0), observation] }
  }
}

@Suite struct `Every dialect` {
  static let names = DialectCatalog.all.map(\.name)

  static func named(_ name: String) throws -> any Dialect {
    try #require(DialectCatalog.all.first { $0.name == name })
  }

  @Test(arguments: names)
  func `reads what it writes`(name: String) throws {
    let dialect = try Self.named(name)
    let thoughts = [
      "x", "The blue badge is at (101, 63).", "Two\nlines, (3,4) and ( 5 , 6 ).",
      "a < b > c </b>", "été 你好 🙂", "{\"name\": 1}",
    ]
    var actions = ["lock", "(12, 80)", "two words", "40 %"].map(TurnAction.answer)
    if dialect.zooms { actions += [.zoom(Point(x: 0, y: 0)), .zoom(Point(x: 223, y: 167))] }
    for thought in thoughts {
      for action in actions {
        let parsed = dialect.parse(dialect.turn(thought: thought, action))
        #expect(parsed.thought == thought && parsed.action == action && parsed.malformed == nil)
        #expect(parsed.points == PointText.points(in: thought))
      }
    }
  }

  @Test(arguments: names)
  func `completes a forced answer`(name: String) throws {
    let dialect = try Self.named(name)
    let parsed = dialect.parse(dialect.forcedAnswer + " lock </answer><|im_end|>")
    #expect(parsed.action == .answer("lock") && parsed.malformed == nil)
  }

  @Test(arguments: names)
  func `takes no mark inside a block`(name: String) throws {
    let dialect = try Self.named(name)
    for mark in ["<answer> a </answer>", "<think>", "</observation>", "<|im_end|>", "<tool_call>"] {
      #expect(dialect.parse(dialect.turn(thought: "a \(mark) b", .answer("c"))).malformed != nil)
      #expect(dialect.parse(dialect.turn(thought: "a", .answer("b \(mark)"))).malformed != nil)
    }
  }

  /// Well-formed turns with pieces dropped, doubled and put in: every text gives a turn, and one
  /// that is called well formed says the same when it is written again.
  @Test(arguments: names)
  func `reads any text`(name: String) throws {
    let dialect = try Self.named(name)
    let call = "{\"name\": \"search_coordinate\", \"arguments\": {\"coordinate\": [1, 2]}}"
    let turns = [
      ["<think>", " ", "(1, 2)", " ", "</think>", "\n", "<answer>", " ", "lock", " ", "</answer>"],
      ["<think>", " é ", "</think>", "\n", "<tool_call>", "\n", call, "\n", "</tool_call>"],
    ]
    let parts = Set(turns.joined()).sorted() + ["<|im_end|>", "<observation>", "{"]
    var random = CounterRandom(seed: 9).child(name)
    var counts = (wellFormed: 0, broken: 0)
    for _ in 0..<5_000 {
      var pieces = random.pick(turns)
      for _ in 0..<random.below(4) {
        let at = random.below(pieces.count)
        if random.below(2) == 0 {
          pieces.remove(at: at)
        } else {
          pieces.insert(random.pick(parts), at: at)
        }
      }
      let parsed = dialect.parse(pieces.joined())
      guard parsed.malformed == nil else {
        counts.broken += 1
        continue
      }
      counts.wellFormed += 1
      #expect(parsed.action != .none)
      let again = dialect.parse(dialect.turn(thought: parsed.thought, parsed.action))
      #expect(again == parsed, "\(pieces.joined())")
    }
    #expect(counts.wellFormed > 500 && counts.broken > 500, "\(counts)")
  }
}

@Suite struct `A prompt` {
  @Test func `takes no markup from a question`() throws {
    var forged = question()
    forged.options.append("<|im_end|>")
    let fault = #expect(throws: Fault.self) { try DomainCatalog.visualSearch.prompt(for: forged) }
    #expect(fault?.code == "prompt.markup" && fault?.place.record == "q1")
  }

  @Test func `needs a picture`() throws {
    var blind = question()
    blind.images = []
    let fault = #expect(throws: Fault.self) { try DomainCatalog.visualSearch.prompt(for: blind) }
    #expect(fault?.code == "prompt.picture")
  }

  @Test func `begins a trajectory whose bytes are fixed`() throws {
    let domain = DomainCatalog.visualSearch
    let point = Point(x: 101, y: 63)
    let parts = [
      try domain.prompt(for: question()).text,
      domain.dialect.turn(thought: "The red badge is at (101, 63).", .zoom(point)),
      try #require(try domain.observation(at: point, for: question())).text,
      domain.dialect.turn(thought: "It shows a key.", .answer("key")),
    ]
    #expect(
      parts.joined() == """
        <|im_start|>system
        Look at places in the picture before you answer.<|im_end|>
        <|im_start|>user
        <|vision_start|><|image_pad|><|vision_end|>Which icon is on the red badge?
        Options: key, lock<|im_end|>
        <|im_start|>assistant
        <think> The red badge is at (101, 63). </think>
        <tool_call>
        {"name": "search_coordinate", "arguments": {"coordinate": [101, 63]}}
        </tool_call><|im_end|>
        <|im_start|>user
        <observation>
        This is a crop centred on the coordinate.
        <|vision_start|><|image_pad|><|vision_end|>
        </observation><|im_end|>
        <|im_start|>assistant
        <think> It shows a key. </think>
        <answer> key </answer><|im_end|>
        """)
  }

  @Test func `keeps the quotes of a system prompt in the chat template`() {
    let template = ChatTemplate.jinja(system: "It's a \\ \"test\"\nof lines.")
    #expect(template.contains(#"It\'s a \\ "test"\nof lines."#))
  }
}

@Suite struct `Points with fractions` {
  @Test func `are read where they are asked for`() {
    #expect(PointText.exactly("(3.5, 4)") == nil)
    #expect(PointText.exactly(" (3.25, 4 )", fractions: true) == Point(x: 3.25, y: 4))
    #expect(PointText.exactly("(3., 4)", fractions: true) == nil)
    #expect(PointText.points(in: "(3.5, 4) (1, 2)") == [Point(x: 1, y: 2)])
  }

  @Test func `are replaced beside those without, and nothing else is`() {
    let text = "é (3.5, 4), f(x, 2), ( 1 ,\n2 ) (-1, 2)"
    let replaced = PointText.replacing(in: text) { Point(x: $0.y, y: 10 * $0.x) }
    #expect(replaced == "é (4, 35), f(x, 2), (2, 10) (-1, 2)")
  }
}
