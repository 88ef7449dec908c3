import Autograd
import Foundation
import Prompting
import TensorCore
import Testing
import Tokenizing
import VisionLanguage

/// The commands that run a model, on a folder with weights from a formula: what it says makes no
/// sense, but the same each time.
@Suite struct ModelCommandTests {
  static let icon = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "samples/icons/house.png").path
  static let prompt = "It shows <|vision_start|><|image_pad|><|vision_end|>."

  /// A folder with a model, for the length of `body`.
  static func withModel(_ body: (String) throws -> Void) throws {
    let special: [SpecialToken] = [
      .endOfText, .imEnd, .imStart, .visionPad, .imagePad, .videoPad, .visionStart, .visionEnd,
    ]
    let tokenizer = try Tokenizer(
      vocabulary: (0..<256).map { [UInt8($0)] }, merges: Merges([]),
      added: SpecialToken.tokens(special, from: 256))
    let model = Model(Configuration())
    for (place, entry) in model.parameters.entries.enumerated() {
      let values = model.parameters.tensor(entry)
      for i in 0..<entry.count {
        values.pointer[i] = Float(0.3 * sin(0.37 * Double(i + 1) + 1.7 * Double(place + 1)))
      }
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ModelFolder(
      model: model,
      companions: ModelFolder.companions(
        tokenizer: tokenizer, domain: DomainCatalog.visualSearch, maxLength: 1024)
    ).save(to: folder)
    try body(folder)
  }

  static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `logits prints ids, grids, positions and the most probable of every place`() throws {
    try Self.withModel { folder in
      let result = try Program.run(
        "model", "logits", "--model", folder, "--image", Self.icon, "--prompt", Self.prompt,
        "--json", "--full")
      #expect(result.code == 0 && result.messages.isEmpty, "\(result.messages)")
      let facts = try Self.object(result.output)
      let ids = try #require(facts["input_ids"] as? [Int])
      #expect(ids == "It shows ".utf8.map(Int.init) + [262, 260, 260, 260, 260, 263, 46])
      #expect(facts["image_grid_thw"] as? [[Int]] == [[1, 4, 4]])
      let positions = try #require(facts["position_ids"] as? [[Int]])
      #expect(positions[0] == Array(0...9) + [10, 10, 10, 10, 12, 13])
      #expect(positions[1] == Array(0...9) + [10, 10, 11, 11, 12, 13])
      #expect(positions[2] == Array(0...9) + [10, 11, 10, 11, 12, 13])
      let top = try #require(facts["top"] as? [[[Double]]])
      #expect(top.count == ids.count && top.allSatisfy { $0.count == 20 })
      let logits = try #require(facts["logits"] as? [[Double]])
      #expect(logits.count == ids.count && logits.allSatisfy { $0.count == 512 })
      for (row, best) in zip(logits, top) { #expect(row[Int(best[0][0])] == row.max()) }
    }
  }

  @Test func `generate says the same each time, and another seed something else`() throws {
    try Self.withModel { folder in
      func ids(_ more: String) throws -> [Int] {
        let result = try Program.shell(
          "scanpath model generate --model \(folder) --image \(Self.icon) --json "
            + "--prompt '\(Self.prompt)' --max-tokens 12 \(more)")
        #expect(result.code == 0, "\(result.messages)")
        return try #require(try Self.object(result.output)["output_ids"] as? [Int])
      }
      let greedy = try ids("--temperature 0")
      #expect(!greedy.isEmpty && greedy.count <= 12)
      #expect(try ids("") == greedy)
      let sampled = try ids("--temperature 1 --seed 2")
      #expect(try ids("--temperature 1 --seed 2") == sampled)
      #expect(try ids("--temperature 1 --seed 3") != sampled)
    }
  }

  @Test func `ask draws and says why there is no answer`() throws {
    try Self.withModel { folder in
      let result = try Program.run(
        "ask", "--model", folder, "--image", Self.icon, "What is it?", "--options", "house, sun",
        "--max-tokens", "8", "--draw", "\(folder)/trace.png")
      #expect(result.code == 1 && result.messages.isEmpty, "\(result.messages)")
      #expect(result.output.contains("\nno answer: "))
      let drawn = try Data(contentsOf: URL(filePath: "\(folder)/trace.png"))
      #expect(drawn.starts(with: [0x89] + Array("PNG".utf8)))
    }
  }

  @Test func `what is wrong with a prompt is said and ends with 2`() throws {
    try Self.withModel { folder in
      let missing = try Program.run("model", "logits", "--model", folder, "--prompt", Self.prompt)
      #expect(missing.code == 2 && missing.output.isEmpty)
      #expect(missing.messages.contains("expected 0: one for every picture [prompt.pictures]"))
      let text = try Program.run("ask", "why?", "--model", folder, "--image", #filePath)
      #expect(text.code == 2)
      #expect(text.messages.hasPrefix("scanpath: error: \(#filePath): expected JPEG or PNG"))
    }
  }
}
