internal import Archiving
internal import Foundations

/// What was refused of an archive that may hold annotations: texts, and archives in the archive.
struct RefusedTexts: Sendable {
  private var first: Fault?
  private var count = 0
  /// Why the rest of the archive cannot be read.
  var cut: Fault?

  mutating func add(_ path: String, _ fault: Fault) {
    guard LayoutCatalog.claims(path) || ArchiveName.isArchive(path) else { return }
    first = first ?? fault
    count += 1
  }

  /// nil if nothing was.
  var reason: String? {
    var reasons: [String] = []
    if let first {
      let others = count > 1 ? ", as are \(count - 1) more" : ""
      reasons.append(
        "\(first.place.member ?? "a member") is refused\(others): \(first.message) (\(first.code))")
    }
    if let cut { reasons.append("it cannot be read to its end: \(cut.message) (\(cut.code))") }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }
}
