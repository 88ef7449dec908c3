internal import Foundations
internal import JSONText

/// What boxes have in common that show one category in one picture: the first rows of both.
struct COCOGroup: Hashable {
  let image: Int32
  let category: Int32
}

/// An annotation with a box, small enough to keep all of them.
struct COCOBox {
  let group: COCOGroup
  /// The row that it refers to, of those with the path of its picture.
  let image: Int32
  let index: Int32
  let line: Int32
  let id: COCOId
  let isCrowd: Bool
  let numbers: (Double, Double, Double, Double)

  init(
    _ json: JSON, _ part: JSONSplitter.Part, in group: COCOGroup, image: Int32
  ) throws(Fault) {
    let numbers = try json.doubles("bbox")
    guard numbers.count == 4 else {
      throw Fault(
        "ingest.target", "a box has four numbers, found \(numbers.count)", at: Place(key: "bbox"))
    }
    let crowd = try json.optional("iscrowd") { value throws(Fault) in
      if case .bool(let isCrowd) = value { isCrowd } else { try value.asInt != 0 }
    }
    self.group = group
    self.image = image
    index = Int32(part.index ?? 0)
    line = Int32(clamping: part.line)
    id = try json.optional("id", COCOId.init(json:)) ?? .text(COCOTables.defaultID(part))
    isCrowd = crowd ?? false
    self.numbers = (numbers[0], numbers[1], numbers[2], numbers[3])
  }
}

/// The boxes of a file, which tell only all together what is in a picture once.
struct COCOBoxes {
  private var boxes: [COCOBox] = []
  /// Groups with an annotation that is none of the boxes, and there all the same.
  private var others: Set<COCOGroup> = []

  /// Counts an annotation for its group, if it has one.
  mutating func note(_ json: JSON, _ tables: COCOTables) {
    if let (group, _) = try? tables.group(of: json) { others.insert(group) }
  }

  /// - Throws: faults of the annotation, after which it still counts for its group.
  mutating func append(
    _ json: JSON, _ part: JSONSplitter.Part, _ tables: COCOTables
  ) throws(Fault) {
    let (group, image) = try tables.group(of: json)
    do throws(Fault) { boxes.append(try COCOBox(json, part, in: group, image: image)) } catch {
      others.insert(group)
      throw error
    }
  }

  /// Hands the question of each group to `emit`, or the reason why it makes none.
  consuming func questions(
    _ tables: COCOTables, emit: (AnnotationEntry) throws -> Void
  ) throws {
    boxes.sort {
      ($0.group.image, $0.group.category, $0.index)
        < ($1.group.image, $1.group.category, $1.index)
    }
    var rest = boxes[...]
    while let first = rest.first {
      let group = rest.prefix { $0.group == first.group }
      rest = rest[group.endIndex...]
      if group.count > 1 || first.isCrowd || others.contains(first.group) {
        try emit(.dropped("categories more than once in their picture"))
      } else {
        try emit(.draft(tables.draft(of: first)))
      }
    }
  }
}
