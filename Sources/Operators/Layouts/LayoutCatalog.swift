package import Foundations

/// The layouts by name.
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
    return plain.hasSuffix(".txt") || all.contains { $0.claims(plain) }
  }

  /// The annotations of an archive and their layout.
  ///
  /// - Parameters:
  ///   - members: those that `claims` takes, in their order.
  ///   - layout: the name of a layout; nil: the first whose name and content fit a member.
  ///   - annotations: the member that holds them; nil: all whose names fit.
  ///   - mapping: what is said about the fields, for layouts of records.
  /// - Throws: `ingest.annotations` if there are none; `ingest.mapping` for a layout without fields.
  package static func find<Member: AnnotationMember>(
    in members: [Member], of archive: String, layout: String?, annotations: String?,
    mapping: FieldMapping? = nil
  ) throws(Fault) -> (layout: any AnnotationLayout, members: [Member]) {
    let asked = members.filter { annotations == nil || $0.path == annotations }
    for candidate in try candidates(layout, mapping) {
      let claimed = asked.filter { candidate.claims($0.plainPath) }
      var found: [Member] = []
      for member in claimed where try candidate.recognises(member) { found.append(member) }
      // A layout that was asked for is taken at its word.
      if found.isEmpty && layout != nil { found = annotations == nil ? claimed : asked }
      if !found.isEmpty { return (candidate, found) }
    }
    throw try nothing(in: asked.isEmpty ? members : asked, archive, layout, annotations)
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
    _ annotations: String?
  ) throws(Fault) -> Fault {
    let wanted = annotations ?? "annotations" + (layout.map { " in the layout \($0)" } ?? "")
    var found: [String] = []
    for member in members.prefix(5) { found.append(try description(of: member)) }
    let hint = annotations == nil && layout == nil ? "; a mapping can name other fields" : ""
    return Fault(
      "ingest.annotations",
      "the archive holds no \(wanted) that can be read; "
        + (found.isEmpty
          ? "it has no member .json, .jsonl, .csv, .tsv, .txt or .cls"
          : "its members of text are " + found.joined(separator: "; ")
            + (members.count > 5 ? "; …" : "") + hint),
      at: Place(file: archive))
  }

  /// A member and the fields of its first record.
  private static func description(of member: some AnnotationMember) throws(Fault) -> String {
    let head = try member.head()
    guard !TextEncoding.isUTF16(head) else { return "\(member.path) (UTF-16; save it as UTF-8)" }
    let isTable = [".csv", ".tsv"].contains(where: member.plainPath.hasSuffix)
    let fields =
      isTable
      ? TableHead(head, path: member.plainPath).names
      : try member.jsonHead().fields.keys.sorted()
    guard !fields.isEmpty else { return member.path }
    return "\(member.path) (\(fields.prefix(8).joined(separator: ", ")))"
  }
}
