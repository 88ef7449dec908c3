import Foundations
import Testing
import Tokenizing

@Suite struct `BPE trainer` {
  static let corpus = [
    "<think> There is a red lamp at (101, 63). </think>", "Let me look closer at (101, 63).",
    "low low low low low lower lower newest newest newest newest newest newest widest widest",
  ]

  static func trained(_ texts: [String], size: Int) throws -> Tokenizer {
    var trainer = BPETrainer()
    for text in texts { trainer.add(text) }
    return try trainer.tokenizer(size: size)
  }

  // Sennrich et al. 2016, section 3.2, but for the end-of-word mark: e·s (9), es·t (9), then of
  // the pairs that occur 7 times l·o, whose bytes come first.
  @Test func `the first merges of the paper's example come out`() throws {
    var trainer = BPETrainer()
    for (word, count) in [("low", 5), ("lower", 2), ("newest", 6), ("widest", 3)] {
      trainer.add(word, weight: count)
    }
    let tokenizer = try trainer.tokenizer(size: 260, added: [])
    #expect(
      (256..<260).map { tokenizer.decode([$0]) } == ["es", "est", "lo", "low"])
  }

  @Test func `the order of texts does not matter`() throws {
    let first = try Self.trained(Self.corpus, size: 300)
    let second = try Self.trained(Self.corpus.reversed(), size: 300)
    #expect(first.merges.rules == second.merges.rules)
  }

  @Test func `added tokens follow the ordinary ones`() throws {
    let tokenizer = try Self.trained(Self.corpus, size: 270)
    #expect(tokenizer.ordinaryCount == 270)
    #expect(tokenizer.id(of: .endOfText) == 270)
    #expect(tokenizer.count == 270 + SpecialToken.allCases.count)
  }

  @Test func `training stops when nothing repeats`() throws {
    let tokenizer = try Self.trained(["ab ab"], size: 1000)
    #expect(tokenizer.ordinaryCount == 257)
  }

  @Test func `two ways to the same bytes are one token`() throws {
    // " xyz" and "xy…", "…yz" in different words: x+yz and xy+z meet in one id.
    let tokenizer = try Self.trained(
      ["xy xy xy xy xy.xyz", "xyz yz xyz", "ayz ayz ayz byz byz byz xyz"], size: 290)
    let pieces = (0..<tokenizer.ordinaryCount).map { tokenizer.bytes(of: $0) }
    #expect(Set(pieces).count == pieces.count)
  }

  @Test func `every merge joins the bytes of its parts`() throws {
    let tokenizer = try Self.trained(Self.corpus, size: 320)
    for rule in tokenizer.merges.rules {
      #expect(
        tokenizer.bytes(of: Int(rule.left)) + tokenizer.bytes(of: Int(rule.right))
          == tokenizer.bytes(of: Int(rule.result)))
    }
  }
}
