package import Foundations
package import JSONText

extension Configuration {
  /// Reads a `config.json` of any published layout: flat (2025's releases), nested `text_config`
  /// with `rope_scaling`, or nested with `rope_parameters` (transformers 5).
  ///
  /// Fields that a file leaves out take the defaults of the transformers class.
  package init(json: JSON) throws(Fault) {
    self.init()
    if let kind = json["model_type"], try kind.asString != "qwen2_5_vl" {
      throw Fault(
        "config.architecture",
        "expected a model of type qwen2_5_vl, found \(try kind.asString)")
    }
    try readText(json["text_config"] ?? json, root: json)
    try readVision(try json.required("vision_config"))
    try readTokens(json)
    try check()
  }

  private mutating func readText(_ json: JSON, root: JSON) throws(Fault) {
    func int(_ key: String, _ fallback: Int) throws(Fault) -> Int {
      try json[key]?.asInt ?? fallback
    }
    text.vocabulary = try int("vocab_size", 152_064)
    text.width = try int("hidden_size", 8192)
    text.ffn = try int("intermediate_size", 29_568)
    text.layers = try int("num_hidden_layers", 80)
    text.heads = try int("num_attention_heads", 64)
    text.kvHeads = try int("num_key_value_heads", 8)
    text.maxPositions = try int("max_position_embeddings", 32_768)
    text.eps = Float(try json["rms_norm_eps"]?.asDouble ?? 1e-5)
    let rope = json["rope_parameters"] ?? json["rope_scaling"]
    text.ropeBase = try (rope?["rope_theta"] ?? json["rope_theta"])?.asDouble ?? 1e6
    guard let sections = rope?["mrope_section"] else {
      throw Fault("config.rope", "the configuration names no mrope_section")
    }
    text.ropeSections = try sections.elements { value throws(Fault) in try value.asInt }
    text.tied = try (root["tie_word_embeddings"] ?? json["tie_word_embeddings"])?.asBool ?? false
  }

  private mutating func readVision(_ json: JSON) throws(Fault) {
    func int(_ key: String, _ fallback: Int) throws(Fault) -> Int {
      try json[key]?.asInt ?? fallback
    }
    vision.depth = try int("depth", 32)
    vision.width = try int("hidden_size", 3584)
    vision.ffn = try int("intermediate_size", 3420)
    vision.heads = try int("num_heads", 16)
    vision.window = try int("window_size", 112)
    vision.tokensPerSecond = try int("tokens_per_second", 4)
    if let blocks = json["fullatt_block_indexes"] {
      vision.fullAttention = try blocks.elements { value throws(Fault) in try value.asInt }
    } else {
      vision.fullAttention = [7, 15, 23, 31]
    }
    let fixed = [
      ("patch_size", Self.patch), ("spatial_merge_size", Self.merge),
      ("temporal_patch_size", Self.frames),
    ]
    for (key, value) in fixed where try int(key, value) != value {
      throw Fault("config.vision", "\(key) \(try int(key, value)) is not supported, only \(value)")
    }
  }

  private mutating func readTokens(_ json: JSON) throws(Fault) {
    let inner = json["text_config"]
    func id(_ key: String, _ fallback: Int) throws(Fault) -> Int {
      guard let value = json[key] ?? inner?[key] else { return fallback }
      return try value.asInt
    }
    tokens.begin = try id("bos_token_id", 151_643)
    tokens.end = try id("eos_token_id", 151_645)
    tokens.pad = try id("pad_token_id", tokens.begin)
    tokens.image = try id("image_token_id", 151_655)
    tokens.video = try id("video_token_id", 151_656)
    tokens.visionStart = try id("vision_start_token_id", 151_652)
    tokens.visionEnd = try id("vision_end_token_id", 151_653)
  }

  private func check() throws(Fault) {
    func demand(_ holds: Bool, _ message: String) throws(Fault) {
      if !holds { throw Fault("config.sizes", message) }
    }
    try demand(
      text.width % text.heads == 0 && text.heads % text.kvHeads == 0,
      "\(text.width) wide with \(text.heads) heads over \(text.kvHeads) key/value heads")
    try demand(
      text.ropeSections.count == 3 && text.ropeSections.reduce(0, +) * 2 == text.headDimension,
      "mrope_section \(text.ropeSections) must add up to half the head dimension \(text.headDimension)"
    )
    try demand(
      vision.width % (vision.heads * 4) == 0,
      "vision width \(vision.width) over \(vision.heads) heads is not divisible by 4")
    let ids = [tokens.image, tokens.video, tokens.visionStart, tokens.visionEnd]
    try demand(
      ids.allSatisfy { (0..<text.vocabulary).contains($0) },
      "token ids \(ids) do not fit a vocabulary of \(text.vocabulary)")
  }

  /// The flat published layout, which every version of transformers reads.
  package var json: JSON {
    [
      "architectures": ["Qwen2_5_VLForConditionalGeneration"],
      "model_type": "qwen2_5_vl",
      "vocab_size": .integer(text.vocabulary),
      "hidden_size": .integer(text.width),
      "intermediate_size": .integer(text.ffn),
      "num_hidden_layers": .integer(text.layers),
      "num_attention_heads": .integer(text.heads),
      "num_key_value_heads": .integer(text.kvHeads),
      "max_position_embeddings": .integer(text.maxPositions),
      "max_window_layers": .integer(text.layers),
      "hidden_act": "silu",
      "rms_norm_eps": .number(Double("\(text.eps)") ?? Double(text.eps)),
      "rope_theta": .number(text.ropeBase),
      "rope_scaling": [
        "type": "mrope", "mrope_section": .array(text.ropeSections.map { .integer($0) }),
      ],
      "use_sliding_window": false,
      "attention_dropout": 0.0,
      "tie_word_embeddings": .bool(text.tied),
      "torch_dtype": "float32",
      "use_cache": true,
      "bos_token_id": .integer(tokens.begin),
      "eos_token_id": .integer(tokens.end),
      "pad_token_id": .integer(tokens.pad),
      "image_token_id": .integer(tokens.image),
      "video_token_id": .integer(tokens.video),
      "vision_start_token_id": .integer(tokens.visionStart),
      "vision_end_token_id": .integer(tokens.visionEnd),
      "vision_token_id": .integer(tokens.pad),
      "vision_config": [
        "model_type": "qwen2_5_vl",
        "depth": .integer(vision.depth),
        "hidden_size": .integer(vision.width),
        "intermediate_size": .integer(vision.ffn),
        "num_heads": .integer(vision.heads),
        "out_hidden_size": .integer(text.width),
        "hidden_act": "silu",
        "in_chans": 3,
        "in_channels": 3,
        "patch_size": .integer(Self.patch),
        "spatial_patch_size": .integer(Self.patch),
        "spatial_merge_size": .integer(Self.merge),
        "temporal_patch_size": .integer(Self.frames),
        "window_size": .integer(vision.window),
        "fullatt_block_indexes": .array(vision.fullAttention.map { .integer($0) }),
        "tokens_per_second": .integer(vision.tokensPerSecond),
      ],
    ]
  }
}
