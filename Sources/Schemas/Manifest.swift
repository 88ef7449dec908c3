package import Foundations
package import JSONText

/// What a dataset consists of: `manifest.json`, whose shards are the lines of `manifest.jsonl`.
package struct Manifest: JSONForm {
  /// The name of the dataset.
  package var dataset: String
  /// The kind of its records.
  package var records: RecordKind
  /// SHA-256 of the resolved pipeline.
  package var pipeline: String
  package var shards: [ShardEntry]

  package init(dataset: String, records: RecordKind, pipeline: String, shards: [ShardEntry]) {
    self.dataset = dataset
    self.records = records
    self.pipeline = pipeline
    self.shards = shards
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    guard try json.string("kind") == "manifest" else {
      throw Fault("record.kind", "expected a manifest", at: Place(key: "kind"))
    }
    guard try json.int("version") == 1 else {
      let message = "this program reads version 1 of manifests"
      throw Fault("record.version", message, at: Place(key: "version"))
    }
    self.init(
      dataset: try json.name("dataset"), records: try json.choice("records"),
      pipeline: try json.digest("pipeline"),
      shards: try json.array("shards", ShardEntry.init(json:)))
  }

  package var json: JSON {
    .form([
      ("kind", "manifest"), ("version", 1), ("dataset", .string(dataset)),
      ("records", .string(records.rawValue)), ("pipeline", .string(pipeline)),
      ("shards", .forms(shards)),
    ])
  }
}

/// One shard of a dataset, which exists when its line in `manifest.jsonl` does.
package struct ShardEntry: JSONForm {
  package enum Content: String, Sendable, CaseIterable {
    case records
    case media
  }

  /// The file's name: `part-000000.jsonl.zst`, `media-000000.tar`.
  package var name: String
  package var content: Content
  /// Records, or pictures.
  package var count: Int
  /// The length of the file.
  package var bytes: Int
  package var sha256: String
  /// The `$id` of the records' schema; `nil` for media.
  package var schema: String?
  /// The ids of the first and last record, or the digests of the first and last picture; `nil`
  /// for an empty shard.
  package var firstKey: String?
  package var lastKey: String?
  package var split: String?
  /// SHA-256 of what appended the shard; `nil` for the dataset's own pipeline.
  package var pipeline: String?
  /// Which inputs the shard's records were made from.
  package var inputs: [InputRange]

  package init(
    name: String, content: Content, count: Int, bytes: Int, sha256: String, schema: String? = nil,
    firstKey: String? = nil, lastKey: String? = nil, split: String? = nil,
    pipeline: String? = nil, inputs: [InputRange] = []
  ) {
    self.name = name
    self.content = content
    self.count = count
    self.bytes = bytes
    self.sha256 = sha256
    self.schema = schema
    self.firstKey = firstKey
    self.lastKey = lastKey
    self.split = split
    self.pipeline = pipeline
    self.inputs = inputs
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      name: try json.name("name"), content: try json.choice("content"),
      count: try json.count("count"), bytes: try json.count("bytes"),
      sha256: try json.digest("sha256"), schema: try json.optionalName("schema"),
      firstKey: try json.optionalName("first_key"), lastKey: try json.optionalName("last_key"),
      split: try json.optionalName("split"),
      pipeline: try json.has("pipeline") ? json.digest("pipeline") : nil,
      inputs: try json.array("inputs", InputRange.init(json:)))
  }

  package var json: JSON {
    .form([
      ("name", .string(name)), ("content", .string(content.rawValue)), ("count", .integer(count)),
      ("bytes", .integer(bytes)), ("sha256", .string(sha256)), ("schema", schema.map(JSON.string)),
      ("first_key", firstKey.map(JSON.string)), ("last_key", lastKey.map(JSON.string)),
      ("split", split.map(JSON.string)), ("pipeline", pipeline.map(JSON.string)),
      ("inputs", .forms(inputs)),
    ])
  }
}

/// Consecutive records of one input.
package struct InputRange: JSONForm {
  /// An archive or shard, by name.
  package var source: String
  /// Positions in it, from 0; the upper bound is not covered.
  package var positions: Range<Int>

  package init(source: String, positions: Range<Int>) {
    self.source = source
    self.positions = positions
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    let from = try json.count("from")
    let to = try json.count("to")
    guard from <= to else {
      let message = "expected at least \(from), found \(to)"
      throw Fault("record.conflict", message, at: Place(key: "to"))
    }
    self.init(source: try json.name("source"), positions: from..<to)
  }

  package var json: JSON {
    .form([
      ("source", .string(source)), ("from", .integer(positions.lowerBound)),
      ("to", .integer(positions.upperBound)),
    ])
  }
}
