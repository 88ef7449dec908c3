package import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// ScreenSpot's: a JSON list of `{"img_filename", "instruction", "bbox", "data_type"}`.
///
/// The picture may also be called `image`, `img` or `file_name`, as in copies of the collection.
/// `bbox` is left, top, width, height in pixels; four numbers of 0...1, of which one is a fraction,
/// are left, top, right, bottom in parts of the picture, as the copy for `datasets` has them. Those
/// of 0 and 1 alone can be either, and are refused.
package struct ScreenSpotLayout: AnnotationLayout {
  package let name = "screenspot"

  package init() {}

  package func claims(_ member: String) -> Bool { AnnotationPath.has([".json"], member) }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    Self.fits(try member.jsonHead())
  }

  static func fits(_ head: AnnotationHead) -> Bool {
    head.form == .array && head.has("instruction", .text) && head.has("bbox", .list)
      && head.hasAny(pictures) && !head.hasAny(["output", "answer", "response"])
  }

  private static let pictures = ["img_filename", "image", "img", "file_name"]

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    var counts: [String: Int] = [:]
    try member.elements { part in
      try emit(
        AnnotationEntry { () throws(Fault) in
          let entry = try part.json()
          do throws(Fault) { return try Self.draft(entry, &counts, part.line) } catch {
            throw error.inside(part.path).placed(in: Place(line: part.line))
          }
        })
    }
  }

  /// - Parameter counts: targets so far, by picture.
  private static func draft(
    _ entry: JSON, _ counts: inout [String: Int], _ line: Int
  ) throws(Fault) -> QuestionDraft {
    let members = try entry.asObject
    let key = pictures.first { members.has($0) } ?? pictures[0]
    let image = try entry.string(key)
    let numbers = try entry.doubles("bbox")
    guard numbers.count == 4 else {
      throw Fault(
        "ingest.target", "a box has four numbers, found \(numbers.count)", at: Place(key: "bbox"))
    }
    let instruction = try entry.string("instruction")
    let stated = try entry.optional("id") { id throws(Fault) in
      if let text = id.scalarText { text } else { try id.asString }
    }
    let file = Files.name(of: image)
    let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    let number = counts[stem, default: 0]
    counts[stem] = number + 1
    let id = stated ?? "\(stem)-\(number)"
    return QuestionDraft(
      id: id, images: [.member(image)], question: instruction, place: Place(record: id, line: line)
    ) { size throws(Fault) in
      do throws(Fault) {
        let box = try box(of: numbers, in: size)
        return (.pointInBox(box), [Target(label: instruction, box: box)])
      } catch { throw error.inside("bbox") }
    }
  }

  /// - Throws: `ingest.box-convention` if the numbers can be pixels and fractions; faults of
  ///   `Box.check`.
  private static func box(of numbers: [Double], in size: Size) throws(Fault) -> Box {
    var numbers = numbers
    var convention = BoxConvention(.cornerAndSize, .pixels)
    let isWhole = numbers.allSatisfy { $0 == $0.rounded() }
    if isWhole, numbers.allSatisfy({ 0...1 ~= $0 }) {
      throw Fault(
        "ingest.box-convention",
        "four numbers of 0 and 1 can be pixels or parts of the picture; write the box in pixels")
    }
    // Tools that round leave edges a hair outside of the picture.
    if !isWhole, numbers.allSatisfy({ -0.01...1.01 ~= $0 }) {
      convention = BoxConvention(.corners, .fractions)
      numbers = numbers.map { min(max($0, 0), 1) }
    }
    let box = convention.box(numbers[0], numbers[1], numbers[2], numbers[3], in: size)
    try box.check(in: size)
    return box
  }
}
