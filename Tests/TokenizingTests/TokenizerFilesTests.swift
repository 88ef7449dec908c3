import Foundations
import JSONText
import Testing
import Tokenizing

@Suite struct `Tokenizer files` {
  let tokenizer: Tokenizer
  let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
  let text = "<|im_start|>user\nlow newest (12, 3)\u{e9} 你 <tool_call><|im_end|>"

  init() throws { tokenizer = try `BPE trainer`.trained(`BPE trainer`.corpus, size: 300) }

  @Test func `a written folder gives the same ids`() throws {
    try tokenizer.write(to: folder, maxLength: 1024)
    let read = try Tokenizer(folder: folder)
    #expect(read.encode(text) == tokenizer.encode(text))
    #expect(read.json == tokenizer.json)
  }

  @Test func `without tokenizer.json the older files are read`() throws {
    try tokenizer.write(to: folder + "/all", maxLength: 1024)
    try Files.makeFolder(folder + "/old")
    for name in ["vocab.json", "merges.txt", "tokenizer_config.json"] {
      try Files.writeAtomically(
        try Files.read("\(folder)/all/\(name)"), to: "\(folder)/old/\(name)")
    }
    #expect(try Tokenizer(folder: folder + "/old").json == tokenizer.json)
  }

  @Test func `a folder without a tokenizer says what was expected`() throws {
    try Files.makeFolder(folder)
    let fault = #expect(throws: Fault.self) { try Tokenizer(folder: folder) }
    #expect(fault?.code == "tokenizer.missing")
    #expect(fault?.message.contains("vocab.json") == true)
  }

  @Test func `merges may be written as one text or as two`() throws {
    var model = try tokenizer.json.object(at: "model")
    let merges = try tokenizer.json.required("model").array("merges") { $0 }
    model["merges"] = .array(
      try merges.map { .string(try $0.asArray.map { try $0.asString }.joined(separator: " ")) })
    var json = try tokenizer.json.asObject
    json["model"] = .object(model)
    #expect(try Tokenizer(json: .object(json)).json == tokenizer.json)
  }

  @Test func `added tokens may be listed in the vocabulary`() throws {
    var json = try tokenizer.json.asObject
    var model = try tokenizer.json.object(at: "model")
    var vocabulary = try #require(try model["vocab"]?.asObject)
    for token in tokenizer.addedTokens { vocabulary[token.text] = .integer(token.id) }
    model["vocab"] = .object(vocabulary)
    json["model"] = .object(model)
    #expect(try Tokenizer(json: .object(json)).json == tokenizer.json)
  }

  static let foreign: [(key: String, value: JSON, says: String)] = [
    ("normalizer", nil, "expected NFC"),
    ("pre_tokenizer", ["type": "ByteLevel"], "expected Qwen2's Split"),
    ("model", ["type": "WordPiece"], "WordPiece"),
    ("model", ["type": "BPE", "byte_fallback": true], "byte_fallback"),
    ("model", ["type": "BPE", "vocab": ["世": 0], "merges": []], "\"世\" with the id 0"),
    ("model", ["type": "BPE", "vocab": ["a": 0], "merges": [["a", "b"]]], "merge of \"a\""),
    ("model", ["type": "BPE", "vocab": ["a": 0, "b": 0], "merges": []], "given twice"),
  ]

  @Test(arguments: foreign)
  func `what would give other ids is refused`(
    key: String, value: JSON, says: String
  ) throws {
    var json = try tokenizer.json.asObject
    json[key] = value
    let fault = #expect(throws: Fault.self) { try Tokenizer(json: .object(json)) }
    #expect(fault?.message.contains(says) == true, "\(fault?.message ?? "")")
  }

  @Test func `a tiktoken file merges any neighbours that make a token`() throws {
    // All bytes, then "ab", "bc", "abc" (YWI=, YmM=, YWJj): "abc" is ab+c, as "ab" ranks lower.
    let bytes = ByteAlphabet.order.map { String(decoding: base64($0), as: UTF8.self) }
    let tokens = bytes + ["YWI=", "YmM=", "YWJj"]
    let lines = tokens.enumerated().map { "\($1) \($0)" }.joined(separator: "\n")
    let read = try Tokenizer(tiktoken: Array(lines.utf8), added: [])
    #expect(read.encode("abcbc") == [258, 257])
    #expect(read.merges.rules.count == 4)
  }

  @Test func `a tiktoken line out of order is a fault with its line`() {
    let fault = #expect(throws: Fault.self) {
      try Tokenizer(tiktoken: Array("IQ== 0\nIg== 2\n".utf8), added: [])
    }
    #expect(fault?.place.line == 2)
  }

  private func base64(_ byte: UInt8) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return [digits[Int(byte >> 2)], digits[Int(byte & 3) << 4]] + Array("==".utf8)
  }
}
