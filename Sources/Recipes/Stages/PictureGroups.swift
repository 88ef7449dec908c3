internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// The pictures of a stream of questions, joined where they are the same.
struct PictureGroups {
  let table: PictureTable
  let groups: UnionFind
  /// How many questions there are.
  let questions: Int

  /// Pictures decoded in one unit of work.
  private static let cohort = 32

  /// Reads all questions and compares their pictures, unless only bytes are compared.
  ///
  /// Pictures of which no stage before left a signature are decoded in units of the stage. All
  /// signatures are left for later stages.
  ///
  /// - Parameters:
  ///   - read: what else is wanted of a question; called on many threads.
  ///   - take: gets it in the order of the questions, with the numbers of their pictures.
  init<T: Sendable>(
    _ source: QuestionSource, _ sameness: PictureSameness, _ context: StageContext,
    read: @Sendable (Question) throws -> T, take: (T, [Int]) throws -> Void
  ) throws {
    var table = try PictureTable(in: context.folder.work(context.stage))
    var questions = 0
    try source.stream().forEach(context) { stored in
      let question = try source.question(of: stored)
      let pictures = try question.images.map { image in
        guard let digest = Digest(image.sha256) else {
          throw Fault("record.value", "\(image.sha256) is no SHA-256", at: stored.place)
        }
        return digest
      }
      return (pictures, try read(question))
    } take: { pictures, value in
      questions += 1
      try take(value, pictures.map { try table.number(of: $0) })
    }
    if sameness != .bytes {
      let known = try Self.takeKnown(table, sameness, context)
      try Self.decodeOthers(table.count - known, of: table, sameness, context)
      try Self.leave(table, context)
    }
    groups = try table.groups(sameness, workers: context.workers)
    self.table = table
    self.questions = questions
  }

  private static func decodeOthers(
    _ count: Int, of table: PictureTable, _ sameness: PictureSameness, _ context: StageContext
  ) throws {
    let data = RunData(context)
    var next = 0
    /// The numbers of the pictures that are on their way.
    var waiting: [Int] = []
    try context.stream(phase: "signatures", total: count) {
      var names: [String] = []
      while names.count < cohort, next < table.count {
        if try table[next]?.serves(sameness) != true {
          waiting.append(next)
          names.append(try table.name(next).hexadecimal)
        }
        next += 1
      }
      return names.isEmpty ? nil : names
    } size: { names in
      names.count
    } _: { _, names in
      .array(
        try names.map { sha256 in
          do throws(Fault) {
            return try PictureSignature(of: data.picture(sha256), for: sameness).json
          } catch { throw error.placed(in: Place(file: data.picturePath(sha256))) }
        })
    } deliver: { _, value in
      for (number, json) in zip(waiting, try value.asArray) {
        try table.set(PictureSignature(json: json), of: number)
      }
      waiting.removeFirst(min(cohort, waiting.count))
    }
  }

  // MARK: Signatures between stages

  private static func leave(_ table: PictureTable, _ context: StageContext) throws {
    guard table.count > 0 else { return }
    var file = try SignatureLine.file(of: context)
    try table.forEach { name, signature in
      guard let signature else { return }
      let line = SignatureLine(sha256: name.hexadecimal, signature: signature)
      try file.write(line.json.bytes() + [0x0A])
    }
    context.adopt(SignatureLine.path(context.stage), try file.commit())
  }

  /// Takes the signatures that stages before left, as far as they serve; returns of how many pictures.
  private static func takeKnown(
    _ table: PictureTable, _ sameness: PictureSameness, _ context: StageContext
  ) throws -> Int {
    let left = Set(context.earlier.flatMap(context.outputs).map(\.path))
    var known = 0
    for path in context.earlier.reversed().map(SignatureLine.path) where left.contains(path) {
      if known == table.count { break }
      var file = try RecordFile(context.folder.path(path))
      while let stored = try file.next() {
        let line = try SignatureLine(json: stored.json())
        guard line.signature.serves(sameness), let digest = Digest(line.sha256),
          let number = try table.known(digest), try table[number] == nil
        else { continue }
        try table.set(line.signature, of: number)
        known += 1
      }
    }
    return known
  }
}

/// The questions that a stage reads: records of questions, or records that hold one.
struct QuestionSource: Sendable {
  let kind: RecordKind
  private let data: RunData
  private let source: String?

  /// - Parameter source: nil: the nearest stage that left questions.
  init(_ context: StageContext, from source: String?) throws(Fault) {
    data = RunData(context)
    self.source = source
    kind = source == nil ? .question : try data.kind(from: source)
  }

  static func needs(from source: String?) -> [StageNeed] {
    source == nil ? [.records([.question], from: nil)] : [.anyRecords(from: source)]
  }

  static func yields(taking kind: RecordKind?) -> [StageYield] {
    kind.map { [.records($0 == .rl ? .question : $0)] } ?? []
  }

  func stream() throws(Fault) -> RecordStream { try data.stream(kind, from: source) }

  func question(of stored: StoredRecord) throws(Fault) -> Question {
    switch kind {
    case .rl: try stored.record(as: RLRecord.self).question
    case .sft: try stored.record(as: SFTRecord.self).question
    case .tree: try stored.record(as: TreeRecord.self).question
    default: try stored.record()
    }
  }

  /// Passes the records through `body`; records of `rl` leave as questions.
  func pass(_ body: @Sendable (StoredRecord, inout RecordBatch) throws -> Void) throws
    -> StageCounts
  {
    try data.pass(kind, from: source, to: kind == .rl ? .question : kind, body)
  }

  /// Lets a record go on as it is.
  func keep(_ stored: StoredRecord, _ batch: inout RecordBatch) throws {
    if kind == .rl {
      try batch.keep(question(of: stored).json)
    } else {
      try batch.keep(line: stored.bytes)
    }
  }

  /// Lets a record go on with a changed question.
  func keep(
    _ stored: StoredRecord, _ batch: inout RecordBatch, edit: (inout Question) -> Void
  ) throws {
    switch kind {
    case .sft:
      var record = try stored.record(as: SFTRecord.self)
      edit(&record.question)
      try batch.keep(record.json)
    case .tree:
      var record = try stored.record(as: TreeRecord.self)
      edit(&record.question)
      try batch.keep(record.json)
    default:
      var question = try question(of: stored)
      edit(&question)
      try batch.keep(question.json)
    }
  }
}
