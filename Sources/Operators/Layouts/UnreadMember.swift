package import Foundations

/// Why the text of an archive whose name could be that of annotations is not read.
package enum UnreadMember: Sendable, Equatable {
  /// It holds annotations, and they are missing: a bad record.
  case lost(Fault)
  /// It is something else, or not asked for; the reason is for the counts.
  case skipped(String)
}

extension LayoutCatalog {
  /// Says of every member that is not read why, in their order; of what a layout heeds beside its
  /// annotations, nothing.
  ///
  /// - Parameters:
  ///   - members: those that `claims` takes.
  ///   - read: some of them, in their order.
  ///   - layout: that of the archive; nil: it holds no annotations.
  ///   - isChosen: whether a person named the layout or the member.
  package static func unread<Member: AnnotationMember>(
    _ members: [Member], but read: [Member], as layout: (any AnnotationLayout)?, isChosen: Bool,
    _ body: (Member, UnreadMember) throws -> Void
  ) throws {
    let judge = UnreadJudge(
      layout: layout, isChosen: isChosen,
      readsTables: read.contains { $0.isLines || $0.isTable },
      readsJSON: read.contains { AnnotationPath.has([".json"], $0.plainPath) })
    var rest = read[...]
    for member in members {
      if rest.first?.path == member.path {
        rest.removeFirst()
      } else if layout?.heeds(Files.name(of: member.plainPath)) != true {
        try body(member, try judge.verdict(on: member))
      }
    }
  }
}

/// Tells lost annotations from what is legitimately something else.
private struct UnreadJudge {
  let layout: (any AnnotationLayout)?
  let isChosen: Bool
  /// Whether tables or files of lines are among the annotations, and files of JSON.
  let readsTables: Bool
  let readsJSON: Bool

  func verdict(on member: any AnnotationMember) throws(Fault) -> UnreadMember {
    guard member.isTable || member.isLines || AnnotationPath.has([".json"], member.plainPath) else {
      return .skipped("no annotations")
    }
    // What a Mac leaves beside a file has its ending.
    if Files.name(of: member.path).hasPrefix(".") { return .skipped("no annotations") }
    let head = try member.head()
    if head.allSatisfy({ $0 <= 0x20 }), !WebDatasetLayout.isSidecar(member) {
      return .skipped("empty")
    }
    if isChosen { return .skipped("not asked for") }
    if TextEncoding.isUTF16(head) {
      let isAlike = layout?.claims(member.plainPath) ?? !isOther(member)
      return isAlike
        ? lost("it is UTF-16 or UTF-32; save it as UTF-8") : .skipped("no annotations")
    }
    if member.isTable || member.isLines { return try verdict(onRecords: member) }
    return try verdict(onJSON: member)
  }

  private func verdict(onRecords member: any AnnotationMember) throws(Fault) -> UnreadMember {
    if let other = try other(for: member) { return lost(inLayout: other) }
    let form = member.isTable ? nil : try member.jsonHead().form
    if form == .other { return lost("none of its first lines is an object of JSON") }
    guard readsTables else { return .skipped("no annotations") }
    let fields = try Self.fields(of: member)
    return lost(
      "\(fields.isEmpty ? "it has no field" : "its fields are \(fields)"), which make no question "
        + "under standard names; a mapping can name others")
  }

  private func verdict(onJSON member: any AnnotationMember) throws(Fault) -> UnreadMember {
    if WebDatasetLayout.isSidecar(member) {
      guard layout == nil, try member.jsonHead().form != .object else {
        return .skipped("no annotations")
      }
      return lost("it has the key of a picture, and is no object")
    }
    if let other = try other(for: member) {
      // Boxes are kept beside questions about the same pictures.
      return other is COCOLayout ? .skipped("in another layout") : lost(inLayout: other)
    }
    guard readsJSON else { return .skipped("no annotations") }
    let head = try member.jsonHead()
    if head.form == .other { return lost("it is no object and no list of objects") }
    let names = AnnotationField.image.names + AnnotationField.question.names
    guard head.holdsRecords, head.hasAny(names) else { return .skipped("no annotations") }
    return lost(
      "its fields are \(try Self.fields(of: member)), which make no question under standard names; "
        + "a mapping can name others")
  }

  /// The layout that would read a member if this one did not read the archive.
  private func other(for member: any AnnotationMember) throws(Fault) -> (any AnnotationLayout)? {
    for other in LayoutCatalog.all where other.name != layout?.name {
      guard other.claims(member.plainPath) else { continue }
      if try other.recognises(member) { return other }
    }
    return nil
  }

  /// Whether a member is no annotations by its name.
  private func isOther(_ member: any AnnotationMember) -> Bool {
    AnnotationPath.has([".json"], member.plainPath) && !WebDatasetLayout.isSidecar(member)
  }

  private static func fields(of member: any AnnotationMember) throws(Fault) -> String {
    let fields =
      member.isTable ? try member.tableHead().names : try member.jsonHead().fields.keys.sorted()
    return fields.prefix(8).joined(separator: ", ")
  }

  private func lost(inLayout other: any AnnotationLayout) -> UnreadMember {
    lost(
      "it is in the layout \(other.name); name it in an ingest of its own, with annotations: or "
        + "layout:")
  }

  private func lost(_ reason: String) -> UnreadMember {
    let tried = layout.map { "the annotations of this archive are read as \($0.name)" }
    return .lost(
      Fault(
        "ingest.unread",
        "the member is not read: \(reason)" + (tried.map { "; \($0)" } ?? "")))
  }
}
