import Archiving
import Foundations
import Geometry
import Imaging
import JSONText
import Schemas
import Shards

/// A small dataset of questions with real pictures, and ways to spoil it.
enum SmallDataset {
  static let size = Size(width: 40, height: 30)

  /// A picture of one colour with a square, of `size`.
  static func picture(_ index: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    for row in 0..<size.height {
      for column in 0..<size.width {
        let isIn = (5..<15).contains(row) && (5 + index..<15 + index).contains(column)
        pixels += isIn ? [250, UInt8(index), 0] : [0, 90, UInt8(index * 9)]
      }
    }
    return Picture(size: size, pixels: pixels).encodedPNG()
  }

  static func question(_ index: Int, picture: Int? = nil, split: String = "train") -> Question {
    let bytes = Self.picture(picture ?? index)
    let medium = Medium(
      sha256: SHA256.hexadecimal(of: bytes), format: .png, size: size, bytes: bytes.count)
    return Question(
      id: "q-\(index)", images: [medium], question: "Where is square \(index)?",
      answer: .pointInBox(Box(x0: 5, y0: 5, x1: 15, y1: 15)), domain: "screens", source: "squares",
      split: split, targets: [Target(label: "square", box: Box(x0: 5, y0: 5, x1: 15, y1: 15))],
      provenance: Provenance(
        archive: "squares.tar", member: "\(index).png", sha256: medium.sha256, seed: 1))
  }

  static func write(_ questions: [Question], pictures: [[UInt8]], to folder: String) throws {
    let writer = try DatasetWriter(
      folder: folder, dataset: "squares", records: .question,
      pipeline: String(repeating: "0", count: 64))
    for bytes in pictures { _ = try writer.add(picture: bytes, format: .png) }
    for question in questions { try writer.append(question, split: question.split) }
    _ = try writer.close()
  }

  static func write(to folder: String) throws {
    try write((0..<6).map { question($0) }, pictures: (0..<6).map(picture), to: folder)
  }

  // MARK: Spoiling

  static func flip(_ path: String, byte: Int) throws {
    var bytes = try Files.read(path)
    bytes[byte] ^= 0x10
    try Files.writeAtomically(bytes, to: path)
  }

  /// Writes the part anew with other lines, and makes its length and digest right.
  static func rewrite(_ folder: String, _ edit: (inout [String]) -> Void) throws {
    let name = "part-000000.jsonl.zst"
    var file = try RecordFile("\(folder)/\(name)")
    var lines: [String] = []
    while let line = try file.next() { lines.append(String(decoding: line.bytes, as: UTF8.self)) }
    edit(&lines)
    var writer = try SeekableZstdWriter("\(folder)/\(name)")
    for line in lines { try writer.append(Array("\(line)\n".utf8)) }
    try enter(try writer.commit(), folder, name)
  }

  /// Writes the pictures anew, and makes length and digest right.
  static func rewritePictures(_ folder: String, _ edit: (inout [(String, [UInt8])]) -> Void) throws
  {
    let name = "media-000000.tar"
    let bytes = try Files.read("\(folder)/\(name)")
    var members = try TarIndex.scan("\(folder)/\(name)").map { ($0.name, Array(bytes[$0.range])) }
    edit(&members)
    var writer = try TarWriter("\(folder)/\(name)")
    for (name, bytes) in members { _ = try writer.append(name, bytes) }
    try enter(try writer.commit(), folder, name)
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
