package import Foundations
internal import Geometry

/// The image folder of Hugging Face's `datasets`: `metadata.csv` or `metadata.jsonl` beside pictures,
/// which its column `file_name` names.
///
/// A folder called train, validation or test is the split. `objects` are `bbox`, as COCO writes them,
/// and `categories`.
package struct ImageFolderLayout: RecordLayout {
  package let name = "imagefolder"

  package init() {}

  package func claims(_ member: String) -> Bool {
    ["metadata.csv", "metadata.jsonl"].contains(Files.name(of: member).lowercased())
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    if member.isTable { return try member.tableHead().has("file_name") }
    let head = try member.jsonHead()
    return head.form != .export && head.has("file_name") || head.holdsRecords && !head.isWhole
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    if member.isTable { return try member.tableHead().names.count > 1 }
    return try member.jsonHead().holdsRecords
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    let split = SplitName.folder(of: member.path)
    let take = { (found: Result<AnnotationRecord, Fault>) in
      try body(
        found.map { record in
          var record = record
          record.split = split
          return record
        })
    }
    if member.isTable { try member.tableRecords(take) } else { try member.jsonRecords(take) }
  }

  package func reader(for member: any AnnotationMember) throws(Fault) -> any RecordReader {
    FieldReader(boxes: BoxConvention(.cornerAndSize, .pixels))
  }
}
