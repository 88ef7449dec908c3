package import Foundations
package import JSONText

extension Tokenizer {
  /// Reads the tokenizer of a checkpoint folder: `tokenizer.json`, or else `vocab.json` with
  /// `merges.txt` and the added tokens of `tokenizer_config.json`.
  package convenience init(folder: String) throws(Fault) {
    try self.init(folder: folder) { name throws(Fault) in
      let path = folder + "/" + name
      return Files.exists(path) ? try Files.read(path) : nil
    }
  }

  /// The same from files that were read before: `contents` gives their bytes by name, and `folder`
  /// is where faults say they lie.
  package convenience init(
    folder: String, contents: (String) throws(Fault) -> [UInt8]?
  ) throws(Fault) {
    let path = folder + "/tokenizer.json"
    guard let bytes = try contents("tokenizer.json") else {
      try self.init(vocabularyAndMergesIn: folder, contents)
      return
    }
    let json = try JSON.parse(bytes, file: path)
    do { try self.init(json: json) } catch { throw error.placed(in: Place(file: path)) }
  }

  /// Reads the contents of a Hugging Face `tokenizer.json`.
  ///
  /// - Throws: `tokenizer.unsupported` when a part differs from Qwen2's in a way that would change
  ///   ids; `tokenizer.vocabulary` and the faults of JSON for contents that do not fit.
  package convenience init(json: JSON) throws(Fault) {
    try Self.checkNormalizer(json["normalizer"])
    try Self.checkPreTokenizer(json["pre_tokenizer"])
    let model = try json.required("model")
    try Self.checkModel(model)
    let added =
      try json.optional("added_tokens") { list throws(Fault) in
        try list.elements { token throws(Fault) in
          try Self.addedToken(token, id: try token.int("id"))
        }
      } ?? []
    let merges = try model.array("merges") { merge throws(Fault) in
      if case .string(let line) = merge { return try Self.pair(line) }
      let parts = try merge.elements { part throws(Fault) in try part.asString }
      guard parts.count == 2 else {
        throw Fault("tokenizer.merge", "expected two tokens to merge, found \(parts.count)")
      }
      return (parts[0], parts[1])
    }
    try self.init(vocabulary: try model.object(at: "vocab"), merges: merges, added: added)
  }

  private convenience init(
    vocabularyAndMergesIn folder: String, _ contents: (String) throws(Fault) -> [UInt8]?
  ) throws(Fault) {
    let vocabularyPath = folder + "/vocab.json"
    let mergesPath = folder + "/merges.txt"
    guard let vocabularyBytes = try contents("vocab.json"),
      let mergesBytes = try contents("merges.txt")
    else {
      throw Fault(
        "tokenizer.missing",
        "no tokenizer here; expected tokenizer.json, or vocab.json and merges.txt",
        at: Place(file: folder))
    }
    let vocabulary = try JSON.parse(vocabularyBytes, file: vocabularyPath).asObject
    var merges: [(String, String)] = []
    let lines = mergesBytes.split(separator: 10, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
      if text.isEmpty || (index == 0 && text.hasPrefix("#version")) { continue }
      do { merges.append(try Self.pair(text)) } catch {
        throw error.placed(in: Place(file: mergesPath, line: index + 1))
      }
    }
    var added: [AddedToken] = []
    let configurationPath = folder + "/tokenizer_config.json"
    if let bytes = try contents("tokenizer_config.json") {
      let configuration = try JSON.parse(bytes, file: configurationPath)
      for (key, token) in try configuration["added_tokens_decoder"]?.asObject.members ?? [] {
        guard let id = Int(key) else {
          throw Fault(
            "tokenizer.vocabulary", "expected an id as key of an added token, found \"\(key)\"",
            at: Place(file: configurationPath))
        }
        added.append(try Self.addedToken(token, id: id))
      }
    }
    try self.init(vocabulary: vocabulary, merges: merges, added: added)
  }

