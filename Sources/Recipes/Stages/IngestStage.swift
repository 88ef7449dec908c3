internal import Archiving
internal import Foundations
internal import Geometry
internal import Imaging
internal import JSONText
internal import Pipelines
internal import Schemas

/// Reads archives of pictures with questions in ViGoRL's layout.
struct IngestStage: Stage {
  let name: String
  let settings: JSON
  let archives: [String]
  let annotations: String
  let domain: String

  var inputs: [String] { archives }

  static let kind = StageCatalog.Kind(
    "ingest", "reads pictures and questions from archives"
  ) { request, settings throws(Fault) in
    let archives = try settings.strings("archives")
    let annotations = try settings.string("annotations", default: "questions.jsonl")
    return IngestStage(
      name: request.name, settings: .object(settings.resolved), archives: archives,
      annotations: annotations, domain: request.pipeline.domain)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    var counts = StageCounts()
    var questions: [Question] = []
    for archive in archives {
      let (media, lines) = try read(archive, context, &counts)
      for (number, line) in lines.enumerated() {
        counts.input += 1
        do throws(Fault) {
          questions.append(try question(line, archive, media, number + 1, context))
          counts.output += 1
        } catch {
          counts.quarantined[error.code, default: 0] += 1
          context.quarantine(error)
        }
      }
    }
    guard !questions.isEmpty else {
      throw Fault(
        "ingest.empty", "the archives hold no question in \(annotations)",
        at: Place(file: archives.first))
    }
    try RunData(context).leave(questions)
    return counts
  }

  /// Stores the pictures of an archive and returns what is known about them by member, with the
  /// lines of the annotations.
  private func read(
    _ archive: String, _ context: StageContext, _ counts: inout StageCounts
  ) throws -> (media: [String: Result<Medium, Fault>], lines: [JSON]) {
    var media: [String: Result<Medium, Fault>] = [:]
    var lines: [JSON]?
    let reader = try ArchiveReader(path: archive)
    while let member = try reader.next() {
      try context.stop.check()
      if member.refusal != nil { continue }
      let bytes = try reader.data()
      if member.path == annotations {
        lines = try JSONLines.parse(bytes, file: archive)
      } else {
        media[member.path] = Result { () throws(Fault) in try store(bytes, context) }
        counts.make("pictures")
      }
    }
    guard let lines else {
      throw Fault(
        "ingest.annotations", "the archive has no member \(annotations)", at: Place(file: archive))
    }
    return (media, lines)
  }

  /// Checks that a picture decodes, keeps its original bytes and describes it.
  private func store(_ bytes: [UInt8], _ context: StageContext) throws(Fault) -> Medium {
    let header = try Picture.header(of: bytes)
    _ = try Picture.decode(bytes)
    let sha256 = try RunData(context).keep(picture: bytes)
    return Medium(
      sha256: sha256, format: header.format == .jpeg ? .jpeg : .png, size: header.size,
      bytes: bytes.count)
  }

  private func question(
    _ line: JSON, _ archive: String, _ media: [String: Result<Medium, Fault>], _ number: Int,
    _ context: StageContext
  ) throws(Fault) -> Question {
    do throws(Fault) {
      let image = try line.string("image")
      guard let known = media[image] else {
        throw Fault("ingest.picture", "the archive has no picture \(image)")
      }
      let medium = try known.get()
      let turns = try line.required("conversations").asArray
      guard turns.count == 2 else {
        throw Fault(
          "ingest.conversation", "expected a question and an answer, found \(turns.count)")
      }
      var text = try turns[0].string("value")
      if text.hasPrefix("<image>\n") { text.removeFirst("<image>\n".count) }
      let options = line["options"] == nil ? [] : try line.strings("options")
      if let cut = text.firstRange(of: "\nOptions: "), !options.isEmpty {
        text = String(text[..<cut.lowerBound])
      }
      return Question(
        id: try line.string("id"), images: [medium], question: text, options: options,
        answer: try answer(line, try turns[1].string("value"), medium.size), domain: domain,
        source: Self.name(of: archive),
        split: try line.optional("split") { value throws(Fault) in
          try value.asString
        },
        targets: try targets(line, medium.size),
        provenance: Provenance(
          archive: Self.name(of: archive), member: image, sha256: medium.sha256,
          operators: ["ingest": "1"], seed: Int(truncatingIfNeeded: context.options.seed)))
    } catch {
      throw error.placed(in: Place(file: archive, record: line["id"]?.description, line: number))
    }
  }

  /// `answer_kind` says how the answer is checked; without it, a box is a place and a text with
  /// options one of them.
  private func answer(_ line: JSON, _ text: String, _ size: Size) throws(Fault) -> Answer {
    let kind = try line["answer_kind"]?.asString
    let numbers = text.split { "(), ".contains($0) }.compactMap { Double($0) }
    if kind == "point-in-box" || kind == nil && numbers.count == 4 {
      guard numbers.count == 4 else {
        throw Fault("ingest.answer", "expected (x0, y0, x1, y1), found \(text)")
      }
      let box = Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3])
      try box.check(in: size)
      return .pointInBox(box)
    }
    return line["options"] == nil ? .text(text) : .option(text)
  }

  /// The last part of a path.
  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private func targets(_ line: JSON, _ size: Size) throws(Fault) -> [Target] {
    guard let list = line["targets"] else { return [] }
    return try list.elements { target throws(Fault) in
      let numbers = try target.required("box").elements { value throws(Fault) in
        try value.asDouble
      }
      guard numbers.count == 4 else { throw Fault("ingest.target", "a box has four numbers") }
      let box = Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3])
      try box.check(in: size)
      return Target(label: try target.string("label"), box: box)
    }
  }
}
