package import Foundations
internal import JSONText

/// COCO's: one object with `images`, `annotations` and `categories`.
///
/// A category that is in a picture exactly once makes a question, "Where is the CATEGORY?", answered
/// by a point in its box; one that is there more often, be it with a box that cannot be read, in an
/// annotation that asks something itself, or as a crowd, has no single answer and is counted as
/// dropped. Categories are the same by name and
/// pictures by path, under whichever ids. An annotation with `question` and `answer`, or with
/// `caption`, is a question of its own. Boxes are left, top, width, height in pixels. Ids are numbers
/// or texts.
package struct COCOLayout: AnnotationLayout {
  package let name = "coco"

  package init() {}

  package func claims(_ member: String) -> Bool { AnnotationPath.has([".json"], member) }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    Self.fits(try member.jsonHead())
  }

  static func fits(_ head: AnnotationHead) -> Bool {
    guard head.form == .object else { return false }
    let (images, annotations) = (head.has("images", .list), head.has("annotations", .list))
    return images && annotations || !head.isWhole && (images || annotations)
  }

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    // The lists come in any order, so the pictures are read before the annotations begin.
    var tables = COCOTables()
    try member.elements { part in
      do throws(Fault) { try tables.take(part) } catch {
        try emit(.bad(error.placed(in: part.place)))
      }
    }
    try tables.check()
    var boxes = COCOBoxes()
    try member.elements { part in
      guard part.key == "annotations", part.index != nil else { return }
      var entries: [AnnotationEntry] = []
      do throws(Fault) {
        let json = try COCOTables.json(of: part) { boxes.note($0, tables) }
        do throws(Fault) {
          if COCOTables.states(json) {
            boxes.note(json, tables)
            entries = try tables.entries(of: json, part)
          } else {
            try boxes.append(json, part, tables)
          }
        } catch { throw error.inside(part.path) }
      } catch {
        entries = [.bad(error.placed(in: Place(line: part.line)))]
      }
      for entry in entries { try emit(entry) }
    }
    try boxes.questions(tables, emit: emit)
  }
}
