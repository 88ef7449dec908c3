import Archiving
import Foundations
import Imaging
import JSONText
import Operators
import Pipelines
import Schemas
import Synchronization
import Testing

/// Which pictures and annotations of an archive belong together.
@Suite struct ArchiveContentsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A stage that looks at archives.
  struct Look: Stage {
    let name = "look"
    let settings: JSON = [:]
    let archives: [String]
    let body: @Sendable (ArchiveContents) throws -> Void

    func run(_ context: StageContext) throws -> StageCounts {
      let limits = IngestLimits(archive: ArchiveLimits(), picture: .default, nesting: 2)
      try body(
        ArchiveContents(
          of: archives.map { ArchiveSource(path: $0, name: $0) }, limits: limits, context))
      return context.counts
    }
  }

  /// Looks at archives of pictures and texts; what was set aside is counted.
  @discardableResult
  func look(
    _ archives: [(String, [UInt8])]..., body: @escaping @Sendable (ArchiveContents) throws -> Void
  ) throws -> [String: Int] {
    var paths: [String] = []
    for members in archives {
      paths.append(scratch.path + "/\(paths.count).tar")
      var writer = try TarWriter(paths[paths.count - 1])
      for (name, bytes) in members { _ = try writer.append(name, bytes) }
      _ = try writer.commit()
    }
    let folder = try RunFolder(path: scratch.path + "/run-\(UInt64.random(in: 0 ... .max))")
    let runner = try Runner(
      folder: folder, pipeline: [:], root: [:], stages: [Look(archives: paths, body: body)],
      options: RunOptions(seed: 1, workers: 2))
    return try runner.run()[0].counts.made
  }

  static let picture = SmallDataset.picture(1)

  @Test(arguments: [
    ("a.png", "x.json", "a.png"), ("a.png", "data/x.json", "data/a.png"),
    ("b.png", "data/x.json", "deep/b.png"), ("deep/b.png", "x.json", "deep/b.png"),
    ("images/c.png", "data/x.json", "other/images/c.png"),
  ])
  func `A picture is found beside the annotations, by its path, or by its end`(
    image: String, annotations: String, member: String
  ) throws {
    let names = ["a.png", "data/a.png", "deep/b.png", "other/images/c.png", "data/c.png"]
    try look(names.map { ($0, Self.picture) }) { contents throws in
      #expect(try contents.picture(image, of: annotations, in: 0).member == member)
    }
  }

  @Test(arguments: [
    ("../deep/b.png", "data/x.json", "deep/b.png"), ("./a.png", "data/x.json", "data/a.png"),
    ("x/../../deep/.//b.png", "data/x.json", "deep/b.png"),
    ("deep/../a.png", "x.json", "a.png"), ("../a.png", "in.tar!/d/x.json", "in.tar!/a.png"),
    ("deep\\b.png", "x.json", "deep/b.png"), ("..\\deep\\b.png", "data/x.json", "deep/b.png"),
    ("d\\e.png", "x.json", "d\\e.png"), ("../../a.png", "data/x.json", nil),
    ("../a.png", "x.json", nil), ("../a.png", "in.tar!/x.json", nil), ("/a.png", "x.json", nil),
    ("..\\a.png", "x.json", nil),
  ])
  func `Dots in a path are resolved inside of the archive, backslashes are slashes at last`(
    image: String, annotations: String, member: String?
  ) throws {
    let names = ["a.png", "data/a.png", "deep/b.png", "in.tar!/a.png", "d/e.png", "d\\e.png"]
    try look(names.map { ($0, Self.picture) }) { contents throws in
      do throws(Fault) {
        #expect(try contents.picture(image, of: annotations, in: 0).member == member)
      } catch {
        #expect(member == nil && error.code == "ingest.picture")
        #expect(error.message.hasSuffix("no picture \(image)"))
      }
    }
  }

  @Test func `A picture that is not there, or can be two, is a fault`() throws {
    try look([("a/c.png", Self.picture), ("b/c.png", Self.picture)]) { contents throws in
      for image in ["c.png", "d.png"] {
        #expect { try contents.picture(image, of: "x.json", in: 0) } throws: {
          ($0 as? Fault)?.code == "ingest.picture"
        }
      }
    }
  }

  @Test(arguments: [
    ("2.png", "train/labels/a.json", nil), ("2.png", "labels/train.json", nil),
    ("images/2.png", "labels/train.json", nil), ("2.png", "labels/val.json", true),
    ("2.png", "labels/all.json", true), ("val/images/2.png", "train/a.json", true),
    ("../val/images/2.png", "train/a.json", true),
  ])
  func `A picture in the folder of another split is not taken`(
    image: String, annotations: String, isFound: Bool?
  ) throws {
    try look([("train/images/1.png", Self.picture), ("val/images/2.png", Self.picture)]) {
      contents throws in
      do throws(Fault) {
        let found = try contents.picture(image, of: annotations, in: 0).member
        #expect(found == "val/images/2.png" && isFound == true)
      } catch { #expect(isFound == nil && error.message.hasSuffix("is of another split")) }
    }
  }

  @Test func `A picture of other annotations of the same name is not taken`() throws {
    try look(
      [
        ("left/2.png", Self.picture), ("left/meta.csv", []), ("right/1.png", Self.picture),
        ("right/meta.csv", []), ("more/3.png", Self.picture),
      ],
      [("4.png", Self.picture), ("deep/5.png", Self.picture), ("deep/left/meta.csv", [])]
    ) { contents throws in
      func found(_ image: String, _ annotations: String = "left/meta.csv") throws -> String {
        try contents.picture(image, of: annotations, in: 0).member
      }
      #expect(try found("2.png") == "left/2.png")
      #expect(try found("../right/1.png") == "right/1.png")
      #expect(try found("3.png") == "more/3.png")
      #expect(try found("1.png", "left/other.csv") == "right/1.png")
      #expect(try found("4.png") == "4.png")
      #expect {
        try found("1.png")
      } throws: {
        ($0 as? Fault)?.message.hasSuffix("right/1.png is of right/meta.csv beside it") == true
      }
    }
    try look([("1.png", Self.picture), ("a.csv", [])], [("2.png", Self.picture), ("a.csv", [])]) {
      contents throws in
      #expect {
        try contents.picture("2.png", of: "a.csv", in: 0)
      } throws: {
        ($0 as? Fault)?.message.hasSuffix("2.png is of a.csv beside it") == true
      }
    }
  }

  @Test func `A picture is found by the end of a long path among many of its name`() throws {
    let names = ["x", "y"].flatMap { top in (0..<3).map { "\(top)/\($0)/deep/\($0)/image.png" } }
    try look(names.map { ($0, Self.picture) }) { contents throws in
      let found = try contents.picture("y/1/deep/1/image.png", of: "a/q.json", in: 0)
      #expect(found.member == names[4])
      #expect {
        try contents.picture("2/image.png", of: "a/q.json", in: 0)
      } throws: {
        ($0 as? Fault)?.message.contains("can be x/2/deep/2/image.png, y/2/deep") == true
      }
      #expect(throws: Fault.self) { try contents.picture("1/2/image.png", of: "q.json", in: 0) }
    }
  }

  @Test func `A picture may be in another archive than its annotations`() throws {
    try look(
      [("a.png", Self.picture), ("x/c.png", Self.picture)],
      [("a.png", Self.picture), ("b.png", Self.picture)], []
    ) { contents throws in
      #expect(try contents.picture("a.png", of: "q.json", in: 1).archive == 1)
      #expect(try contents.picture("b.png", of: "q.json", in: 0).archive == 1)
      #expect(try contents.picture("c.png", of: "q.json", in: 2).member == "x/c.png")
      #expect {
        try contents.picture("a.png", of: "q.json", in: 2)
      } throws: {
        ($0 as? Fault)?.message.contains("can be a.png, a.png") == true
      }
    }
  }

  @Test func `Texts named like pictures, cut pictures and links say what they are`() throws {
    let made = try look([
      ("text.jpg", Array("hello".utf8)), ("cut.png", Array(Self.picture.dropLast(20))),
      ("README", Array("hello".utf8)), ("none.png", []), ("good", Self.picture),
    ]) { contents throws in
      let codes = ["text.jpg", "cut.png", "none.png"].map { name -> String in
        do throws(Fault) {
          _ = try contents.picture(name, of: "x.json", in: 0)
          return "good"
        } catch {
          #expect(error.place == Place(file: contents.archives[0].path, member: name))
          return error.code
        }
      }
      #expect(codes == ["image.unknown-format", "image.truncated", "image.empty"])
      #expect(
        try contents.picture("good", of: "x.json", in: 0).picture.medium.size == SmallDataset.size)
    }
    #expect(
      made == [
        "pictures": 1, "other members": 1, "refused image.unknown-format": 1,
        "refused image.truncated": 1, "refused image.empty": 1,
      ])
  }

  @Test func `A text is read back as it was, whatever its length`() throws {
    let long = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 >> 7) }
    let path = scratch.path + "/text.zst"
    var writer = try SeekableZstdWriter(path)
    for start in stride(from: 0, to: long.count, by: 1000) {
      try writer.append(Array(long[start..<start + 1000]))
    }
    _ = try writer.commit()
    let members = [
      ("a.json", Array("[1]".utf8)), ("long.jsonl", long), ("k/s.json", Array("{}".utf8)),
      ("k/s.png", Self.picture), ("c.jsonl.zst", try Files.read(path)), ("empty.json", []),
    ]
    try look(members) { contents throws in
      let texts = try contents.texts(of: 0)
      #expect(
        texts.map(\.path) == ["a.json", "long.jsonl", "k/s.json", "c.jsonl.zst", "empty.json"])
      func bytes(_ text: SpooledMember) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try text.pieces { bytes += $0 }
        return bytes
      }
      #expect(try bytes(texts[0]) == Array("[1]".utf8))
      #expect(try bytes(texts[1]) == long && texts[1].head() == Array(long.prefix(1 << 16)))
      #expect(try bytes(texts[3]) == long && texts[3].head() == Array(long.prefix(1 << 16)))
      #expect(try bytes(texts[4]) == [] && texts[4].head() == [])
      #expect(try texts[0].beside("k/s.json") == Array("{}".utf8))
      #expect(try texts[0].beside("k/s.png") == nil && texts[0].beside("s.json") == nil)
      #expect(
        texts[0].siblings("k/s") == [
          AnnotationSibling(path: "k/s.json", position: 2, isPicture: false),
          AnnotationSibling(path: "k/s.png", position: 3, isPicture: true),
        ])
    }
  }

  @Test func `The layout is found by names and first bytes`() throws {
    func name(_ members: [(String, String)], layout: String? = nil, annotations: String? = nil)
      throws -> String
    {
      let found = Mutex("")
      try look(members.map { ($0.0, Array($0.1.utf8)) }) { contents throws in
        let (layout, members) = try LayoutCatalog.find(
          in: contents.texts(of: 0), of: "a.tar", layout: layout, annotations: annotations)
        found.withLock { $0 = layout.name + members.map { " " + $0.path }.joined() }
      }
      return found.withLock { $0 }
    }
    let screens = #"[{"image": "a", "instruction": "i", "bbox": [1, 2, 3, 4]}]"#
    #expect(try name([("q.jsonl", LayoutTests.line), ("x.json", "{}")]) == "vigorl q.jsonl")
    #expect(
      try name([("x.json", " " + screens), ("y.json", screens), ("z.json", "{}")])
        == "screenspot x.json y.json")
    #expect(
      try name([("d/test/questions.json", "[["), ("x.json", "{}")])
        == "easy-vqa d/test/questions.json")
    #expect(try name([("questions.json", screens)]) == "screenspot questions.json")
    #expect(
      try name([("a.json", screens), ("b.json", screens)], annotations: "b.json")
        == "screenspot b.json")
    #expect(
      try name([("a.txt.json", "[[")], layout: "easy-vqa", annotations: "a.txt.json")
        == "easy-vqa a.txt.json")
    for members in [[("README", "a")], [("x.json", "{}")], []] {
      #expect { try name(members) } throws: { ($0 as? Fault)?.code == "ingest.annotations" }
    }
  }
}
