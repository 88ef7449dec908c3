import Archiving
import Foundations
import JSONText
import Schemas
import Shards

/// A dataset of questions that do not compress, two of them about each picture, and ways to spoil it.
enum Fixture {
  static let count = 40
  static let pipeline = String(repeating: "0123456789abcdef", count: 4)

  static func key(_ index: Int) -> String { "q-\(index)" }

  static func picture(_ index: Int) -> [UInt8] {
    var random = CounterRandom(seed: 1).child(index / 2)
    return (0..<300 + index).map { _ in UInt8(truncatingIfNeeded: random.next()) }.prefix(300)
      + [UInt8(index / 2)]
  }

  static func format(_ index: Int) -> Medium.Format { index / 2 % 3 == 0 ? .png : .jpeg }

  static func record(_ index: Int) -> JSON {
    var random = CounterRandom(seed: 2).child(index)
    let text = (0..<12).map { _ in String(random.next(), radix: 36) }.joined(separator: " ")
    let digest = SHA256.hexadecimal(of: picture(index))
    return [
      "kind": "question", "version": 1, "id": .string(key(index)),
      "images": [
        [
          "sha256": .string(digest), "format": .string(format(index).rawValue), "width": 640,
          "height": 480, "bytes": 301,
        ]
      ], "question": .string(text), "options": [], "answer": ["kind": "text", "text": "red"],
      "domain": "visual-search", "source": "photos", "targets": [],
      "provenance": [
        "archive": "photos.tar", "member": "a.jpg", "sha256": .string(digest), "operators": [:],
        "seed": 7,
      ],
    ]
  }

  /// Opens the dataset in `folder` and writes what is not committed yet.
  static func write(
    _ folder: String, shardBytes: Int = 2500, indexedFrom: Int = 20_000,
    reach: @escaping (DatasetWriter.Moment) throws(Fault) -> Void = { _ in }
  ) throws(Fault) {
    let writer = try DatasetWriter(
      folder: folder, dataset: "photos", records: .question, pipeline: pipeline,
      shardBytes: shardBytes, indexedFrom: indexedFrom, reach: reach)
    for index in writer.committed..<count {
      _ = try writer.add(picture: picture(index), format: format(index))
      let input = InputRange(source: "photos.tar", positions: index..<index + 1)
      try writer.append(try Question(json: record(index)), split: "train", input: input)
    }
    _ = try writer.close()
  }

  /// The bytes of all files by name.
  static func files(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try Files.names(in: folder) { files[name] = try Files.read("\(folder)/\(name)") }
    return files
  }

  // MARK: Spoiling

  static func flip(_ path: String, byte: Int) throws {
    var bytes = try Files.read(path)
    bytes[byte] ^= 0x10
    try Files.writeAtomically(bytes, to: path)
  }

  /// Writes a part anew with other lines, and makes its length and digest right in the manifest.
  static func rewrite(_ folder: String, _ name: String, _ edit: (inout [String]) -> Void) throws {
    var stream = try SeekableZstdReader("\(folder)/\(name)").stream()
    var content: [UInt8] = []
    while let piece = try stream.next() { content += piece }
    var lines = String(decoding: content, as: UTF8.self).split(separator: "\n").map(String.init)
    edit(&lines)
    var writer = try SeekableZstdWriter("\(folder)/\(name)", frameBytes: 2500)
    for line in lines { try writer.append(Array("\(line)\n".utf8)) }
    try enter(try writer.commit(), folder, name)
  }

  /// Writes a media shard anew without one member, and makes its length and digest right.
  static func remove(_ folder: String, _ name: String, member: Int) throws -> String {
    let path = "\(folder)/\(name)"
    var members = try TarIndex.scan(path)
    let bytes = try Files.read(path)
    let removed = members.remove(at: member).name
    var writer = try TarWriter(path)
    for member in members { _ = try writer.append(member.name, Array(bytes[member.range])) }
    try enter(try writer.commit(), folder, name)
    return removed
  }

  private static func enter(
    _ written: OutputFile.Written, _ folder: String, _ name: String
  ) throws {
    let path = "\(folder)/manifest.json"
    var manifest = try Manifest(json: try JSON.parse(try Files.read(path)))
    for index in manifest.shards.indices where manifest.shards[index].name == name {
      manifest.shards[index].bytes = written.bytes
      manifest.shards[index].sha256 = written.sha256
    }
    try Files.writeAtomically(manifest.json.bytes(pretty: true), to: path)
    let lines = JSONLines.bytes(of: manifest.shards.map(\.json))
    try Files.writeAtomically(lines, to: "\(folder)/manifest.jsonl")
  }
}
