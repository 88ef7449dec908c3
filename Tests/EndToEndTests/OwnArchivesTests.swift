import Foundation
import Testing

/// The section "From your own archives" of the README, run as it is written.
@Suite struct OwnArchivesTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The blocks of code of a language in the section.
  static func blocks(_ language: String) throws -> [String] {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.components(separatedBy: "\n## From your own archives\n").last)
    let text = try #require(section.components(separatedBy: "\n## ").first)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  static let icons: [URL] = {
    let folder = root.appending(path: "samples/icons")
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).filter { $0.pathExtension == "png" }.sorted { $0.path < $1.path }
  }()

  /// A folder with the inputs that the stories speak of, for the length of `body`.
  static func withInputs(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["shards", "birds"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    try makeShards(folder)
    try makeStreet(folder)
    try makeBirds(folder.appending(path: "birds"))
    try body(folder)
  }

  /// Two shards of four samples.
  private static func makeShards(_ folder: URL) throws {
    for shard in 0..<2 {
      var members: [(String, Data)] = []
      for number in 0..<4 {
        let key = "00000\(shard * 4 + number)"
        members.append(("\(key).json", Data(#"{"caption": "picture \#(key)"}"#.utf8)))
        members.append(("\(key).png", try Data(contentsOf: icons[shard * 4 + number])))
      }
      try Packing.tar(members).write(to: folder.appending(path: "shards/00000\(shard).tar"))
    }
  }

  /// Five pictures, in each a dog, in one two cats.
  private static func makeStreet(_ folder: URL) throws {
    var members: [(String, Data)] = []
    var (images, annotations): ([String], [String]) = ([], [])
    func annotate(_ image: Int, _ category: Int) {
      annotations.append(
        """
        {"id": \(annotations.count), "image_id": \(image), "category_id": \(category), "bbox": [2, 3, 10, 8]}
        """)
    }
    for number in 0..<5 {
      members.append(("val/\(number).png", try Data(contentsOf: icons[number])))
      images.append(#"{"id": \#(number), "file_name": "\#(number).png"}"#)
      annotate(number, 1)
    }
    annotate(0, 2)
    annotate(0, 2)
    let text = """
      {"images": [\(images.joined(separator: ","))], "annotations": [\(annotations.joined(separator: ","))],
       "categories": [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]}
      """
    members.insert(("annotations/instances_val.json", Data(text.utf8)), at: 0)
    try Packing.zip(members).write(to: folder.appending(path: "street.zip"))
  }

  private static func makeBirds(_ folder: URL) throws {
    var rows = ["file,place,species"]
    for number in 0..<3 {
      try FileManager.default.copyItem(
        at: icons[number], to: folder.appending(path: "\(number).png"))
      rows.append("\(number).png,\"tree, \(number)\",wren")
    }
    let text = "\u{FEFF}" + rows.joined(separator: "\r\n") + "\r\n"
    try Data(text.utf8).write(to: folder.appending(path: "list.csv"))
  }

  @Test func `The stories run as the README writes them`() throws {
    try Self.withInputs { folder in
      for file in try Self.blocks("yaml") {
        let first = try #require(file.split(separator: "\n").first)
        #expect(file.split(separator: "\n").count <= 12)
        let name = first.dropFirst(2)
        try Data(file.utf8).write(to: folder.appending(path: String(name)))
      }
      let scripts = try Self.blocks("sh")
      #expect(scripts.count == 3)
      var outputs: [String] = []
      for script in scripts {
        let result = try Program.shell("set -e; cd '\(folder.path)'; \(script)")
        #expect(result.code == 0, "\(script)\(result.messages)")
        outputs.append(result.output)
      }
      #expect(outputs[0].contains("What does the picture show?"), "\(outputs[0])")
      #expect(outputs[1].contains("runs/street/datasets/street: valid, 5 records"), "\(outputs[1])")
      let chats = try String(
        contentsOf: folder.appending(path: "birds-chat/data.jsonl"), encoding: .utf8)
      #expect(chats.contains("Which bird is on the tree, 2?") && chats.contains("wren"))
    }
  }
}

/// Archives written byte by byte, as no tool is sure to be there.
enum Packing {
  static func tar(_ members: [(String, Data)]) -> Data {
    var archive = Data()
    for (name, data) in members {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at start: Int) {
        for (index, byte) in text.utf8.enumerated() { header[start + index] = byte }
      }
      let size = String(data.count, radix: 8)
      put(name, at: 0)
      for start in [100, 108, 116] { put("0000644", at: start) }
      put(String(repeating: "0", count: 11 - size.count) + size, at: 124)
      put("00000000000", at: 136)
      put("        0", at: 148)
      put("ustar\u{0}00", at: 257)
      let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
      put(String(repeating: "0", count: 6 - sum.count) + sum + "\0", at: 148)
      archive += header + data + Data(count: (512 - data.count % 512) % 512)
    }
    return archive + Data(count: 1024)
  }

  /// Stored, not deflated.
  static func zip(_ members: [(String, Data)]) -> Data {
    var (archive, directory) = (Data(), Data())
    for (name, data) in members {
      let sum = crc(data)
      let common =
        little(20, 2) + little(0, 8) + little(sum, 4) + little(data.count, 4)
        + little(data.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      directory += [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(0, 10)
      directory += little(archive.count, 4) + Data(name.utf8)
      archive += [0x50, 0x4B, 3, 4] + common + Data(name.utf8) + data
    }
    let start = archive.count
    let end =
      [0x50, 0x4B, 5, 6] + little(0, 4) + little(members.count, 2) + little(members.count, 2)
      + little(directory.count, 4) + little(start, 4) + little(0, 2)
    return archive + directory + end
  }

  private static func little(_ value: Int, _ bytes: Int) -> Data {
    Data((0..<bytes).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 })
  }

  private static func crc(_ data: Data) -> Int {
    var sum: UInt32 = .max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return Int(~sum)
  }
}
