internal import Geometry
internal import JSONText
internal import Tokenizing

/// A grammar of tags that writes a turn of a trace as text and reads it back.
package protocol Dialect: Sendable {
  var name: String { get }
  /// Whether a turn may ask for a closer look.
  var zooms: Bool { get }
  /// A turn that thinks and acts, with the end of turn. Points are whole pixels of the view.
  func turn(thought: String, _ action: TurnAction) -> String
  /// Reads a turn as the model wrote it, with or without the end of turn.
  func parse(_ text: String) -> ParsedTurn
  /// What a closer look answers, as the user message that follows the turn.
  var observation: String { get }
  /// What the last turn begins with when no further look is allowed.
  var forcedAnswer: String { get }
}

/// The dialects by name.
package enum DialectCatalog {
  package static let all: [any Dialect] = [ViGoRLMultiTurn(), ViGoRLSingleTurn()]
}

extension Dialect {
  package var forcedAnswer: String { "<think> Time to answer. </think>\n<answer>" }

  fileprivate func answered(_ thought: String, _ answer: String) -> String {
    "<think> \(thought) </think>\n<answer> \(answer) </answer>\(ChatTemplate.endOfTurn)"
  }
}

/// One thought a turn, then a look or the answer (ViGoRL, section 4.3.1 and appendix A5.3; tags as in
/// the released code, which calls the tool `search_coordinate`).
package struct ViGoRLMultiTurn: Dialect {
  package let name = "vigorl-multi-turn"
  package let zooms = true
  package let observation = ChatTemplate.continuation(
    user: "<observation>\nThis is a crop centred on the coordinate.\n\(ChatTemplate.picture)\n"
      + "</observation>")

  package init() {}

  package func turn(thought: String, _ action: TurnAction) -> String {
    switch action {
    case .answer(let answer): return answered(thought, answer)
    case .zoom(let point):
      let call =
        "{\"name\": \"search_coordinate\", \"arguments\": {\"coordinate\": "
        + "[\(Int(point.x)), \(Int(point.y))]}}"
      return "<think> \(thought) </think>\n<tool_call>\n\(call)\n</tool_call>"
        + ChatTemplate.endOfTurn
    case .none: return "<think> \(thought) </think>\(ChatTemplate.endOfTurn)"
    }
  }

  package func parse(_ text: String) -> ParsedTurn {
    var scanner = TagScanner(text)
    guard let thought = scanner.block("<think>", "</think>") else {
      return ParsedTurn(malformed: "the turn does not begin with a think block")
    }
    var turn = ParsedTurn(
      thought: TagScanner.trimmed(thought), points: PointText.points(in: thought))
    if let call = scanner.block("<tool_call>", "</tool_call>") {
      guard let point = Self.coordinate(of: call) else {
        turn.malformed = "the tool call names no coordinate of two whole numbers"
        return turn
      }
      turn.action = .zoom(point)
    } else if let answer = scanner.block("<answer>", "</answer>") {
      turn.action = .answer(TagScanner.trimmed(answer))
      if TagScanner.trimmed(answer).isEmpty { turn.malformed = "the answer is empty" }
    } else {
      turn.malformed = "the turn has neither a tool call nor an answer"
      return turn
    }
    if !scanner.isAtEnd { turn.malformed = "text follows the action" }
    return turn
  }

  private static func coordinate(of call: String) -> Point? {
    guard let json = try? JSON.parse(call), let name = try? json.string("name"),
      name == "search_coordinate",
      let numbers = try? json.required("arguments").ints("coordinate"), numbers.count == 2,
      numbers.allSatisfy({ (0..<10_000_000).contains($0) })
    else { return nil }
    return Point(x: Double(numbers[0]), y: Double(numbers[1]))
  }
}

/// All thoughts in one think block with points in running text, then the answer.
package struct ViGoRLSingleTurn: Dialect {
  package let name = "vigorl-single-turn"
  package let zooms = false
  package let observation = ""

  package init() {}

  package func turn(thought: String, _ action: TurnAction) -> String {
    guard case .answer(let answer) = action else {
      return "<think> \(thought) </think>\(ChatTemplate.endOfTurn)"
    }
    return answered(thought, answer)
  }

  package func parse(_ text: String) -> ParsedTurn {
    var scanner = TagScanner(text)
    guard let thought = scanner.block("<think>", "</think>") else {
      return ParsedTurn(malformed: "the turn does not begin with a think block")
    }
    var turn = ParsedTurn(
      thought: TagScanner.trimmed(thought), points: PointText.points(in: thought))
    guard let answer = scanner.block("<answer>", "</answer>") else {
      turn.malformed = "the turn has no answer"
      return turn
    }
    turn.action = .answer(TagScanner.trimmed(answer))
    if TagScanner.trimmed(answer).isEmpty { turn.malformed = "the answer is empty" }
    if !scanner.isAtEnd { turn.malformed = "text follows the answer" }
    return turn
  }
}

/// Walks over tagged blocks; white space between blocks is skipped.
struct TagScanner {
  private var rest: Substring

  init(_ text: String) {
    rest = text[...]
    if rest.hasSuffix(ChatTemplate.endOfTurn) { rest.removeLast(ChatTemplate.endOfTurn.count) }
  }

  /// Everything that marks structure: inside a block it would make the text ambiguous.
  static let marks =
    ["think", "tool_call", "answer", "observation"].flatMap { ["<\($0)>", "</\($0)>"] }
    + SpecialToken.allCases.map(\.rawValue)

  /// The inside of the block that begins here, or nil; no mark may stand inside.
  mutating func block(_ open: String, _ close: String) -> String? {
    let here = rest.drop(while: \.isWhitespace)
    guard here.hasPrefix(open) else { return nil }
    let inside = here.dropFirst(open.count)
    guard let end = inside.firstRange(of: close) else { return nil }
    let content = inside[..<end.lowerBound]
    if Self.marks.contains(where: content.contains) { return nil }
    rest = inside[end.upperBound...]
    return String(content)
  }

  var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
