package import Foundations

/// The layouts by name.
///
/// The annotations of an archive are in one layout. A member whose ending says annotations, and that
/// this layout does not read, is one of these:
/// - It belongs to those that are read, with a flaw: a first line or element that is broken, or a
///   sidecar that is no object. It is read, and what is broken in it is a bad record.
/// - It is lost, which is one bad record, `ingest.unread`, with the reason: another layout than COCO
///   recognises it; it is a table or a file of lines while others of these are read, or of lines of
///   which none is an object; it is UTF-16 and named like those that are read; it is JSON beside
///   annotations in JSON, and broken, or with some of the standard names.
/// - It is skipped and counted with its reason: it is empty, COCO's beside another layout, not asked
///   for because layout or member were named, or anything else, such as `README.json`, `classes.txt`
///   and what other programs leave beside a picture.
package enum LayoutCatalog {
  /// In the order in which they are tried; a member is of one of them at most.
  package static let all: [any AnnotationLayout] = [
    ScanpathLayout(), ViGoRLLayout(), EasyVQALayout(), ScreenSpotLayout(), COCOLayout(),
    LlamaFactoryLayout(), MSSwiftLayout(), ImageFolderLayout(), TreeBenchLayout(),
    WebDatasetLayout(), CSVLayout(), JSONLayout(),
  ]

  /// Whether a member can be annotations, or what some layout reads beside them, by its name.
  package static func claims(_ member: String) -> Bool {
    let plain = AnnotationPath.plain(member)
    return AnnotationPath.has([".txt"], plain) || all.contains { $0.claims(plain) }
  }

  /// The annotations of an archive and their layout.
  ///
  /// - Parameters:
  ///   - members: those that `claims` takes, in their order.
  ///   - layout: the name of a layout; nil: the first whose name and content fit a member.
  ///   - annotations: the member that holds them; nil: all whose names fit.
  ///   - mapping: what is said about the fields, for layouts of records.
  ///   - refusal: what of the archive could not be read, for the fault.
  /// - Throws: `ingest.annotations` if there are none; `ingest.mapping` for a layout without fields.
  package static func find<Member: AnnotationMember>(
    in members: [Member], of archive: String, layout: String?, annotations: String?,
    mapping: FieldMapping? = nil, refusal: String? = nil
  ) throws(Fault) -> (layout: any AnnotationLayout, members: [Member]) {
    let asked = members.filter { annotations == nil || $0.path == annotations }
    let candidates = try candidates(layout, mapping)
    for candidate in candidates {
      let claimed = asked.filter { candidate.claims($0.plainPath) }
      var isKnown = [Bool](repeating: false, count: claimed.count)
      for (index, member) in claimed.enumerated() {
        isKnown[index] = try candidate.recognises(member)
      }
      if isKnown.contains(true) {
        return (candidate, try completed(claimed, isKnown, candidate))
      }
      // A layout that was asked for is taken at its word.
      if layout != nil {
        let taken = annotations == nil ? claimed : asked
        if !taken.isEmpty { return (candidate, taken) }
      }
    }
    for candidate in candidates {
      var found: [Member] = []
      for member in asked where candidate.claims(member.plainPath) {
        if try candidate.recognisesLater(member) { found.append(member) }
      }
      if !found.isEmpty { return (candidate, found) }
    }
    throw try nothing(in: asked.isEmpty ? members : asked, archive, layout, annotations, refusal)
  }

  /// The members that are known, and those that belong to them in spite of a flaw.
  private static func completed<Member: AnnotationMember>(
    _ claimed: [Member], _ isKnown: [Bool], _ layout: any AnnotationLayout
  ) throws(Fault) -> [Member] {
    var members: [Member] = []
    for (member, isKnown) in zip(claimed, isKnown) {
      var isRead = isKnown
      if !isRead { isRead = try layout.adopts(member) }
      if !isRead { isRead = try layout.recognisesLater(member) }
      if isRead { members.append(member) }
    }
    return members
  }

  private static func candidates(
    _ layout: String?, _ mapping: FieldMapping?
  ) throws(Fault) -> [any AnnotationLayout] {
    let named = all.filter { layout == nil || layout == $0.name }
    guard let mapping else { return named }
    let mapped = named.compactMap { $0 as? any RecordLayout }.map {
      MappedLayout(layout: $0, mapping: mapping)
    }
    if mapped.isEmpty {
      let known = all.compactMap { ($0 as? any RecordLayout)?.name }.joined(separator: ", ")
      throw Fault(
        "ingest.mapping",
        "the layout \(layout ?? "") has forms of its own; a mapping is for \(known)")
    }
    return mapped
  }

  /// Why there are no annotations: names that do not fit, or content that does not.
  private static func nothing(
    in members: [some AnnotationMember], _ archive: String, _ layout: String?,
    _ annotations: String?, _ refusal: String?
  ) throws(Fault) -> Fault {
    let wanted = annotations ?? "annotations" + (layout.map { " in the layout \($0)" } ?? "")
    var found: [String] = []
    for member in members.prefix(5) { found.append(try description(of: member)) }
    let hint = annotations == nil && layout == nil ? "; a mapping can name other fields" : ""
    var reasons: [String] = []
    if let refusal { reasons.append(refusal) }
    if !found.isEmpty {
      reasons.append(
        "its members of text are " + found.joined(separator: "; ")
          + (members.count > 5 ? "; …" : "") + hint)
    } else if refusal == nil {
      reasons.append("it has no member .json, .jsonl, .csv, .tsv, .txt or .cls")
    }
    return Fault(
      "ingest.annotations",
      "the archive holds no \(wanted) that can be read; " + reasons.joined(separator: "; "),
      at: Place(file: archive))
  }

  /// A member and the fields of its first record.
  private static func description(of member: some AnnotationMember) throws(Fault) -> String {
    let head = try member.head()
    guard !TextEncoding.isUTF16(head) else { return "\(member.path) (UTF-16; save it as UTF-8)" }
    let fields =
      member.isTable
      ? TableHead(head, path: member.plainPath).names
      : try member.jsonHead().fields.keys.sorted()
    guard !fields.isEmpty else { return member.path }
    return "\(member.path) (\(fields.prefix(8).joined(separator: ", ")))"
  }
}
