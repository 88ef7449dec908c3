internal import Foundations
internal import JSONText

/// One shard of mosaicml-streaming's MDS format, version 2.
///
/// The number of samples, the offset of every sample and of the end (all UInt32, little-endian), the
/// shard's configuration as JSON, then the samples. A sample is the lengths of its columns of
/// variable length (UInt32), then the columns, sorted by name.
struct MDSShard {
  /// Columns by name, with their encodings; all of ours have variable length.
  let columns: [(name: String, encoding: String)]
  let sizeLimit: Int
  /// As MDS names it, such as `zstd:3`; nil: none.
  let compression: String?
  let hashes: [String]
  private(set) var samples: [[UInt8]] = []
  private let configuration: [UInt8]
  /// What the shard measures when it is written.
  private(set) var bytes: Int

  /// - Parameter columns: sorted by name.
  init(
    columns: [(name: String, encoding: String)], sizeLimit: Int, compression: String?,
    hashes: [String]
  ) {
    self.columns = columns
    self.sizeLimit = sizeLimit
    self.compression = compression
    self.hashes = hashes
    configuration = Self.text(
      Self.json(columns, sizeLimit, compression, hashes, others: []))
    bytes = 8 + configuration.count
  }

  /// The bytes of a sample with one value for each column.
  static func sample(_ values: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.reduce(0) { $0 + $1.count + 4 })
    for value in values { put(UInt32(value.count), to: &bytes) }
    for value in values { bytes += value }
    return bytes
  }

  /// Whether the sample still fits below the limit; the first one always does.
  func hasRoom(for sample: [UInt8]) -> Bool {
    samples.isEmpty || bytes + sample.count + 4 <= sizeLimit
  }

  /// - Throws: `export.too-large` beyond what 32 bits can say.
  mutating func append(_ sample: [UInt8]) throws(Fault) {
    guard bytes + sample.count + 4 < 1 << 32 else {
      throw Fault("export.too-large", "a sample of \(sample.count) bytes does not fit an MDS shard")
    }
    samples.append(sample)
    bytes += sample.count + 4
  }

  /// The shard's file.
  func encoded() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes)
    Self.put(UInt32(samples.count), to: &output)
    var offset = 4 + 4 * (samples.count + 1) + configuration.count
    for sample in samples {
      Self.put(UInt32(offset), to: &output)
      offset += sample.count
    }
    Self.put(UInt32(offset), to: &output)
    output += configuration
    for sample in samples { output += sample }
    return output
  }

  /// What `index.json` says of the shard.
  ///
  /// - Parameter zip: of the compressed file, where there is one.
  func entry(raw: JSON, zip: JSON?) -> JSON {
    Self.json(
      columns, sizeLimit, compression, hashes,
      others: [
        ("raw_data", raw), ("samples", .integer(samples.count)), ("zip_data", zip ?? .null),
      ])
  }

  /// What `index.json` says of a file.
  static func file(_ name: String, _ bytes: [UInt8], hashes: [String]) -> JSON {
    let found = hashes.map { (key: $0, value: JSON.string(hash($0, bytes))) }
    return [
      "basename": .string(name), "bytes": .integer(bytes.count),
      "hashes": .object(JSONObject(found)),
    ]
  }

  private static func hash(_ name: String, _ bytes: [UInt8]) -> String {
    name == "xxh64" ? XXHash64.hexadecimal(of: bytes) : SHA256.hexadecimal(of: bytes)
  }

  private static func json(
    _ columns: [(name: String, encoding: String)], _ sizeLimit: Int, _ compression: String?,
    _ hashes: [String], others: [(key: String, value: JSON)]
  ) -> JSON {
    let members: [(key: String, value: JSON)] = [
      ("column_encodings", .array(columns.map { .string($0.encoding) })),
      ("column_names", .array(columns.map { .string($0.name) })),
      ("column_sizes", .array(columns.map { _ in .null })),
      ("compression", compression.map(JSON.string) ?? .null), ("format", "mds"),
      ("hashes", .array(hashes.map(JSON.string))), ("size_limit", .integer(sizeLimit)),
      ("version", 2),
    ]
    return .object(JSONObject((members + others).sorted { $0.key < $1.key }))
  }

  // MARK: Bytes

  /// The text that Python's `json.dumps` writes: a space after every comma and colon.
  static func text(_ json: JSON) -> [UInt8] {
    switch json {
    case .array(let elements):
      return [UInt8(ascii: "[")] + elements.map(text).joined(separator: ", ".utf8)
        + [UInt8(ascii: "]")]
    case .object(let object):
      let members = object.members.map { JSON.string($0.key).bytes() + ": ".utf8 + text($0.value) }
      return [UInt8(ascii: "{")] + members.joined(separator: ", ".utf8) + [UInt8(ascii: "}")]
    default: return json.bytes()
    }
  }

  private static func put(_ word: UInt32, to output: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      output.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
