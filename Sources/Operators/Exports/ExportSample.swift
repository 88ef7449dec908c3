internal import Foundations
internal import Geometry
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

  /// - Throws: `export.kind` for a record that is no question, rl or sft one; faults of its form and
  ///   of its domain.
  init(_ stored: StoredRecord, _ settings: ExportSettings) throws(Fault) {
    let json = try stored.json()
    do throws(Fault) {
      switch RecordValidation.kind(of: json) {
      case .question:
        question = try Question(json: json)
        chains = []
      case .rl:
        question = try RLRecord(json: json).question
        chains = []
      case .sft:
        let record = try SFTRecord(json: json)
        question = record.question
        chains = record.chains
      default:
        throw Fault("export.kind", "only question, rl and sft records are exported")
      }
      domain = try DomainCatalog.named(question.domain)
      places = try ExportPlaces(of: question.images[0].size, domain, settings)
      record = json
    } catch {
      throw error.placed(in: stored.place(of: json))
    }
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

  func chat(_ chain: Chain) throws(Fault) -> ExportChat { try ExportChat(chain.segments, places) }
}
