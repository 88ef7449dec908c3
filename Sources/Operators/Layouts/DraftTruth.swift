internal import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// The ground truth of a record before the size of its picture is known.
struct DraftTruth: Sendable {
  struct Box: Sendable {
    var numbers: [Double]
    var convention: BoxConvention
    /// What it shows; nil: the answer, or the question.
    var label: String?
    /// Where it stands in the record.
    var key: String

    /// The box in pixels; an edge up to a pixel outside of the picture, as tools that round leave
    /// them, is moved onto its border.
    ///
    /// - Throws: faults of `Box.check`.
    func box(in size: Size) throws(Fault) -> Geometry.Box {
      let box = convention.box(numbers[0], numbers[1], numbers[2], numbers[3], in: size)
      let clipped = box.clipped(to: size)
      let overshoot = [
        abs(box.x0 - clipped.x0), abs(box.y0 - clipped.y0), abs(box.x1 - clipped.x1),
        abs(box.y1 - clipped.y1),
      ]
      let result = overshoot.allSatisfy { $0 <= 1 } ? clipped : box
      do { try result.check(in: size) } catch { throw error.inside(key) }
      return result
    }
  }

  var question = ""
  var answer: String?
  var options: [String] = []
  /// Whether options are called by letters where they stand, such as columns.
  var areLettered = false
  var boxes: [Box] = []
  /// The size that the annotations state for the picture.
  var size: Size?

  /// Checks what needs no picture, and puts an option in the place of a letter for it.
  ///
  /// - Throws: `ingest.answer`.
  mutating func check() throws(Fault) {
    if let answer, !options.isEmpty {
      do {
        self.answer = try Choice.option(named: answer, in: options, areLettered: areLettered)
      } catch { throw error.inside("answer") }
    }
    guard answer == nil, boxes.count != 1 else { return }
    throw Fault(
      "ingest.answer",
      boxes.isEmpty
        ? "the record has no answer: none of "
          + AnnotationField.answer.names.joined(separator: ", ") + ", and no box"
        : "the record has no answer, and \(boxes.count) boxes, of which none is the one",
      at: Place(key: "answer"))
  }

  /// - Throws: faults of boxes; `ingest.size` if the picture is not of the size that was stated.
  func read(in found: Size) throws(Fault) -> (answer: Answer, targets: [Target]) {
    try Self.check(size, found)
    let targets = try boxes.map { box throws(Fault) in
      Target(label: box.label ?? answer ?? question, box: try box.box(in: found))
    }
    guard let answer else { return (.pointInBox(targets[0].box), targets) }
    return (options.isEmpty ? .text(answer) : .option(answer), targets)
  }

  /// - Throws: `ingest.size` if a picture is not of the size that was stated.
  static func check(_ stated: Size?, _ found: Size) throws(Fault) {
    guard let stated, stated != found else { return }
    throw Fault(
      "ingest.size", "the annotations are for a picture of \(stated) pixels, it has \(found)")
  }
}

/// Finds the boxes of a record.
struct FieldBoxes {
  let reader: FieldReader
  let json: JSON

  /// - Throws: `ingest.target`, `ingest.box-convention`.
  func all() throws(Fault) -> [DraftTruth.Box] {
    if let (key, value) = try reader.value(.box, json) {
      return try boxes(value, key, try convention(key), label: reader.text(.label, json))
    }
    if reader.mapping?[.box] != nil { return [] }
    if let columns = try columns() { return [columns] }
    return try objects() + instances("target_instances") + instances("targets")
  }

  /// How the numbers are meant; `box` is ours, corners in pixels.
  ///
  /// `bbox` is written in too many ways to guess.
  private func convention(_ key: String) throws(Fault) -> BoxConvention {
    if let stated = reader.mapping?.boxConvention ?? reader.boxes { return stated }
    if key == "box" { return BoxConvention(.corners, .pixels) }
    throw Fault(
      "ingest.box-convention",
      "four numbers can be x, y, width, height or two corners; say which with "
        + "mapping: {box-convention: xywh-pixels}", at: Place(key: key))
  }

  private func boxes(
    _ value: JSON, _ key: String, _ convention: BoxConvention, label: String?
  ) throws(Fault) -> [DraftTruth.Box] {
    do throws(Fault) {
      return try value.fieldBoxes().map {
        DraftTruth.Box(numbers: $0, convention: convention, label: label, key: key)
      }
    } catch { throw error.inside(key) }
  }

  /// Four columns with one number each.
  private func columns() throws(Fault) -> DraftTruth.Box? {
    for (layout, sets) in [
      (BoxConvention.Layout.corners, AnnotationField.corners),
      (.cornerAndSize, AnnotationField.cornerAndSize),
    ] {
      for names in sets where names.allSatisfy({ json[$0]?.scalarText != nil }) {
        let numbers = try names.map { name throws(Fault) in
          guard let number = json[name]?.scalarText.flatMap({ Double($0.trimmed) }) else {
            throw Fault("json.kind", "expected a number", at: Place(key: name))
          }
          return number
        }
        let convention = reader.mapping?.boxConvention ?? BoxConvention(layout, .pixels)
        return DraftTruth.Box(
          numbers: numbers, convention: convention, label: try reader.text(.label, json),
          key: names[0])
      }
    }
    return nil
  }

  /// `objects` of an image folder: lists side by side, COCO's boxes and their categories.
  private func objects() throws(Fault) -> [DraftTruth.Box] {
    guard let objects = json["objects"], let value = objects["bbox"],
      let convention = reader.mapping?.boxConvention ?? reader.boxes
    else { return [] }
    do throws(Fault) {
      if case .array(let elements) = value, elements.isEmpty { return [] }
      var boxes = try boxes(value, "bbox", convention, label: nil)
      let names = ["categories", "category", "label", "labels", "name"]
      guard let labels = names.lazy.compactMap({ objects[$0] }).first else { return boxes }
      let texts = try labels.fieldTexts()
      guard texts.count == boxes.count else {
        throw Fault("ingest.target", "there are \(boxes.count) boxes and \(texts.count) labels")
      }
      for index in boxes.indices { boxes[index].label = texts[index] }
      return boxes
    } catch { throw error.inside("objects") }
  }

  /// Corners in pixels, bare or as objects with `bbox` or `box` and `label` or `name`.
  private func instances(_ key: String) throws(Fault) -> [DraftTruth.Box] {
    guard let value = json[key] else { return [] }
    let convention = reader.mapping?.boxConvention ?? BoxConvention(.corners, .pixels)
    switch value {
    case .string where value.scalarText == nil: return []
    case .array(let elements) where elements.isEmpty: return []
    case .array(let elements):
      guard case .object? = elements.first else { break }
      do throws(Fault) {
        return try value.elements { element throws(Fault) in
          let box = element["bbox"] == nil ? "box" : "bbox"
          let label = (element["label"] ?? element["name"])?.scalarText
          return try boxes(try element.required(box), box, convention, label: label)
        }.flatMap { $0 }
      } catch { throw error.inside(key) }
    default: break
    }
    return try boxes(value, key, convention, label: nil)
  }
}
