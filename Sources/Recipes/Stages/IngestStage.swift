internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Reads archives of pictures with questions about them.
struct IngestStage: Stage {
  let name: String
  let settings: JSON
  let archives: [String]
  /// The member with the annotations; nil: those that fit the layout.
  let annotations: String?
  /// nil: found by the names and first bytes of an archive's members.
  let layout: String?
  /// Where records have what they say; nil: under standard names.
  let mapping: FieldMapping?
  let domain: String

  var inputs: [String] { archives }
  var version: Int { 4 }

  private static let automatic = "auto"

  static let kind = StageCatalog.Kind(
    "ingest", "reads pictures and questions from archives"
  ) { request, settings throws(Fault) in
    let archives = try settings.strings("archives")
    let layout = try settings.choice(
      "layout", of: [automatic] + LayoutCatalog.all.map(\.name), default: automatic)
    let annotations = try settings.optionalString("annotations")
    let mapping = try settings.mapping("mapping")
    return IngestStage(
      name: request.name, settings: .object(settings.resolved), archives: archives,
      annotations: annotations, layout: layout == automatic ? nil : layout,
      mapping: mapping,
      domain: request.pipeline.domain)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    var counts = StageCounts()
    var questions: [Question] = []
    var ids: Set<String> = []
    for archive in archives {
      let content = try content(of: archive, context, &counts)
      let (layout, members) = try LayoutCatalog.find(
        in: content.members, of: archive, layout: layout, annotations: annotations,
        mapping: mapping)
      context.note("\(archive): \(layout.name)")
      for member in members {
        let place = Place(file: archive, member: member.path)
        do {
          try layout.drafts(of: member) { entry in
            counts.input += 1
            do throws(Fault) {
              let draft: QuestionDraft
              switch entry {
              case .draft(let found): draft = found
              case .bad(let fault): throw fault
              case .dropped(let reason): return counts.drop(reason)
              }
              if let remark = draft.remark { counts.make(remark, 1) }
              let question = try question(draft, content, member.path, context)
              guard ids.insert(question.id).inserted else {
                throw Fault(
                  "ingest.duplicate-id", "an earlier question has the same id",
                  at: Place(record: question.id))
              }
              questions.append(question)
              counts.output += 1
            } catch {
              counts.quarantined[error.code, default: 0] += 1
              context.quarantine(error.placed(in: place))
            }
          }
        } catch let fault as Fault { throw fault.placed(in: place) }
      }
    }
    guard counts.input > 0 else {
      throw Fault(
        "ingest.empty", "the annotations hold no question", at: Place(file: archives.first))
    }
    try RunData(context).leave(questions)
    return counts
  }

  private func content(
    of archive: String, _ context: StageContext, _ counts: inout StageCounts
  ) throws -> ArchiveContent {
    let data = RunData(context)
    let content = try ArchiveContent(
      path: archive, workers: context.workers, stop: context.stop
    ) { bytes throws(Fault) in _ = try data.keep(picture: bytes) }
    let good = content.pictures.values.count { (try? $0.get()) != nil }
    counts.make("pictures", good)
    let bad = content.pictures.count - good
    if bad > 0 { counts.make("bad members", bad) }
    return content
  }

  private func question(
    _ draft: QuestionDraft, _ content: ArchiveContent, _ annotations: String,
    _ context: StageContext
  ) throws(Fault) -> Question {
    do throws(Fault) {
      var media: [Medium] = []
      var members: [String] = []
      for image in draft.images {
        let (member, medium) = try picture(image, content, annotations, context)
        media.append(medium)
        members.append(member)
      }
      precondition(!media.isEmpty, "a draft has at least one picture")
      let truth = try draft.truth(media[0].size)
      let archive = Self.name(of: content.path)
      let question = Question(
        id: draft.id, images: media, question: draft.question, options: draft.options,
        answer: truth.answer, domain: domain, source: archive, split: draft.split,
        targets: truth.targets,
        provenance: Provenance(
          archive: archive, member: members[0], sha256: media[0].sha256,
          operators: ["ingest": String(version)],
          seed: Int(truncatingIfNeeded: context.options.seed)))
      try question.check()
      return question
    } catch {
      throw error.placed(in: draft.place)
    }
  }

  /// The member that holds a picture, and what the picture is.
  private func picture(
    _ image: DraftImage, _ content: ArchiveContent, _ annotations: String,
    _ context: StageContext
  ) throws(Fault) -> (member: String, medium: Medium) {
    switch image {
    case .member(let path): return try content.picture(path, of: annotations)
    case .bytes(let bytes, _):
      let medium = try ArchiveContent.medium(bytes)
      _ = try RunData(context).keep(picture: bytes)
      return (annotations, medium)
    }
  }

  /// The last part of a path.
  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
