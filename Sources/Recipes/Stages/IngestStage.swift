internal import Archiving
internal import Foundations
internal import Imaging
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas

/// Reads archives of pictures with questions about them.
struct IngestStage: Stage {
  let name: String
  let settings: JSON
  /// Files and folders, or `-`; patterns are expanded.
  let archives: [String]
  /// The member with the annotations; nil: those that fit the layout.
  let annotations: String?
  /// nil: found by the names and first bytes of an archive's members.
  let layout: String?
  /// Where records have what they say; nil: under standard names.
  let mapping: FieldMapping?
  let domain: String
  let limits: IngestLimits
  /// nil: pictures keep their bytes.
  let resize: PictureResize?
  /// What later stages compare of pictures.
  let sameness: PictureSameness

  var inputs: [String] { archives }
  var version: Int { 9 }
  var keepsPictures: Bool { true }

  private static let automatic = "auto"

  func yields(taking kind: RecordKind?) -> [StageYield] { [.records(.question)] }

  static let kind = StageCatalog.Kind(
    "ingest", "reads pictures and questions from archives"
  ) { request, settings throws(Fault) in
    let archives = try ArchivePattern.expand(settings.strings("archives"))
    let layout = try settings.choice(
      "layout", of: [automatic] + LayoutCatalog.all.map(\.name), default: automatic)
    let annotations = try settings.optionalString("annotations")
    let mapping = try settings.mapping("mapping")
    let limits = try limits(&settings)
    let resize = try settings.optionalGroup("resize") { group throws(Fault) in
      try group.pictureResize()
    }
    // How near is near is asked of the stages that compare.
    let signatures = try settings.choice(
      "signatures", of: PictureSameness.words, default: "none")
    return IngestStage(
      name: request.name, settings: .object(settings.resolved), archives: archives,
      annotations: annotations, layout: layout == automatic ? nil : layout,
      mapping: mapping, domain: request.pipeline.domain, limits: limits, resize: resize,
      sameness: PictureSameness(signatures, NearDuplicates()))
  }

  private static func limits(_ settings: inout SettingsReader) throws(Fault) -> IngestLimits {
    let nesting = try settings.int("nesting", default: 2, in: 0...8)
    return try settings.group("limits") { limits throws(Fault) in
      var archive = ArchiveLimits()
      archive.memberBytes = try limits.bytes("member", default: 64 << 30)
      archive.ratio = try limits.count("ratio", default: archive.ratio)
      var picture = DecodeLimits.default
      picture.maxBytes = try limits.bytes("picture", default: picture.maxBytes)
      picture.maxPixels = try limits.count("pixels", default: picture.maxPixels)
      return IngestLimits(archive: archive, picture: picture, nesting: nesting)
    }
  }

  func run(_ context: StageContext) throws -> StageCounts {
    let contents = try ArchiveContents(
      of: archives.map { source($0, context) }, limits: limits, resize: resize,
      sameness: sameness, context)
    let drafts = ArchiveDrafts(contents, layout: layout, annotations: annotations, mapping: mapping)
    try Lanes.pulling { emit in
      try drafts.read(note: context.note, emit: emit)
    } _: { next in
      _ = try RunData(context).pass(to: .question, phase: "questions", pull: next) { piece in
        piece.count
      } _: { piece, batch in
        for draft in piece { try pass(draft, contents, &batch, context) }
      }
    }
    var counts = context.counts
    if drafts.bareArchives > 0 {
      counts.make("archives without annotations", drafts.bareArchives)
    }
    for (reason, count) in drafts.skippedTexts { counts.make("skipped texts (\(reason))", count) }
    if drafts.qualifiedIds > 0 { counts.make("qualified ids", drafts.qualifiedIds) }
    if let fault = drafts.firstFault {
      if counts.output == 0 { throw fault }
      context.miss("all annotations were read: \(fault)")
    }
    guard counts.input > 0 else {
      throw Fault(
        "ingest.empty", "the annotations hold no question", at: Place(file: archives.first))
    }
    return counts
  }

  private func source(_ archive: String, _ context: StageContext) -> ArchiveSource {
    archive == ArchivePattern.standardInput
      ? ArchiveSource(path: StandardInput.path(in: context.folder), name: "standard-input")
      : ArchiveSource(path: archive, name: archive)
  }

  private func pass(
    _ draft: ArchiveDraft, _ contents: ArchiveContents, _ batch: inout RecordBatch,
    _ context: StageContext
  ) throws {
    let entry: AnnotationEntry
    switch draft.content {
    case .entry(let found): entry = found
    case .refused(let fault): return batch.unit.refuse(fault)
    }
    batch.unit.counts.input += 1
    let question: Question
    do throws(Fault) {
      switch entry {
      case .draft(let found):
        question = try self.question(found, draft, contents, &batch, context)
        if let remark = found.remark { batch.make(remark) }
      case .bad(let fault): throw fault
      case .dropped(let reason): return batch.drop(reason)
      }
    } catch {
      // What is wrong with this machine is not the record's fault.
      if ["file.disk-full", "file.write"].contains(error.code) { throw error }
      let name = contents.archives[draft.archive].name
      return batch.quarantine(error.placed(in: Place(file: name, member: draft.member)))
    }
    try batch.keep(question.json)
  }

  private func question(
    _ draft: QuestionDraft, _ origin: ArchiveDraft, _ contents: ArchiveContents,
    _ batch: inout RecordBatch, _ context: StageContext
  ) throws(Fault) -> Question {
    do throws(Fault) {
      var pictures: [TakenPicture] = []
      var places: [(archive: Int, member: String)] = []
      for image in draft.images {
        switch image {
        case .member(let path):
          let found = try contents.picture(path, of: origin.member, in: origin.archive)
          pictures.append(found.picture)
          places.append((found.archive, found.member))
        case .bytes(let bytes, _):
          pictures.append(try contents.keep(picture: bytes))
          places.append((origin.archive, origin.member))
          batch.unit.leavesUnsyncedFiles()
        }
      }
      precondition(!pictures.isEmpty, "a draft has at least one picture")
      // What annotations say is said of the pictures as they came.
      let truth = try draft.truth(pictures[0].origin.size)
      var question = Question(
        id: draft.id, images: pictures.map(\.whole), question: draft.question,
        options: draft.options,
        answer: truth.answer, domain: domain,
        source: Files.name(of: contents.archives[origin.archive].name), split: draft.split,
        targets: truth.targets,
        provenance: Provenance(
          archive: Files.name(of: contents.archives[places[0].archive].name),
          member: places[0].member, sha256: pictures[0].origin.sha256,
          operators: ["ingest": String(version)],
          seed: Int(truncatingIfNeeded: context.options.seed)))
      try question.check()
      if resize == nil { return question }
      question = question.resized(to: pictures.map(\.medium))
      question.provenance = question.provenance.adding(
        operator: PictureResize.name, version: PictureResize.version)
      try question.check()
      return question
    } catch {
      throw error.placed(in: draft.place)
    }
  }
}
