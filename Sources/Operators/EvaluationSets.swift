internal import Archiving
package import Foundations
internal import Imaging
internal import JSONText
internal import Schemas
internal import Shards

/// What an evaluation set gave to compare with, and what it did not.
package struct EvaluationTally: Sendable {
  /// Records and pictures that are compared.
  package var compared = 0
  /// Records without a word to compare, and without a picture of their own.
  package var wordless = 0
  /// Pictures that cannot be decoded.
  package var undecoded = 0
  /// Records and members that cannot be read.
  package var unread = 0
  /// Why the first of them cannot.
  package var fault: Fault?
}

/// A set that is being read.
struct EvaluationSet {
  let path: String
  let parts: QuestionText
  let stop: StopFlag
  var tally = EvaluationTally()

  var name: String { Files.name(of: path) }

  /// What items of a member are called.
  func label(_ member: String) -> String { member == name ? name : "\(name) \(member)" }

  mutating func miss(_ fault: Fault, in member: String? = nil) {
    tally.unread += 1
    tally.fault = tally.fault ?? fault.placed(in: Place(file: path, member: member))
  }

  /// - Parameter isCompared: whether the record gave a text or a picture.
  mutating func count(isCompared: Bool) {
    if isCompared { tally.compared += 1 } else { tally.wordless += 1 }
  }
}

extension EvaluationIndex {
  /// Takes an evaluation set: a dataset folder, a file of records, an archive or a folder with
  /// pictures and such files.
  ///
  /// Annotations are read by the layouts that `ingest` knows. Of other records the texts under the
  /// usual names count: question, text, prompt, instruction, query, problem, and what the user says
  /// in conversations, messages or prompt. Texts are on disk while they are read.
  ///
  /// - Parameter parts: what is compared of a question.
  /// - Throws: faults of reading; `decontaminate.empty` if there is neither a text nor a picture.
  package mutating func take(
    _ path: String, of parts: QuestionText = .question, stop: StopFlag = StopFlag()
  ) throws -> EvaluationTally {
    var set = EvaluationSet(path: path, parts: parts, stop: stop)
    if Files.exists(path + "/" + DatasetFiles.manifest) {
      try take(DatasetReader(path), &set)
    } else {
      try take(archive: &set)
    }
    guard set.tally.compared > 0 else {
      let bad = set.tally.fault
      throw Fault(
        "decontaminate.empty",
        "found neither texts nor pictures to compare with"
          + (bad.map { "; \(set.tally.unread) records cannot be read, the first: \($0)" } ?? ""),
        at: Place(file: path))
    }
    return set.tally
  }

  private mutating func take(_ dataset: DatasetReader, _ set: inout EvaluationSet) throws {
    let sameness = sameness
    let kind = dataset.manifest.records
    var cursor = dataset.cursor()
    while let stored = try cursor.next() {
      try set.stop.check()
      let json = try stored.json()
      start("\(set.name) \((try? json.string("id")) ?? "")")
      var isCompared: Bool
      if let question = try? kind.question(in: json) {
        isCompared = add(text: set.parts.text(of: question, withPlaces: false))
      } else {
        isCompared = add(UsualTexts(json), set)
      }
      for picture in PictureReference.all(in: json) {
        guard let digest = Digest(picture.sha256) else { continue }
        do throws(Fault) {
          try add(picture: digest) { () throws(Fault) in
            try PictureSignature(of: dataset.picture(picture.sha256), for: sameness)
          }
          isCompared = true
        } catch { set.tally.undecoded += 1 }
      }
      set.count(isCompared: isCompared)
    }
  }

  // MARK: Archives

  /// Takes the pictures as they come, and the texts, which are read more than once, after them.
  private mutating func take(archive set: inout EvaluationSet) throws {
    var limits = ArchiveLimits()
    // As ingest has it: texts go to disk.
    limits.memberBytes = 64 << 30
    let archive = try ArchiveReader(path: set.path, limits: limits, nesting: 2, scratch: folder)
    let texts = try EvaluationTexts(in: folder, limits)
    while let member = try archive.next() {
      try set.stop.check()
      do throws(Fault) {
        // What a Mac leaves beside a file has its ending.
        if Files.name(of: member.path).hasPrefix("._") { continue }
        if let refusal = member.refusal { throw refusal }
        guard member.kind == .file else { continue }
        if LayoutCatalog.claims(member.path) {
          try texts.take(member, of: archive)
        } else {
          try take(member, of: archive, beside: texts, &set)
        }
      } catch {
        if error.isOfSystem { throw error }
        set.miss(error)
      }
    }
    for path in texts.paths {
      do {
        try take(EvaluationTexts.Member(path: path, texts: texts), &set)
      } catch let fault as Fault where !fault.isOfSystem {
        set.miss(fault, in: path)
      }
    }
  }

  /// Takes a member that is a picture by its name or its first bytes.
  private mutating func take(
    _ member: ArchiveMember, of archive: ArchiveReader, beside texts: EvaluationTexts,
    _ set: inout EvaluationSet
  ) throws(Fault) {
    var bytes = try archive.read(512)
    guard PictureName.begins(bytes) || PictureName.isOne(member.path) else { return }
    while bytes.count <= DecodeLimits.default.maxBytes {
      let more = try archive.read(1 << 20)
      if more.isEmpty { break }
      bytes += more
    }
    texts.note(member, isPicture: true)
    start(set.label(member.path))
    if take(picture: bytes, &set) { set.tally.compared += 1 }
  }

  /// Takes a picture of the item; returns whether it can be decoded.
  mutating func take(picture bytes: [UInt8], _ set: inout EvaluationSet) -> Bool {
    let sameness = sameness
    do throws(Fault) {
      try add(picture: Digest(of: bytes)) { () throws(Fault) in
        try PictureSignature(of: bytes, for: sameness)
      }
      return true
    } catch {
      set.tally.undecoded += 1
      return false
    }
  }
}
