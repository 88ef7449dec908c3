package import Foundations

/// Objects in a JSON array, or one a line, with the standard names of `AnnotationField`.
///
/// EasyR1's files are of this form, as are those that most people write for themselves.
package struct JSONLayout: RecordLayout {
  package let name = "json"

  package init() {}

  package func claims(_ member: String) -> Bool {
    AnnotationPath.has([".json", ".jsonl", ".ndjson"], member)
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    let head = try member.jsonHead()
    guard head.holdsRecords, !ImageFolderLayout().claims(member.plainPath),
      !ViGoRLLayout.fits(head), !ScreenSpotLayout.fits(head), !LlamaFactoryLayout.fits(head),
      !MSSwiftLayout.fits(head), !WebDatasetLayout.isList(member, head)
    else { return false }
    // Of a record that is cut, one sure name is enough.
    return AnnotationField.suffice { head.has($0) }
      || !head.isWhole
        && (head.hasAny(AnnotationField.image.names) || head.hasAny(AnnotationField.question.names))
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.jsonHead().holdsRecords
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    try member.jsonRecords(body)
  }
}
