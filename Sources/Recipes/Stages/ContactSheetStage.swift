internal import Foundations
internal import Imaging
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Draws a grid of pictures chosen at random, with their boxes, for the report; leaves no records.
struct ContactSheetStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  let pictures: Int
  let sheet: ContactSheet
  let quality: Int

  var needs: [StageNeed] { [.anyRecords(from: from)] }

  static let kind = StageCatalog.Kind(
    "contact-sheet", "draws a grid of pictures with their boxes for the report"
  ) { request, settings throws(Fault) in
    let pictures = try settings.int("pictures", default: 24, in: 1...400)
    let columns = try settings.int("columns", default: 6, in: 1...20)
    let cell = try settings.int("cell", default: 180, in: 32...512)
    let quality = try settings.int("quality", default: 85, in: 1...100)
    let from = try settings.optionalString("from")
    return ContactSheetStage(
      name: request.name, settings: .object(settings.resolved), from: from, pictures: pictures,
      sheet: ContactSheet(cell: cell, columns: columns), quality: quality)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let data = RunData(context)
    let kind = try data.kind(from: from)
    guard kind.hasQuestion else {
      throw Fault("sheet.kind", "stage \(name): a \(kind.rawValue) has no picture to draw")
    }
    var survey = RecordSurvey(kind, from: from, context)
    let order = RandomOrder(context.random.child("order"))
    var chosen: [(order: UInt64, position: Int)] = []
    try survey.run { json throws(Fault) in
      try kind.question(in: json).map { .word(order.of($0.id)) } ?? .null
    } deliver: { found, position in
      guard found != .null else { return }
      let place = try found.asWord
      if chosen.count == pictures, let last = chosen.last, place >= last.order { return }
      let index = chosen.firstIndex { $0.order > place } ?? chosen.count
      chosen.insert((place, position), at: index)
      if chosen.count > pictures { chosen.removeLast() }
    }
    let questions = try questions(at: Set(chosen.map(\.position)), of: kind, data)
    let sheet = sheet
    let tiles = try Lanes.map(questions.count, workers: context.workers) { index in
      let question = questions[index]
      let tile = try sheet.tile(question, file: data.picture(question.images[0].sha256))
      return (picture: tile, caption: "\(question.id) \(question.question)")
    }
    let drawn = sheet.sheet(tiles)
    try context.write(drawn.encodedJPEG(quality: quality), as: Self.path(name))
    survey.counts.output = survey.counts.input - survey.counts.quarantinedTotal
    survey.counts.make("pictures drawn", tiles.count)
    return survey.counts
  }

  /// The questions at some positions, in their order.
  private func questions(
    at positions: Set<Int>, of kind: RecordKind, _ data: RunData
  ) throws(Fault) -> [Question] {
    let stream = try data.stream(kind, from: from)
    var questions: [Question] = []
    var position = 0
    while questions.count < positions.count, let record = try stream.next() {
      if positions.contains(position), let question = try kind.question(in: record.json()) {
        questions.append(question)
      }
      position += 1
    }
    return questions
  }

  static func path(_ stage: String) -> String { "sheets/\(stage).jpg" }
}
