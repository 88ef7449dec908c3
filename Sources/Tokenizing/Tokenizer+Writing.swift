package import Foundations
package import JSONText

extension Tokenizer {
  /// The contents of a `tokenizer.json` from which `tokenizers` and `transformers` give equal ids.
  package var json: JSON {
    [
      "version": "1.0",
      "truncation": nil,
      "padding": nil,
      "added_tokens": .array(addedTokens.map { Self.json(of: $0, withID: true) }),
      "normalizer": ["type": "NFC"],
      "pre_tokenizer": [
        "type": "Sequence",
        "pretokenizers": [
          [
            "type": "Split",
            "pattern": ["Regex": .string(WordSplitter.pattern)],
            "behavior": "Isolated",
            "invert": false,
          ],
          Self.byteLevel,
        ],
      ],
      "post_processor": Self.byteLevel,
      "decoder": Self.byteLevel,
      "model": [
        "type": "BPE",
        "dropout": nil,
        "unk_token": nil,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": false,
        "byte_fallback": false,
        "ignore_merges": false,
        "vocab": vocabulary,
        "merges": .array(mergedTexts.map { [.string($0), .string($1)] }),
      ],
    ]
  }

  /// The contents of `tokenizer.json`, `vocab.json`, `merges.txt` and `tokenizer_config.json`.
  ///
  /// - Parameters:
  ///   - chatTemplate: Jinja text for `tokenizer_config.json`.
  ///   - maxLength: tokens the model can read.
  package func files(
    chatTemplate: String? = nil, maxLength: Int
  ) -> [(name: String, bytes: [UInt8])] {
    let lines = ["#version: 0.2"] + mergedTexts.map { "\($0) \($1)" }
    let settings = configuration(chatTemplate: chatTemplate, maxLength: maxLength)
    return [
      ("tokenizer.json", json.bytes()),
      ("vocab.json", vocabulary.bytes()),
      ("merges.txt", lines.flatMap { Array($0.utf8) + [10] }),
      ("tokenizer_config.json", settings.bytes(pretty: true)),
    ]
  }

  /// Writes `files` into a folder.
  package func write(
    to folder: String, chatTemplate: String? = nil, maxLength: Int
  ) throws(Fault) {
    try Files.makeFolder(folder)
    for (name, bytes) in files(chatTemplate: chatTemplate, maxLength: maxLength) {
      try Files.writeAtomically(bytes, to: folder + "/" + name)
    }
  }

  private func configuration(chatTemplate: String?, maxLength: Int) -> JSON {
    let special = addedTokens.filter { $0.isSpecial && $0.text != SpecialToken.endOfText.rawValue }
    var settings: JSONObject = [
      "tokenizer_class": "Qwen2Tokenizer",
      "add_bos_token": false,
      "add_prefix_space": false,
      "added_tokens_decoder": .object(
        JSONObject(addedTokens.map { (key: "\($0.id)", value: Self.json(of: $0, withID: false)) })),
      "additional_special_tokens": .array(special.map { .string($0.text) }),
      "bos_token": nil,
      "clean_up_tokenization_spaces": false,
      "eos_token": .string(SpecialToken.imEnd.rawValue),
      "errors": "replace",
      "model_max_length": .integer(maxLength),
      "pad_token": .string(SpecialToken.endOfText.rawValue),
      "split_special_tokens": false,
      "unk_token": nil,
    ]
    if let chatTemplate { settings["chat_template"] = .string(chatTemplate) }
    return .object(settings)
  }

  private var vocabulary: JSON {
    let added = Set(addedTokens.map(\.id))
    var members: [JSONObject.Member] = []
    for id in 0..<count where !added.contains(id) && !bytes(of: id).isEmpty {
      members.append((ByteAlphabet.text(of: bytes(of: id)), .integer(id)))
    }
    return .object(JSONObject(members))
  }

  private var mergedTexts: [(String, String)] {
    merges.rules.map {
      (
        ByteAlphabet.text(of: bytes(of: Int($0.left))),
        ByteAlphabet.text(of: bytes(of: Int($0.right)))
      )
    }
  }

  private static let byteLevel: JSON = [
    "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false,
  ]

  private static func json(of token: AddedToken, withID: Bool) -> JSON {
    var json: JSONObject = [
      "content": .string(token.text),
      "single_word": false,
      "lstrip": false,
      "rstrip": false,
      "normalized": false,
      "special": .bool(token.isSpecial),
    ]
    if withID { json["id"] = .integer(token.id) }
    return .object(json)
  }
}
