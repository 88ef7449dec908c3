import Foundations
import Geometry
import Prompting
import Schemas
import Testing

/// A question about one picture of 896 x 672 pixels.
func question(options: [String] = ["key", "lock"]) -> Question {
  Question(
    id: "q1",
    images: [
      Medium(
        sha256: String(repeating: "a", count: 64), format: .jpeg,
        size: Size(width: 896, height: 672), bytes: 1)
    ],
    question: "Which icon is on the red badge?", options: options, answer: .option("key"),
    domain: "visual-search", source: "test",
    provenance: Provenance(
      archive: "a.tar", member: "m", sha256: String(repeating: "b", count: 64),
      seed: 0))
}

@Suite struct `The multi-turn dialect` {
  let dialect = ViGoRLMultiTurn()

  @Test func `writes what it reads`() {
    let zoom = dialect.turn(
      thought: "The red badge is at (101, 63).", .zoom(Point(x: 101, y: 63)))
    #expect(
      zoom == """
        <think> The red badge is at (101, 63). </think>
        <tool_call>
        {"name": "search_coordinate", "arguments": {"coordinate": [101, 63]}}
        </tool_call><|im_end|>
        """)
    let read = dialect.parse(zoom)
    #expect(
      read
        == ParsedTurn(
          thought: "The red badge is at (101, 63).", points: [Point(x: 101, y: 63)],
          action: .zoom(Point(x: 101, y: 63))))
    let answer = dialect.parse(dialect.turn(thought: "It shows the key.", .answer("key")))
    #expect(answer.action == .answer("key") && answer.malformed == nil)
  }

  @Test(arguments: [
    "", "key", "<think> a", "<think> a </think>", "<think> a </think><answer></answer>",
    "<think> a </think>\n<answer> b </answer> c",
    "<think> a <think> b </think></think><answer> c </answer>",
    "<think> a </think>\n<tool_call>\n{\"name\": \"search_coordinate\"}\n</tool_call>",
    "<think> a </think>\n<tool_call>\n{\"name\": \"search_coordinate\", \"arguments\": "
      + "{\"coordinate\": [1.5, 2]}}\n</tool_call>",
    "<think> a </think>\n<tool_call>\n[1, 2]\n</tool_call>",
  ])
  func `gives any other text a reason`(text: String) {
    #expect(dialect.parse(text).malformed != nil)
  }

  @Test func `finds points however they are spaced`() {
    #expect(
      PointText.points(in: "a (1,2) b ( 30 , 4 ) (x, 5) (6, 7") == [
        Point(x: 1, y: 2), Point(x: 30, y: 4),
      ])
    #expect(PointText.exactly(" (8, 9) ") == Point(x: 8, y: 9))
    #expect(PointText.exactly("(8, 9).") == nil)
  }
}

@Suite struct `A domain` {
  let domain = DomainCatalog.visualSearch

  @Test func `writes the prompt of a question in one way`() throws {
    let prompt = try domain.prompt(for: question())
    #expect(
      prompt.text == """
        <|im_start|>system
        Look at places in the picture before you answer.<|im_end|>
        <|im_start|>user
        <|vision_start|><|image_pad|><|vision_end|>Which icon is on the red badge?
        Options: key, lock<|im_end|>
        <|im_start|>assistant

        """)
    #expect(prompt.media.map(\.size) == [Size(width: 224, height: 168)])
  }

  @Test func `turns a point of the view into a crop of the original`() throws {
    let seen = try #require(try domain.observation(at: Point(x: 112, y: 84), for: question()))
    let crop = try #require(seen.media[0].crop)
    #expect(crop.box.contains(Point(x: 448, y: 336)) && crop.box.width == 168)
    #expect(try domain.observation(at: Point(x: 400, y: 84), for: question()) == nil)
  }

  @Test func `is found by name`() throws {
    #expect(try DomainCatalog.named("screens").name == "screens")
    #expect(throws: Fault.self) { try DomainCatalog.named("screns") }
  }
}

@Suite struct `A dialogue` {
  @Test func `shares what continuations have in common`() {
    let dialogue = Dialogue(pictures: [:])
    let root = dialogue.append(Segment(role: .prompt, text: "p"), after: nil)
    let left = dialogue.append(Segment(role: .model, text: "l"), after: root)
    let right = dialogue.append(Segment(role: .model, text: "r"), after: root)
    let end = dialogue.append(Segment(role: .observation, text: "o"), after: left)
    #expect(dialogue.segments(to: end).map(\.text) == ["p", "l", "o"])
    #expect(dialogue.path(to: right) == [root, right])
  }
}
