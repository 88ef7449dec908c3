package import Foundations

/// A table with a header: comma, semicolon or tab between fields, pictures as paths.
package struct CSVLayout: RecordLayout {
  package let name = "csv"

  package init() {}

  package func claims(_ member: String) -> Bool {
    AnnotationPath.has([".csv", ".tsv"], member)
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    let head = try member.tableHead()
    return !ImageFolderLayout().claims(member.plainPath) && !TreeBenchLayout.fits(head)
      && AnnotationField.suffice(head.has)
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.tableHead().names.count > 1
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    try member.tableRecords(body)
  }
}
