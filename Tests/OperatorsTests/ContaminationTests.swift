import Archiving
import Foundations
import Geometry
import Imaging
import JSONText
import Operators
import Schemas
import Testing

@Suite struct ContaminationTests {
  static let long =
    "In the picture of the harbour, how many of the white sailing boats carry a red flag?"

  static func index(_ items: [String], width: Int = 13, common: Int = 10) throws
    -> EvaluationIndex
  {
    var index = try EvaluationIndex(in: Files.scratch, width: width, common: common)
    for (number, text) in items.enumerated() {
      index.start("set \(number)")
      index.add(text: text)
    }
    return index
  }

  @Test func `A run of thirteen words gives a text away, twelve do not`() throws {
    let index = try Self.index(["Which?", Self.long])
    let words = Self.long.split(separator: " ")
    func match(_ count: Int) -> EvaluationIndex.TextMatch? {
      index.match(text: "So: " + words[..<count].joined(separator: " ") + " or something else")
    }
    #expect(match(13) == .run(item: 1) && match(12) == nil)
    #expect(
      try Self.index([Self.long], width: 12).match(text: words[..<12].joined(separator: " ")) != nil
    )
    #expect(index.match(text: Self.long.uppercased()) == .run(item: 1))
  }

  @Test func `A short text is known by all its words, and says that it is short`() throws {
    let index = try Self.index(["What color is it?", "What color is it?"])
    #expect(index.match(text: "what color is IT") == .short(item: 0))
    #expect(index.match(text: "what color is") == nil && index.match(text: " ?") == nil)
  }

  @Test func `What many items say means nothing`() throws {
    let tail =
      " Answer with the letter of the option from the given choices directly and nothing else."
    let items = (0..<3).map { "Question number \($0) is about something." + tail }
    let text = "Another question." + tail
    #expect(try Self.index(items, common: 3).match(text: text) == .run(item: 0))
    #expect(try Self.index(items, common: 2).match(text: text) == nil)
  }

  @Test func `Pictures are known by their pixels and by their looks`() throws {
    let pictures = (1...3).map { PictureSamenessTests.picture($0) }
    let other = pictures[1].encodedJPEG(quality: 70)
    for near in [NearDuplicates(), nil] {
      var index = try EvaluationIndex(in: Files.scratch, near: near)
      for picture in pictures[..<2] {
        index.start("set")
        let file = picture.encodedPNG()
        let signature = try PictureSignature(of: file, for: index.sameness)
        try index.add(picture: Digest(of: file)) { signature }
      }
      var table = try PictureTable(in: Files.scratch)
      for file in [pictures[2].encodedPNG(), other, pictures[0].encodedPNG()] {
        let number = try table.number(of: Digest(of: file))
        try table.set(PictureSignature(of: file, for: index.sameness), of: number)
      }
      #expect(try index.matches(in: table, workers: 2) == (near == nil ? [2: 0] : [1: 1, 2: 0]))
    }
  }

  @Test func `A picture that cannot be read is not known the second time`() throws {
    var index = try Self.index(["What?"])
    let bad = Fault("image.corrupt", "torn")
    for _ in 0..<2 {
      #expect(throws: bad) {
        try index.add(picture: Digest(of: [1])) { () throws(Fault) in throw bad }
      }
    }
  }

  @Test func `The placeholder of a picture is no word`() throws {
    let index = try Self.index(["<image>\nWhat color is the hat?"])
    #expect(index.match(text: "What color is the hat?") == .short(item: 0))
    #expect(index.match(text: "What color <image> is the hat?") == .short(item: 0))
  }
}

@Suite struct ChainDeduplicationTests {
  static func chain(_ text: String, _ points: [Point] = [], answer: String = "red") -> Chain {
    Chain(
      kind: .direct,
      segments: [
        Segment(role: .prompt, text: "What color is it?"), Segment(role: .model, text: text),
      ], points: points, answer: answer)
  }

  @Test func `The same answer at the same places is said once`() {
    let (one, two) = (Point(x: 10.2, y: 20), Point(x: 50, y: 60))
    let chains = [
      Self.chain("First", [one, two]),
      Self.chain("Other words", [Point(x: 9.9, y: 20.4), two], answer: "Red."),
      Self.chain("Turned", [two, one]), Self.chain("No", [one, two], answer: "blue"),
      Self.chain("Nowhere"), Self.chain("Nowhere else"),
    ]
    let reasons = ChainDeduplication().reasons(chains)
    #expect(reasons == [nil, .samePlaces, nil, nil, nil, nil])
    #expect(ChainDeduplication(places: false).reasons(chains) == Array(repeating: nil, count: 6))
  }

  @Test func `Numbers do not make words different`() {
    let words = "abcdefghijklmnopqrstuvwxyzäöü".map { "see\($0)" }.joined(separator: " ")
    let chains = [
      Self.chain("Look at (12, 30.5): \(words)"), Self.chain("Look at (7, 1): \(words)"),
      Self.chain("Look at (7, 1): \(words) and beyond that other things too"), Self.chain("Red"),
      Self.chain("red"),
    ]
    func reasons(_ similarity: Double) -> [ChainDeduplication.Reason?] {
      ChainDeduplication(similarity: similarity).reasons(chains)
    }
    #expect(reasons(0.9) == [nil, .sameWords, nil, nil, .sameWords])
    #expect(reasons(0.6) == [nil, .sameWords, .sameWords, nil, .sameWords])
  }
}
