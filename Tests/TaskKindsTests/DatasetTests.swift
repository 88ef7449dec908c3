import Foundations
import Geometry
import Imaging
import JSONText
import TaskKinds
import Testing

@Suite struct DatasetTests {
  private let plan = VisualSearch.Plan(
    seed: 5, scenes: [.train: 2, .test: 1], questionsPerScene: 2)
  private let photographs: [VisualSearch.Split: [VisualSearch.Photograph]] = [
    .train: [.init(name: "a.jpg", picture: Samples.photograph)],
    .test: [.init(name: "b.jpg", picture: Samples.picture(700, 300))],
  ]

  private func members(_ plan: VisualSearch.Plan, workers: Int) throws -> [(String, [UInt8])] {
    var members: [(String, [UInt8])] = []
    try VisualSearch.make(
      plan, photographs: photographs, icons: Samples.icons, workers: workers
    ) { members.append(($0, $1)) }
    return members
  }

  @Test func `the same seed leaves the same bytes on one worker and on three`() throws {
    let one = try members(plan, workers: 1)
    let three = try members(plan, workers: 3)
    #expect(one.map(\.0) == three.map(\.0))
    #expect(one.map(\.1) == three.map(\.1))
    var other = plan
    other.seed = 6
    #expect(try members(other, workers: 1).map(\.1) != one.map(\.1))
  }

  @Test func `a scene does not depend on how many there are`() throws {
    var longer = plan
    longer.scenes[.train] = 3
    let short = try members(plan, workers: 1)
    #expect(try members(longer, workers: 1)[1].1 == short[1].1)
  }

  @Test func `lines are in ViGoRL's layout and speak of their pictures`() throws {
    let made = try members(plan, workers: 1)
    #expect(
      made.map(\.0) == [
        "images/train-000000.jpg", "images/train-000001.jpg", "images/test-000000.jpg",
        "questions.jsonl",
      ])
    for (name, bytes) in made.dropLast() {
      #expect(try Picture.decode(bytes).size == VisualSearch.pictureSize, "\(name)")
    }
    let lines = try JSONLines.parse(made[3].1)
    #expect(lines.count == 6)
    var ids: Set<String> = []
    for line in lines {
      guard case .object(let record) = line else {
        Issue.record("a line is no object")
        continue
      }
      #expect(
        record.keys == [
          "id", "image", "conversations", "options", "answer_kind", "targets", "split", "photo",
        ])
      guard case .string(let id) = record["id"], case .string(let image) = record["image"],
        case .string(let split) = record["split"], case .string(let photo) = record["photo"],
        case .array(let turns) = record["conversations"], turns.count == 2,
        case .object(let human) = turns[0], case .string(let prompt) = human["value"],
        case .object(let answer) = turns[1], case .string(let text) = answer["value"],
        case .array(let options) = record["options"], case .string(let kind) = record["answer_kind"]
      else {
        Issue.record("a line lacks a field: \(line)")
        continue
      }
      ids.insert(id)
      #expect(id.hasPrefix(split) && image == "images/\(id.dropLast(2)).jpg")
      #expect(photo == (split == "train" ? "a.jpg" : "b.jpg"))
      #expect(human["from"] == "human" && answer["from"] == "gpt")
      #expect(prompt.hasPrefix("<image>\n"))
      let names = options.compactMap { if case .string(let name) = $0 { name } else { nil } }
      if kind == "option" {
        #expect(names.contains(text))
        #expect(prompt.hasSuffix("\nOptions: " + names.joined(separator: ", ")))
      } else {
        #expect(kind == "point-in-box" && names.isEmpty)
        #expect(text.hasPrefix("(") && text.split(separator: ", ").count == 4)
      }
    }
    #expect(ids.count == 6)
  }

  @Test func `a part without photographs is a fault`() {
    var plan = plan
    plan.scenes[.validation] = 1
    #expect {
      try members(plan, workers: 1)
    } throws: {
      ($0 as? Fault)?.code == "visual-search.photographs"
    }
  }

  @Test func `a folder without pictures is a fault that names it`() throws {
    let folder = "/tmp/scanpath-tests-\(UInt64.random(in: 0 ... .max))"
    try Files.makeFolder(folder)
    #expect {
      try VisualSearch.Photograph.load(folder: folder)
    } throws: {
      ($0 as? Fault)?.place.file == folder
    }
    #expect {
      try VisualSearch.Icons(folder: folder)
    } throws: {
      ($0 as? Fault)?.code == "visual-search.icons"
    }
  }
}
