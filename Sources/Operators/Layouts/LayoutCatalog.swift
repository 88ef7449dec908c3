package import Foundations

/// The layouts by name.
package enum LayoutCatalog {
  /// In the order in which they are tried.
  package static let all: [any AnnotationLayout] = [
    ScanpathLayout(), ViGoRLLayout(), EasyVQALayout(), ScreenSpotLayout(),
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
  /// - Throws: `ingest.annotations` if there are none.
  package static func find<Member: AnnotationMember>(
    in members: [Member], of archive: String, layout: String?, annotations: String?
  ) throws(Fault) -> (layout: any AnnotationLayout, members: [Member]) {
    let asked = members.filter { annotations == nil || $0.path == annotations }
    for candidate in all where layout == nil || layout == candidate.name {
      var found: [Member] = []
      for member in asked {
        let isClaimed = candidate.claims(member.plainPath)
        let isFound: Bool
        if layout != nil {
          isFound = annotations != nil || isClaimed
        } else {
          isFound = isClaimed ? try candidate.recognises(member) : false
        }
        if isFound { found.append(member) }
      }
      if !found.isEmpty { return (candidate, found) }
    }
    let names = members.prefix(5).map(\.path).joined(separator: ", ")
    let wanted = annotations ?? "annotations" + (layout.map { " in the layout \($0)" } ?? "")
    throw Fault(
      "ingest.annotations",
      "the archive holds no \(wanted); "
        + (names.isEmpty
          ? "it has no member .json, .jsonl or .txt"
          : "its members of text are \(names)" + (members.count > 5 ? ", …" : "")),
      at: Place(file: archive))
  }
}

extension [UInt8] {
  /// Whether the text begins with these bytes, white space and a byte order mark aside.
  func begins(with wanted: String) -> Bool {
    let text = starts(with: [0xEF, 0xBB, 0xBF]) ? self[3...] : self[...]
    return text.lazy.filter { $0 > 0x20 }.starts(with: wanted.utf8)
  }
}