  private convenience init(
    vocabulary: JSONObject, merges: [(String, String)], added: [AddedToken]
  ) throws(Fault) {
    let addedIDs = Dictionary(added.map { ($0.text, $0.id) }, uniquingKeysWith: { $1 })
    var pieces: [[UInt8]] = []
    var ids: [[UInt8]: Int32] = [:]
    ids.reserveCapacity(vocabulary.count)
    for (text, value) in vocabulary {
      let id = try value.asInt
      if addedIDs[text] == id { continue }
      guard let bytes = ByteAlphabet.bytes(of: text), !bytes.isEmpty, id >= 0, id < 1 << 24 else {
        throw Fault(
          "tokenizer.vocabulary", "\"\(text)\" with the id \(id) is not a byte-level token")
      }
      if id >= pieces.count { pieces += Array(repeating: [], count: id + 1 - pieces.count) }
      guard pieces[id].isEmpty else {
        throw Fault("tokenizer.vocabulary", "the id \(id) is given twice, again to \"\(text)\"")
      }
      pieces[id] = bytes
      ids[bytes] = Int32(id)
    }
    var rules: [Merges.Rule] = []
    rules.reserveCapacity(merges.count)
    for (left, right) in merges {
      guard let first = ByteAlphabet.bytes(of: left), let second = ByteAlphabet.bytes(of: right),
        let leftID = ids[first], let rightID = ids[second], let result = ids[first + second]
      else {
        throw Fault(
          "tokenizer.merge", "the merge of \"\(left)\" and \"\(right)\" uses or makes no token")
      }
      rules.append(Merges.Rule(left: leftID, right: rightID, result: result))
    }
    try self.init(vocabulary: pieces, merges: Merges(rules), added: added)
  }

  private static func pair(_ line: String) throws(Fault) -> (String, String) {
    let parts = line.utf8.split(separator: 32)
    guard parts.count == 2, let left = String(parts[0]), let right = String(parts[1]) else {
      throw Fault(
        "tokenizer.merge", "expected two tokens and a space between them, found \"\(line)\"")
    }
    return (left, right)
  }

  private static func addedToken(_ json: JSON, id: Int) throws(Fault) -> AddedToken {
    let text = try json.string("content")
    for option in ["single_word", "lstrip", "rstrip", "normalized"]
    where try json.optionalBool(option) == true {
      throw unsupported(
        "the option \"\(option)\" of the added token \"\(text)\"", expected: "false")
    }
    return AddedToken(
      text: text, id: id, isSpecial: try json.optionalBool("special") ?? false)
  }
}

// MARK: What must be as in Qwen2

extension Tokenizer {
  private static func checkNormalizer(_ json: JSON?) throws(Fault) {
    let type = try json?.string("type")
    guard type == "NFC" else {
      throw unsupported("the normalizer \(type ?? "null")", expected: "NFC")
    }
  }

  private static func checkPreTokenizer(_ json: JSON?) throws(Fault) {
    let parts = try json?.optional("pretokenizers") { list throws(Fault) in try list.asArray } ?? []
    let split = parts.first { $0["type"] == "Split" }
    let pattern = try split?["pattern"]?.optionalString("Regex")
    guard parts.count == 2, pattern == WordSplitter.pattern, parts[1]["type"] == "ByteLevel",
      parts[1]["add_prefix_space"] != true, parts[1]["use_regex"] == false
    else {
      throw unsupported(
        "the pre-tokenizer \(json?.description.prefix(200) ?? "null")",
        expected: "Qwen2's Split and ByteLevel")
    }
  }

  private static func checkModel(_ json: JSON) throws(Fault) {
    let type = try json.optionalString("type") ?? "BPE"
    guard type == "BPE" else { throw unsupported("the model \(type)", expected: "BPE") }
    for option in ["byte_fallback", "ignore_merges"] where try json.optionalBool(option) == true {
      throw unsupported("\"\(option)\"", expected: "false")
    }
    for option in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let text = try json.optionalString(option) ?? ""
      guard text.isEmpty else { throw unsupported("\"\(option)\" \(text)", expected: "nothing") }
    }
  }

  private static func unsupported(_ what: String, expected: String) -> Fault {
    Fault(
      "tokenizer.unsupported",
      "\(what) would give other ids than Qwen2's tokenizer; expected \(expected)")
  }
}
