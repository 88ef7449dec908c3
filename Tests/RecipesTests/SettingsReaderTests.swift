import Foundations
import JSONText
import Recipes
import Testing

@Suite struct SettingsReaderTests {
  static func reader(_ text: String) throws -> SettingsReader {
    try SettingsReader(YAMLText.parse(Array(text.utf8), file: "a.yaml"), of: "stage write")
  }

  @Test func `What may be left out is nil when absent or null, and checked when given`() throws {
    var reader = try Self.reader("a: 3\nb: null\nc: 0.5\nd: 10%\nf: -1\n")
    #expect(try reader.optionalInt("a") == 3 && reader.optionalInt("b") == nil)
    #expect(try reader.optionalDouble("c") == 0.5 && reader.optionalShare("d") == 0.1)
    #expect(try reader.optionalDouble("e") == nil && reader.optionalShare("g") == nil)
    #expect(reader.resolved == ["a": 3, "b": nil, "c": 0.5, "d": 0.1, "e": nil, "g": nil])
    #expect(throws: Fault.self) { try reader.optionalInt("f") }
  }

  @Test func `Every type is taken, and defaults are resolved`() throws {
    var reader = try Self.reader(
      """
      dataset: sft
      shard-size: 64MiB
      epochs: 3
      rate: 1e-5
      zoom: true
      kinds: [a, b]
      one: a
      weights: [1, 0.5]
      share: 10%
      """)
    #expect(try reader.string("dataset") == "sft")
    #expect(try reader.bytes("shard-size") == 64 << 20)
    #expect(try reader.int("epochs", in: 1...10) == 3)
    #expect(try reader.double("rate") == 1e-5)
    #expect(try reader.bool("zoom") == true)
    #expect(try reader.strings("kinds") == ["a", "b"])
    #expect(try reader.strings("one") == ["a"])
    #expect(try reader.doubles("weights") == [1, 0.5])
    #expect(try reader.share("share") == 0.1)
    #expect(try reader.choice("by", of: ["picture", "question"], default: "picture") == "picture")
    #expect(try reader.optionalString("from") == nil)
    #expect(try reader.int("depth", default: 10) == 10)
    try reader.finish()
    #expect(reader.resolved["shard-size"] == .integer(64 << 20))
    #expect(reader.resolved["depth"] == 10)
    #expect(reader.resolved["from"] == .null)
    #expect(reader.resolved.count == 12)
  }

  @Test func `A leftover key names the nearest that was asked for`() throws {
    var reader = try Self.reader("dataset: sft\nshard-szie: 3")
    _ = try reader.string("dataset")
    _ = try reader.bytes("shard-size", default: 1)
    #expect { try reader.finish() } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.code == "pipeline.unknown-key" && fault.place.line == 2
        && fault.place.column == 1
        && fault.message == "stage write has no setting \"shard-szie\"; "
          + "did you mean \"shard-size\"?"
    }
  }

  @Test(arguments: ["64MB", "64 MiB", "0.5KiB", "12", "12B"])
  func `Sizes have units`(text: String) throws {
    var reader = try Self.reader("size: \(text)")
    let known = ["64MB": 64_000_000, "64 MiB": 64 << 20, "0.5KiB": 512, "12": 12, "12B": 12]
    #expect(try reader.bytes("size") == known[text])
  }

  @Test(arguments: ["12 apples", "-3", "1.5", "MiB", "[1]", "true", ""])
  func `What is no size is refused`(text: String) throws {
    var reader = try Self.reader("size: \(text)")
    #expect { try reader.bytes("size") } throws: { ($0 as? Fault)?.code == "pipeline.kind" }
  }
}
