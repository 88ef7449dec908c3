internal import Foundations
internal import JSONText
internal import Operators
internal import Pipelines
internal import Schemas
internal import Shards

/// Drops questions that evaluation sets ask or show.
struct DecontaminateStage: Stage {
  let name: String
  let settings: JSON
  let from: String?
  /// Paths, and names of datasets of the run.
  let against: [String]
  let inputs: [String]
  let rule: Rule
  let width: Int
  let common: Int
  let parts: QuestionText

  /// When a question goes.
  struct Rule: Sendable {
    /// What compares pictures; bytes alone: pictures do not count.
    let pictures: PictureSameness
    let takesTexts: Bool
    /// Whether the words of a short question say enough without its picture.
    let takesShortTexts: Bool
    /// Whether both the picture and the words must be known.
    let needsBoth: Bool
  }

  var version: Int { 3 }
  var needs: [StageNeed] {
    QuestionSource.needs(from: from) + against.map { .datasetOrFile($0) }
  }
  func yields(taking kind: RecordKind?) -> [StageYield] { QuestionSource.yields(taking: kind) }

  static let kind = StageCatalog.Kind(
    "decontaminate", "drops questions that evaluation sets ask or show"
  ) { request, settings throws(Fault) in
    let against = try settings.strings("against")
    let sameness = try settings.pictureSameness("images", default: "perceptual")
    let texts = try settings.bool("texts", default: true)
    let width = try settings.int("words", default: 13, in: 5...100)
    let common = try settings.int("common", default: 10, in: 1...1_000_000)
    let short = try settings.choice(
      "short-texts", of: ["with-picture", "alone"], default: "with-picture")
    let match = try settings.choice("match", of: ["either", "both"], default: "either")
    let parts = try QuestionText(settings.strings("of", default: ["question"]), settings.place)
    let from = try settings.optionalString("from")
    if against.isEmpty || (sameness == .bytes && (!texts || match == "both")) {
      throw Fault(
        "pipeline.range",
        "stage \(request.name) compares nothing: it needs something to compare against, and "
          + "pictures or texts to compare", at: settings.place)
    }
    return DecontaminateStage(
      name: request.name, settings: .object(settings.resolved), from: from, against: against,
      inputs: against.filter(Files.exists),
      rule: Rule(
        pictures: sameness, takesTexts: texts, takesShortTexts: short == "alone",
        needsBoth: match == "both"),
      width: width, common: common, parts: parts)
  }

  func run(_ context: StageContext) throws -> StageCounts {
    var made = StageCounts()
    let index = try evaluationIndex(context, &made)
    let source = try QuestionSource(context, from: from)
    var texts: [Int: EvaluationIndex.TextMatch] = [:]
    var shown: [[UInt32]] = []
    let pictures = try PictureGroups(source, rule.pictures, context) { question in
      rule.takesTexts ? index.match(text: parts.text(of: question, withPlaces: false)) : nil
    } take: { match, pictures in
      texts[shown.count] = match
      shown.append(pictures.map { UInt32($0) })
    }
    let known =
      rule.pictures == .bytes
      ? [:] : try index.matches(in: pictures.table, workers: context.workers)
    var found: [Int: Finding] = [:]
    for (position, numbers) in shown.enumerated() {
      let picture = numbers.lazy.compactMap { known[Int($0)] }.first
      found[position] = rule.finding(picture: picture, text: texts[position])
    }
    try leave(found, index, source, context)
    var counts = try source.pass { [found] record, batch in
      if let finding = found[batch.position] {
        batch.drop(finding.reason)
      } else {
        try source.keep(record, &batch)
      }
    }
    counts += made
    counts.make("items of evaluation sets", index.items)
    counts.make("pictures of evaluation sets", index.pictures)
    return counts
  }

  /// - Parameter made: counts what of the sets is not compared.
  private func evaluationIndex(
    _ context: StageContext, _ made: inout StageCounts
  ) throws -> EvaluationIndex {
    let near: NearDuplicates? = if case .near(let near) = rule.pictures { near } else { nil }
    var index = try EvaluationIndex(
      in: context.folder.work(self.name), width: width, common: common, near: near)
    for name in against {
      let dataset = RunData(context).datasetPath(name)
      let tally = try index.take(
        Files.exists(dataset) ? dataset : name, of: parts, stop: context.stop)
      if tally.undecoded > 0 {
        context.note("\(tally.undecoded) pictures of \(name) cannot be decoded")
        made.make("bad pictures of evaluation sets", tally.undecoded)
      }
      if tally.wordless > 0 {
        context.note("\(tally.wordless) records of \(name) hold neither a text nor a picture")
        made.make("records of evaluation sets without a text", tally.wordless)
      }
      if let fault = tally.fault {
        context.miss(
          "all of \(name) was compared: \(tally.unread) records or members cannot be read, "
            + "the first: \(fault)")
        made.make("unread records of evaluation sets", tally.unread)
      }
    }
    return index
  }

  /// Leaves a line for every question that goes: its id, what is known of it, and from where.
  private func leave(
    _ found: [Int: Finding], _ index: EvaluationIndex, _ source: QuestionSource,
    _ context: StageContext
  ) throws {
    let path = "contamination/\(name).jsonl"
    try Files.makeFolder(Files.parent(of: context.folder.path(path)))
    var file = try OutputFile(context.folder.path(path))
    if !found.isEmpty {
      let stream = try source.stream()
      var position = 0
      while let stored = try stream.next() {
        if let finding = found[position] {
          let line: JSON = [
            "id": .string(try stored.json().string("id")), "reason": .string(finding.reason),
            "picture": finding.picture.map { .string(index.names[$0]) } ?? .null,
            "text": finding.text.map { .string(index.names[$0]) } ?? .null,
          ]
          try file.write(line.bytes() + [0x0A])
        }
        position += 1
      }
    }
    context.adopt(path, try file.commit())
  }

  /// What is known of a question, by the items of evaluation sets.
  struct Finding: Sendable {
    let picture: Int?
    let text: Int?

    var reason: String {
      switch (picture, text) {
      case (_?, nil): "a picture of an evaluation set"
      case (nil, _?): "words of an evaluation set"
      default: "a picture and words of evaluation sets"
      }
    }
  }
}

extension DecontaminateStage.Rule {
  /// Nil if the question may stay.
  fileprivate func finding(picture: Int?, text: EvaluationIndex.TextMatch?)
    -> DecontaminateStage.Finding?
  {
    let item: Int?
    switch text {
    case .run(let run): item = run
    case .short(let short): item = takesShortTexts || picture != nil ? short : nil
    case nil: item = nil
    }
    let isKnown = needsBoth ? picture != nil && item != nil : picture != nil || item != nil
    return isKnown ? DecontaminateStage.Finding(picture: picture, text: item) : nil
  }
}
