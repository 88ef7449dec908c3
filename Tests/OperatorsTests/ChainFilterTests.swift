import Foundations
import Geometry
import Operators
import Prompting
import Schemas
import Testing

@Suite struct ChainFilterTests {
  /// A picture of 448x336 seen at 112x84.
  static let looking = Domain(
    name: "sketch", system: "Look.", dialect: ViGoRLMultiTurn(), pixels: 3136...9408,
    crop: CropRule(halfSide: 56, output: Size(width: 56, height: 56)), looks: 4)
  static let telling = Domain(
    name: "sketch", system: "Look.", dialect: ViGoRLSingleTurn(), pixels: 3136...9408, crop: nil,
    looks: 0)

  static let question: Question = {
    var question = SmallDataset.question(0)
    question.images[0].size = Size(width: 448, height: 336)
    question.options = ["red", "blue"]
    question.answer = .option("red")
    return question
  }()

  /// A chain that looks at places of the view and answers.
  static func chain(_ looks: [(Int, Int)], answer: String = "red") throws -> Chain {
    var segments = [try looking.prompt(for: question)]
    for (x, y) in looks {
      let point = Point(x: Double(x), y: Double(y))
      segments.append(
        Segment(
          role: .model, text: looking.dialect.turn(thought: "Hm.", .zoom(point)), ids: [1, 2]))
      segments.append(Segment(role: .observation, text: "Seen.", ids: [3]))
    }
    let last = looking.dialect.turn(thought: "So.", .answer(answer))
    segments.append(Segment(role: .model, text: last))
    let points = looks.map { Point(x: Double($0.0 * 4), y: Double($0.1 * 4)) }
    return Chain(kind: .direct, segments: segments, points: points, answer: answer)
  }

  /// How many of one chain stay, and the reason if it does not.
  static func fate(
    _ chain: Chain, _ domain: Domain = looking, _ change: (inout ChainFilter) -> Void = { _ in }
  ) throws -> String {
    var filter = ChainFilter()
    change(&filter)
    let record = SFTRecord(question: question, chains: [chain], provenance: question.provenance)
    let filtered = try filter.filtered(record, domain) { $0.utf8.count }
    #expect(filtered.chains.count + filtered.dropped.values.reduce(0, +) == 1)
    return filtered.dropped.keys.first ?? "stays"
  }

  @Test func `A right chain with a look stays, a wrong one goes unless asked for`() throws {
    #expect(try Self.fate(Self.chain([(20, 20)])) == "stays")
    let wrong = try Self.chain([(20, 20)], answer: "blue")
    #expect(try Self.fate(wrong) == "a wrong answer")
    #expect(try Self.fate(wrong) { $0.correct = false } == "stays")
  }

  @Test func `A chain without a place, or with one outside, is not grounded`() throws {
    #expect(try Self.fate(Self.chain([])) == "no place")
    #expect(try Self.fate(Self.chain([])) { $0.grounded = false } == "stays")
    let outside = try Self.chain([(20, 20), (113, 40)])
    #expect(try Self.fate(outside) == "a place outside of the picture")
    #expect(try Self.fate(Self.chain([(112, 84)])) == "stays")
  }

  @Test(arguments: [(1, "stays"), (2, "stays"), (3, "too few steps")])
  func `Steps are counted`(least: Int, fate: String) throws {
    #expect(try Self.fate(Self.chain([(20, 20), (60, 60)])) { $0.minSteps = least } == fate)
  }

  /// In pixels of the view: 5 apart.
  @Test(arguments: [(0.0, "stays"), (5, "stays"), (5.01, "two looks at nearly the same place")])
  func `Looks at nearly the same place are one too many`(radius: Double, fate: String) throws {
    let chain = try Self.chain([(20, 20), (80, 60), (23, 24)])
    #expect(try Self.fate(chain) { $0.nearDuplicate = radius } == fate)
  }

  @Test func `Tokens are ids, or counted where a segment has none`() throws {
    let chain = try Self.chain([(20, 20)])
    let count = 2 + 1 + chain.segments[0].text.utf8.count + chain.segments[3].text.utf8.count
    #expect(try Self.fate(chain) { $0.maxTokens = count } == "stays")
    #expect(try Self.fate(chain) { $0.maxTokens = count - 1 } == "too many tokens")
  }

  @Test func `A chain that does not follow the dialect never stays`() throws {
    var chain = try Self.chain([(20, 20)])
    chain.segments[1].text = "nonsense"
    #expect(
      try Self.fate(chain) {
        $0.correct = false
        $0.grounded = false
      } == "not in the form of the dialect")
  }

  @Test func `Where there are no looks, thoughts have the places`() throws {
    func chain(_ thought: String) throws -> Chain {
      let text = Self.telling.dialect.turn(thought: thought, .answer("red"))
      return Chain(
        kind: .direct,
        segments: [try Self.telling.prompt(for: Self.question), Segment(role: .model, text: text)],
        points: [], answer: "red")
    }
    #expect(try Self.fate(chain("It is here (20, 30)."), Self.telling) == "stays")
    #expect(try Self.fate(chain("It is here."), Self.telling) == "no place")
    #expect(try Self.fate(chain("At (20, 130)."), Self.telling) == "a place outside of the picture")
    #expect(try Self.fate(chain("(2, 3) (60, 3)"), Self.telling) { $0.minSteps = 2 } == "stays")
  }
}
