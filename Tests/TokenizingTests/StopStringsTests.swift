import Foundations
import Testing
import Tokenizing

@Suite struct StopStringsTests {
  private static func tokenizer() throws -> Tokenizer {
    var trainer = BPETrainer()
    for text in ["</answer> </answer> the end\n", "Grüße", "ende ende"] { trainer.add(text) }
    return try trainer.tokenizer(size: 300)
  }

  @Test(arguments: [
    (["</answer>"], "x </answer>", true), (["</answer>"], "x </answer", false),
    (["</answer>"], "x </answer> y", false), (["zz", "end"], "the end", true),
    (["ü"], "Grü", true), (["üß"], "Grü", false), (["\n"], "the end\n", true),
    ([], "the end", false), ([""], "the end", false), (["x"], "", false),
    (["a text that is longer"], "longer", false),
  ]) func `a text ends where its last token completes it`(
    texts: [String], said: String, ends: Bool
  ) throws {
    let tokenizer = try Self.tokenizer()
    let stop = StopStrings(texts, tokenizer)
    #expect(stop.isCompleted(by: tokenizer.encode(said)) == ends)
  }

  @Test func `a text that ends inside of the last token counts`() throws {
    let tokenizer = try Self.tokenizer()
    let ids = tokenizer.encode("</answer>")
    // The longest token that begins the word; the text ends within it.
    let first = String(decoding: tokenizer.bytes(of: ids[0]), as: UTF8.self)
    try #require(first.count > 1)
    let stop = StopStrings([String(first.dropLast())], tokenizer)
    #expect(stop.isCompleted(by: [ids[0]]))
  }
}
