internal import Foundations
internal import Geometry
internal import Imaging
internal import JSONText
internal import Prompting
internal import Schemas
internal import Shards

/// A record of a dataset, read for an export.
struct ExportSample: Sendable {
  let question: Question
  /// Empty for questions without chains.
  let chains: [Chain]
  let domain: Domain
  let places: ExportPlaces
  /// The whole record.
  let record: JSON

  /// - Throws: `export.kind` for a record that is no question, rl or sft one; `export.size`; faults
  ///   of its form, of what it says and of its domain.
  init(_ stored: StoredRecord, _ settings: ExportSettings) throws(Fault) {
    let json = try stored.json()
    do throws(Fault) {
      switch RecordValidation.kind(of: json) {
      case .question:
        question = try Self.checked(Question.self, json)
        chains = []
      case .rl:
        question = try Self.checked(RLRecord.self, json).question
        chains = []
      case .sft:
        let record = try Self.checked(SFTRecord.self, json)
        question = record.question
        chains = record.chains
      default:
        throw Fault("export.kind", "only question, rl and sft records are exported")
      }
      for size in question.images.map(\.size) where max(size.width, size.height) > Self.longest {
        throw Fault("export.size", "no picture file can have \(size) pixels")
      }
      domain = try DomainCatalog.named(question.domain)
      places = try ExportPlaces(of: question.images[0].size, domain, settings)
      record = json
    } catch {
      throw error.placed(in: stored.place(of: json))
    }
  }

  /// The longest side that the header of a PNG can announce.
  private static let longest = Int(Int32.max)

  private static func checked<R: Record>(_ type: R.Type, _ json: JSON) throws(Fault) -> R {
    let record = try R(json: json)
    try record.check()
    return record
  }

  /// The question's record as a text of JSON, from which `ingest` makes the same question again.
  var scanpath: JSON { .string(question.json.description) }

  // MARK: The truth

  var answerKind: String {
    switch question.answer {
    case .option: "option"
    case .text: "text"
    case .pointInBox: "point-in-box"
    }
  }

  /// The truth as a checker wants it: a text, or a box as `[x0, y0, x1, y1]` in the frame.
  var truth: String {
    switch question.answer {
    case .option(let text), .text(let text): text
    case .pointInBox(let box): Self.numbers(places.numbers(of: box)).description
    }
  }

  /// The truth as an answer that is right: a text, or the middle of the box.
  var answer: String {
    switch question.answer {
    case .option(let text), .text(let text): text
    case .pointInBox(let box): places.text(of: box.center)
    }
  }

  /// The box of the truth in the frame; empty if it has none.
  var box: JSON {
    guard case .pointInBox(let box) = question.answer else { return [] }
    return Self.numbers(places.numbers(of: box))
  }

  /// Numbers that every reader takes for the same type.
  private static func numbers(_ values: [Double]) -> JSON { .array(values.map(JSON.number)) }

  // MARK: Dialogue

  /// The system message and the question.
  func prompt() throws(Fault) -> ExportChat {
    try ExportChat([try domain.prompt(for: question)], places)
  }

  /// - Throws: `export.picture` if the chain shows what cannot be rendered.
  func chat(_ chain: Chain) throws(Fault) -> ExportChat {
    for reference in chain.segments.flatMap(\.media) { try check(reference) }
    return try ExportChat(chain.segments, places)
  }

  // MARK: Pictures

  /// The longest side of what is rendered: more than a model sees, and 200 MB at most.
  private static let longestRendered = 8192

  private func check(_ reference: MediaReference) throws(Fault) {
    guard size(of: reference.sha256) != nil else {
      throw Fault("export.picture", "a chain shows a picture that is none of the question's")
    }
    let size = reference.crop?.output ?? reference.size
    if reference.crop == nil, let whole = self.size(of: reference.sha256) {
      let view = try domain.view(of: whole)
      guard size == view else {
        throw Fault(
          "export.picture",
          "a chain shows its picture in \(size) pixels, the domain \(domain.name) in \(view); its "
            + "coordinates are of another frame")
      }
    }
    guard max(size.width, size.height) <= Self.longestRendered else {
      throw Fault(
        "export.picture",
        "a chain shows a picture of \(size) pixels, allowed are \(Self.longestRendered) a side")
    }
    guard let edges = reference.crop?.edges else { return }
    guard edges[0] < edges[2], edges[1] < edges[3] else {
      throw Fault("export.picture", "a chain shows a crop without a whole pixel")
    }
  }

  /// Decodes the file of one of the question's pictures.
  ///
  /// - Throws: `export.picture` if it has not the size that the question says.
  func picture(_ sha256: String, _ file: [UInt8]) throws(Fault) -> Picture {
    let picture = try Picture.decode(file)
    try check(sha256, picture.size)
    return picture
  }

  /// - Throws: `export.picture` if a file has not the size that the question says.
  func check(_ sha256: String, _ file: [UInt8]) throws(Fault) {
    try check(sha256, Picture.header(of: file).size)
  }

  private func check(_ sha256: String, _ found: Size) throws(Fault) {
    guard size(of: sha256) != found else { return }
    throw Fault("export.picture", "the file has \(found) pixels, its record says otherwise")
  }

  private func size(of sha256: String) -> Size? {
    question.images.first { $0.sha256 == sha256 }?.size
  }
}
