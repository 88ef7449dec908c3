import Foundations
import JSONText
import Recipes
import Testing

@Suite struct PipelineFileTests {
  static let text = """
    # A comment.
    name: small
    seed: 7
    max-bad: 2%
    domain: screens
    stages:
      - split:  {train: 0.8, by: picture}
      - filter: {grounded: true}
      - filter:
      - write:  {dataset: sft, shard-size: 64MiB}
    """

  static func file(_ text: String = text, set: [String] = []) throws -> PipelineFile {
    try PipelineFile(bytes: Array(text.utf8), file: "small.yaml", overrides: set)
  }

  /// The fault of a bad text; an accepted one is an issue.
  static func fault(_ text: String = text, set: [String] = []) -> Fault? {
    do {
      _ = try file(text, set: set)
      Issue.record("accepted")
      return nil
    } catch { return error as? Fault }
  }

  static func changed(_ old: String, _ new: String) -> String { text.replacing(old, with: new) }

  @Test func `Keys, stages and defaults are read`() throws {
    let file = try Self.file()
    #expect(file.name == "small")
    #expect(file.seed == 7)
    #expect(file.maxBad == 0.02)
    #expect(file.model == .bundled)
    #expect(file.stages.map(\.name) == ["split", "filter", "filter-2", "write"])
    #expect(file.stages.map(\.kind) == ["split", "filter", "filter", "write"])
    #expect(file.stages[0].settings.json == ["train": 0.8, "by": "picture"])
    #expect(file.stages[2].settings.json == .null)
    #expect(file.stages[3].place == Place(file: "small.yaml", line: 10, column: 5))
  }

  @Test(arguments: [
    ("seed: 7", "sede: 7", "pipeline.unknown-key", 3, "did you mean \"seed\"?"),
    ("seed: 7", "seed: many", "pipeline.kind", 3, "must be an integer, found \"many\""),
    ("seed: 7", "seed: -1", "pipeline.range", 3, "at least 0, found -1"),
    ("max-bad: 2%", "max-bad: 120%", "pipeline.range", 4, "from 0 to 1"),
    ("domain: screens", "domain: screen", "pipeline.range", 5, "did you mean \"screens\"?"),
    ("name: small\n", "", "pipeline.missing-key", 2, "needs a setting \"name\""),
    ("seed: 7", "seed: 7\nseed: 8", "pipeline.syntax", 3, "given twice"),
    ("seed: 7", "seed: [7", "pipeline.syntax", 4, "no YAML"),
    ("- filter:\n", "- filter\n", "pipeline.stage", 9, "found \"filter\""),
    ("seed: 7", "model: {endpoint: x}", "pipeline.missing-key", 3, "\"model\""),
    ("seed: 7", "model: [1]", "pipeline.kind", 3, "found a list"),
    ("name: small", "name: a/b", "pipeline.name", 2, "cannot name a folder"),
  ])
  func `A wrong file is refused at its line`(
    old: String, new: String, code: String, line: Int, words: String
  ) throws {
    let fault = try #require(Self.fault(Self.changed(old, new)))
    #expect(fault.code == code)
    #expect(fault.place.file == "small.yaml")
    #expect(fault.place.line == line)
    #expect(fault.message.contains(words), "\(fault.message)")
  }

  @Test(arguments: ["", "- 1", "stages: {}", "name: x", "name: x\nstages: []", "{", "\t", "&a"])
  func `A text that is no pipeline is a fault`(text: String) {
    #expect(Self.fault(text) != nil)
  }

  @Test func `Settings of the command line reach the file and its stages`() throws {
    let file = try Self.file(set: [
      "seed=9", "filter-2.min-steps=3", "split.train=0.5", "model.endpoint=u", "model.model=m",
    ])
    #expect(file.seed == 9)
    #expect(file.stages[2].settings.json == ["min-steps": 3])
    #expect(file.stages[1].settings.json == ["grounded": true])
    #expect(file.stages[0].settings.json["train"] == 0.5)
    let model = try Self.file(
      Self.changed("seed: 7", "model: {endpoint: a, model: b}"), set: ["model.endpoint=u"]
    ).model
    #expect(model == .endpoint(url: "u", model: "b"))
  }

  @Test(arguments: [
    ("seed", "is no setting"), ("filtre.x=1", "did you mean \"filter\"?"),
    ("sede=4", "did you mean \"seed\"?"), ("seed.x=4", "below no map"),
    ("=4", "is no setting"), ("seed=[", "no YAML"),
  ])
  func `A wrong setting of the command line is refused in its own words`(
    text: String, words: String
  ) throws {
    let fault = try #require(Self.fault(set: [text]))
    #expect(fault.message.contains(words), "\(fault.message)")
  }

  @Test(arguments: [
    ("1", JSON.integer(1)), ("-2", -2), ("0.8", 0.8), ("1e-5", 1e-5), (".5", 0.5),
    ("true", true), ("null", .null), ("~", .null), ("", .null), ("yes", "yes"), ("off", "off"),
    ("0x10", "0x10"), ("nan", "nan"), ("1:30", "1:30"), ("'1'", "1"), ("\"true\"", "true"),
    ("2020-01-02", "2020-01-02"), ("64MiB", "64MiB"), ("[1, a]", JSON.array([1, "a"])),
  ])
  func `Scalars follow the core schema`(text: String, value: JSON) throws {
    let found = try YAMLText.parse(Array("key: \(text)".utf8), file: "a").json
    #expect(found == ["key": value])
  }
}
