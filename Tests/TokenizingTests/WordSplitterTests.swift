import Testing
import Tokenizing

/// Expected words come from the `tokenizers` library (0.23.3) with Qwen2's expression.
@Suite struct `Word splitter` {
  static let golden: [[String]] = [
    ["Hello", ",", " world", "!", " ", "2", "0", "2", "4"],
    ["don", "'t", " ", " stop", "\u{a}\u{a}\u{a}", " ", " now"],
    ["I", "'LL", " we", "'Ve", " x", "'S", " '", "sun", " '", "\u{17f}", " '", "Tis", " '", "RE"],
    ["x", "'\u{17f}", "y"],
    ["  \u{a} \u{a}", " ", " a"],
    ["a", " ", " b", "   "],
    ["\u{9}", "\u{9}x", "\u{a}", "\u{9}y"],
    ["\u{d}\u{a}\u{d}\u{a}", " x", "\u{d}"],
    ["!?\u{a}\u{a}\u{a}", "foo"],
    [" ", " ...\u{a}", " ", " bar"],
    ["\u{4f60}\u{597d}", "\u{ff0c}\u{4e16}\u{754c}", " \u{1f642}"],
    ["1", " ", "2", "3", "4", ",", "5", "6", ".", "8", "\u{bd}", "\u{2163}", "\u{663}"],
    ["<think", ">", " look", " (", "1", "2", ",", " ", "3", "4", ")", " </", "think", ">\u{a}"],
    ["a", "\u{a0}b", "\u{3000}", "\u{2028}c", "\u{85}d"],
    [" ", "\u{a0}x"],
    ["e", "\u{301}a", " \u{301}", "b"],
    ["_foo", "__", "bar", "-baz"],
    ["$x", " =", " '", "hello", "';", " //", " ok"],
    ["\u{200b}", " zero", "\u{200b}width"],
    ["\u{1c5}", " \u{2b0}a", " \u{aa}\u{ba}"],
    ["x", "\u{a}"],
    ["x", " \u{a}"],
    [" "],
    ["\u{a}"],
    ["'"],
    ["''", "s"],
    [" '", "ll"],
    ["\u{e01}\u{e33}", " \u{e44}\u{e17}\u{e22}"],
    ["\u{1d4b3}", "\u{1d7d9}", " \u{1f3f3}\u{fe0f}\u{200d}\u{1f308}"],
    [],
  ]

  @Test(arguments: golden)
  func `text is cut as by Qwen2's expression`(words: [String]) {
    let bytes = Array(words.joined().utf8)
    let found = WordSplitter.words(in: bytes[...]).map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
    #expect(found == words)
  }

  @Test func `a slice is cut as it would be alone`() {
    let bytes = Array("xx don't yy".utf8)
    #expect(WordSplitter.words(in: bytes[3..<8]) == [3..<6, 6..<8])
  }
}
