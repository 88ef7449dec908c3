import Foundation
import Foundations
import JSONText
import Testing
import Tokenizing

/// Where fetched files and peers are; both suites are skipped without them.
private enum Peers {
  static let environment = ProcessInfo.processInfo.environment
  /// A folder with `qwen.tiktoken`, from the pip package dashscope.
  static let vocabulary = environment["SCANPATH_MATERIALS"].map { $0 + "/qwen.tiktoken" }
    .flatMap { Files.exists($0) ? $0 : nil }
  /// A Python interpreter with `transformers`.
  static let python = environment["SCANPATH_PYTHON"]
}

/// Ids printed by `transformers` and in TRL's documentation.
@Suite(
  .enabled(
    if: Peers.vocabulary != nil,
    "SCANPATH_MATERIALS must name a folder with qwen.tiktoken (pip download dashscope)"))
struct `Qwen's vocabulary` {
  static let qwen: Tokenizer? = try? Peers.vocabulary.map { path in
    let names = [
      "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
      "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
      "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
    ]
    return try Tokenizer(
      tiktoken: try Files.read(path),
      added: names.enumerated().map { AddedToken(text: $1, id: 151643 + $0, isSpecial: true) })
  }

  static let golden: [(String, [Int])] = [
    ("Hello, world! 2024", [9707, 11, 1879, 0, 220, 17, 15, 17, 19]),
    ("don't  stop\n\n\n  now", [15007, 944, 220, 2936, 1406, 220, 1431]),
    ("你好，世界 🙂", [108386, 3837, 99489, 27484]),
    (
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
        + "<|vision_start|><|image_pad|><|vision_end|>",
      [
        151644, 8948, 198, 2610, 525, 264, 10950, 17847, 13, 151645, 198, 151644, 872, 198, 151652,
        151655, 151653,
      ]
    ),
    (
      "<think>\nThe cat at (123, 45) is red.\n</think>\n<answer> B </answer>",
      [
        13708, 766, 397, 785, 8251, 518, 320, 16, 17, 18, 11, 220, 19, 20, 8, 374, 2518, 624, 522,
        26865, 397, 27, 9217, 29, 425, 690, 9217, 29,
      ]
    ),
  ]

  @Test(arguments: golden)
  func `published ids come out`(text: String, ids: [Int]) throws {
    let qwen = try #require(Self.qwen)
    #expect(qwen.encode(text) == ids)
    #expect(qwen.decode(ids) == text)
  }
}

@Suite(
  .enabled(
    if: Peers.python != nil, "SCANPATH_PYTHON must name a Python that imports transformers"))
struct `Hugging Face tokenizers` {
  /// Ordinary sentences, and strings of characters at which the two could disagree.
  static let texts: [String] = {
    let hard = Array(
      "aAzZ sStT''..\n\r\t 019é̂ſ你ไำ\u{a0}\u{2028}\u{85}🙂\u{200d}½Ⅳ_<>()/!가\u{1100}\u{1161}"
        .unicodeScalars)
    var random = CounterRandom(seed: 11)
    let noise = (0..<300).map { _ in
      var text = String.UnicodeScalarView()
      for _ in 0..<random.below(30) { text.append(random.pick(hard)) }
      return String(text)
    }
    return noise + `BPE trainer`.corpus + [
      "<|im_start|>user\nlow newest (12, 3) <tool_call>x</tool_call><|im_end|>"
    ]
  }()

  static let script = """
    import json, sys
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer, Qwen2Tokenizer
    folder, texts = sys.argv[1], json.load(open(sys.argv[2]))
    a, b = AutoTokenizer.from_pretrained(folder), Qwen2Tokenizer.from_pretrained(folder)
    c = Tokenizer.from_file(folder + "/tokenizer.json")
    assert (a.eos_token, a.pad_token) == ("<|im_end|>", "<|endoftext|>"), (a.eos_token, a.pad_token)
    print(json.dumps([[a(t).input_ids, b(t).input_ids, c.encode(t).ids] for t in texts]))
    """

  @Test func `tokenizers and transformers give equal ids from a written folder`() throws {
    let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    let tokenizer = try `BPE trainer`.trained(`BPE trainer`.corpus, size: 300)
    try tokenizer.write(to: folder, maxLength: 1024)
    try compare(tokenizer, in: folder)
  }

  @Test(.enabled(if: Peers.vocabulary != nil))
  func `tokenizers and transformers give equal ids with Qwen's vocabulary`() throws {
    let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    let qwen = try #require(`Qwen's vocabulary`.qwen)
    try qwen.write(to: folder, maxLength: 1024)
    try compare(qwen, in: folder)
    try compare(try Tokenizer(folder: folder), in: folder)
  }

  private func compare(_ tokenizer: Tokenizer, in folder: String) throws {
    let list = JSON.array(Self.texts.map { .string($0) })
    try Files.writeAtomically(list.bytes(), to: folder + "/texts.json")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Peers.python))
    process.arguments = ["-c", Self.script, folder, folder + "/texts.json"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = Array(pipe.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let answers = try JSON.parse(output).asArray
    #expect(answers.count == Self.texts.count)
    for (text, answer) in zip(Self.texts, answers) {
      let ours = tokenizer.encode(text)
      for theirs in try answer.asArray {
        #expect(theirs == .array(ours.map { .integer($0) }), "\(text.debugDescription)")
      }
    }
  }
}
