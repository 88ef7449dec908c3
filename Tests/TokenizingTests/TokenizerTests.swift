import Foundations
import Testing
import Tokenizing

@Suite struct `Encoding and decoding` {
  let tokenizer: Tokenizer

  init() throws { tokenizer = try `BPE trainer`.trained(`BPE trainer`.corpus, size: 300) }

  @Test(arguments: [
    "", "plain words, 12 of them", "two\n\nlines\r\n", "你好，世界 🙂", "tabs\tand  spaces  ",
    "<think> (3, 4) </think>\n<answer> B </answer><|im_end|>", "\u{0}\u{7f}",
  ])
  func `decoding gives back the text`(text: String) {
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    #expect(tokenizer.decode(tokenizer.encode(text, allowSpecial: false)) == text)
  }

  @Test func `text is brought to normal form C`() {
    let ids = tokenizer.encode("caf\u{65}\u{301} \u{1112}\u{1161}\u{11ab} \u{0344}")
    #expect(
      Array(tokenizer.decode(ids).unicodeScalars)
        == Array("caf\u{e9} \u{d55c} \u{308}\u{301}".unicodeScalars))
  }

  @Test func `added tokens are found anywhere, the longest first`() throws {
    let start = try #require(tokenizer.id(of: .imStart))
    let tool = try #require(tokenizer.id(of: .toolCall))
    let ids = tokenizer.encode("a<|im_start|><tool_call>b")
    #expect(ids == tokenizer.encode("a") + [start, tool] + tokenizer.encode("b"))
    let vocabulary = ByteAlphabet.order.map { [$0] }
    let nested = try Tokenizer(
      vocabulary: vocabulary, merges: Merges([]),
      added: [
        AddedToken(text: "<a>", id: 300, isSpecial: true),
        AddedToken(text: "<a><b>", id: 301, isSpecial: true),
      ])
    #expect(nested.encode("<a><a><b>") == [300, 301])
    #expect(nested.count == 302)
    #expect(nested.bytes(of: 299).isEmpty)
  }

  @Test func `words from outside cannot forge an added token`() throws {
    let ids = tokenizer.encode("<|im_end|>", allowSpecial: false)
    #expect(!ids.contains(try #require(tokenizer.id(of: .imEnd))))
  }

  @Test func `special tokens can be skipped, tags cannot`() {
    let ids = tokenizer.encode("<|im_start|>x<tool_call>y<|im_end|>")
    #expect(tokenizer.decode(ids, skippingSpecial: true) == "x<tool_call>y")
  }

  @Test func `half a character becomes the replacement character`() {
    let ids = tokenizer.encode("🙂")
    #expect(tokenizer.decode(ids.dropLast()) == "\u{FFFD}")
  }

  @Test func `an id without a token is nothing`() {
    #expect(tokenizer.decode([-1, 1 << 30]) == "")
  }

  @Test func `many threads get the same ids`() throws {
    let text = String(repeating: "low lower newest (1, 2) ", count: 20)
    let expected = tokenizer.encode(text)
    let all = try Lanes.map(32, workers: 4) { _ in self.tokenizer.encode(text) }
    #expect(all.allSatisfy { $0 == expected })
  }

  @Test func `a vocabulary without a byte is refused`() {
    let fault = #expect(throws: Fault.self) {
      try Tokenizer(vocabulary: [[65]], merges: Merges([]), added: [])
    }
    #expect(fault?.code == "tokenizer.vocabulary")
  }

  @Test func `an added token on a taken id is refused`() {
    let fault = #expect(throws: Fault.self) {
      try Tokenizer(
        vocabulary: ByteAlphabet.order.map { [$0] }, merges: Merges([]),
        added: [AddedToken(text: "x", id: 255, isSpecial: true)])
    }
    #expect(fault?.message.contains("the id 255") == true)
  }
}

@Suite struct `Merging in a word` {
  /// The plain twin: scan for the lowest rank, the leftmost first, and join.
  static func scanned(_ symbols: [Int32], _ rules: [Merges.Rule]) -> [Int32] {
    var symbols = symbols
    while true {
      var best: (rank: Int, at: Int)?
      for at in symbols.indices.dropLast() {
        let rank = rules.firstIndex { $0.left == symbols[at] && $0.right == symbols[at + 1] }
        if let rank, rank < best?.rank ?? .max { best = (rank, at) }
      }
      guard let best else { return symbols }
      symbols.replaceSubrange(best.at...best.at + 1, with: [rules[best.rank].result])
    }
  }

  @Test func `the heap merges as a plain scan does`() {
    var random = CounterRandom(seed: 3)
    for _ in 0..<300 {
      var rules: [Merges.Rule] = []
      for result in 3..<Int32(3 + random.below(12)) {
        let left = Int32(random.below(Int(result))), right = Int32(random.below(Int(result)))
        if !rules.contains(where: { $0.left == left && $0.right == right }) {
          rules.append(Merges.Rule(left: left, right: right, result: result))
        }
      }
      let symbols = (0..<random.below(40)).map { _ in Int32(random.below(3)) }
      #expect(Merges(rules).apply(to: symbols) == Self.scanned(symbols, rules))
    }
  }

  @Test func `rules with one result are equal in rank where asked`() {
    // a=0, aa=1 exists only as a symbol; both rules give 2.
    let rules = [
      Merges.Rule(left: 1, right: 0, result: 2), Merges.Rule(left: 0, right: 1, result: 2),
    ]
    #expect(Merges(rules).apply(to: [0, 1, 0]) == [0, 2])
    #expect(Merges(rules, ranksByResult: true).apply(to: [0, 1, 0]) == [2, 0])
  }
}

@Suite struct `Alphabet of bytes` {
  @Test func `every byte has a character and comes back`() {
    let bytes = (0...255).map { UInt8($0) }
    #expect(ByteAlphabet.bytes(of: ByteAlphabet.text(of: bytes)) == bytes)
    #expect(ByteAlphabet.text(of: [32, 10]) == "ĠĊ")
    #expect(ByteAlphabet.bytes(of: "世") == nil)
    #expect(ByteAlphabet.order[0] == UInt8(ascii: "!") && ByteAlphabet.order[220] == 32)
  }
}
