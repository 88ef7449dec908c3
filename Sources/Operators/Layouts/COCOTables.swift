internal import Foundations
internal import Geometry
internal import JSONText

/// What images, categories and annotations are called: a number, or a text, which some tools write.
///
/// A text of digits is the number.
enum COCOId: Hashable, CustomStringConvertible {
  case number(Int)
  case text(String)

  init(json: JSON) throws(Fault) {
    guard case .string(let text) = json else {
      self = .number(try json.asInt)
      return
    }
    let number = Int(text).flatMap { String($0) == text ? $0 : nil }
    self = number.map(COCOId.number) ?? .text(text)
  }

  var description: String {
    switch self {
    case .number(let number): String(number)
    case .text(let text): text
    }
  }
}

/// What the ids of images or of categories stand for.
struct COCOTable {
  /// `images` or `categories`.
  let key: String
  /// What one of them is called in messages.
  let noun: String
  /// Paths or names, by row.
  private(set) var names: [String] = []
  /// The first row that means the same, by what it means and by row.
  private var firsts: (byMeaning: [String: Int32], byRow: [Int32]) = ([:], [])
  private var rows: [COCOId: Int32] = [:]
  /// Ids under which there are different names.
  private var ambiguous: Set<COCOId> = []

  init(_ key: String, noun: String) { (self.key, self.noun) = (key, noun) }

  /// - Parameter meaning: the same where the names differ only in spelling.
  /// - Throws: `coco.duplicate-id`.
  mutating func append(_ name: String, meaning: String, _ id: COCOId) throws(Fault) {
    if let row = rows[id] {
      if names[Int(row)] != name { ambiguous.insert(id) }
      throw Fault(
        "coco.duplicate-id", "an earlier \(noun) has the id \(id)", at: Place(key: "id"))
    }
    let row = Int32(names.count)
    rows[id] = row
    let first = firsts.byMeaning[meaning] ?? row
    firsts.byMeaning[meaning] = first
    firsts.byRow.append(first)
    names.append(name)
  }

  /// The row that an annotation refers to.
  ///
  /// - Throws: `coco.reference` if there is none, or more than one.
  func row(_ json: JSON, _ key: String) throws(Fault) -> Int32 {
    let id = try json.required(key, COCOId.init(json:))
    let place = Place(key: key)
    guard let row = rows[id] else {
      throw Fault("coco.reference", "there is no \(noun) with the id \(id)", at: place)
    }
    guard !ambiguous.contains(id) else {
      throw Fault("coco.reference", "the id \(id) means several \(self.key)", at: place)
    }
    return row
  }

  /// The first of the rows that mean what this one does.
  func first(_ row: Int32) -> Int32 { firsts.byRow[Int(row)] }
}

/// The pictures and categories that annotations of COCO refer to.
struct COCOTables {
  private var images = COCOTable("images", noun: "image")
  private var categories = COCOTable("categories", noun: "category")
  /// As stated, by row of `images`.
  private var sizes: [Size?] = []
  /// How many images cannot be used, and why the first of them cannot.
  private var flaws: (count: Int, first: Fault?) = (0, nil)

  /// Takes an element of `images` or `categories`, and nothing else.
  mutating func take(_ part: JSONSplitter.Part) throws(Fault) {
    guard part.index != nil, part.key == images.key || part.key == categories.key else { return }
    do throws(Fault) { try take(part.json(), part) } catch {
      if part.key == images.key { flaws = (flaws.count + 1, flaws.first ?? error) }
      throw error
    }
  }

  private mutating func take(_ json: JSON, _ part: JSONSplitter.Part) throws(Fault) {
    do throws(Fault) {
      let id = try json.required("id", COCOId.init(json:))
      if part.key == images.key {
        let size = try Self.size(json)
        let path = try json.string("file_name")
        try images.append(path, meaning: PicturePath.resolved(path, in: "") ?? path, id)
        sizes.append(size)
      } else {
        let name = try json.string("name")
        try categories.append(name, meaning: name, id)
      }
    } catch { throw error.inside(part.path) }
  }

  private static func size(_ json: JSON) throws(Fault) -> Size? {
    guard let width = try json.optionalInt("width"), let height = try json.optionalInt("height")
    else { return nil }
    return Size(width: width, height: height)
  }

  /// - Throws: `coco.images` if there are none that can be used.
  func check() throws(Fault) {
    guard images.names.isEmpty else { return }
    if let first = flaws.first {
      throw Fault(
        "coco.images", "none of the \(flaws.count) images can be used; \(first)")
    }
    throw Fault("coco.images", "expected a list \"images\" with id and file_name")
  }

  // MARK: Annotations

  /// An annotation; one with numbers that JSON does not have, such as Python's NaN, is handed to
  /// `damaged` without them before the fault is thrown.
  static func json(
    of part: JSONSplitter.Part, damaged: (JSON) -> Void
  ) throws(Fault) -> JSON {
    do { return try part.json() } catch {
      var text = String(decoding: part.bytes, as: UTF8.self)
      for word in ["NaN", "-Infinity", "Infinity"] { text = text.replacing(word, with: "null") }
      if let json = try? JSON.parse(text) { damaged(json) }
      throw error
    }
  }

  /// Whether an annotation asks something itself.
  static func states(_ json: JSON) -> Bool { json["question"] != nil || json["caption"] != nil }

  /// The questions that an annotation states by itself.
  func entries(of json: JSON, _ part: JSONSplitter.Part) throws(Fault) -> [AnnotationEntry] {
    let row = Int(try images.row(json, "image_id"))
    var record = AnnotationRecord(
      json, line: part.line, path: part.path, id: Self.defaultID(part))
    record.images = [.member(images.names[row])]
    let reader = FieldReader(boxes: BoxConvention(.cornerAndSize, .pixels))
    return try reader.entries(of: record).map { [size = sizes[row]] entry in
      guard case .draft(var draft) = entry else { return entry }
      let truth = draft.truth
      draft.size = size
      draft.truth = { found throws(Fault) in
        try DraftTruth.check(size, found)
        return try truth(found)
      }
      return .draft(draft)
    }
  }

  /// The group of an annotation with a box, whatever its box is, and the row of its image.
  func group(of json: JSON) throws(Fault) -> (group: COCOGroup, image: Int32) {
    let image = try images.row(json, "image_id")
    let category = try categories.row(json, "category_id")
    return (COCOGroup(image: images.first(image), category: categories.first(category)), image)
  }

  /// What an annotation without an id is called; a number could be the id of another.
  static func defaultID(_ part: JSONSplitter.Part) -> String { "annotations-\(part.index ?? 0)" }

  /// The question about a category that is in its picture once.
  func draft(of box: COCOBox) -> QuestionDraft {
    let category = categories.names[Int(box.group.category)]
    let (a, b, c, d) = box.numbers
    var truth = DraftTruth(question: "Where is the \(category)?", size: sizes[Int(box.image)])
    truth.boxes = [
      DraftTruth.Box(
        numbers: [a, b, c, d], convention: BoxConvention(.cornerAndSize, .pixels),
        label: category, key: "annotations[\(box.index)].bbox")
    ]
    return QuestionDraft(
      id: "\(box.id)", images: [.member(images.names[Int(box.image)])], question: truth.question,
      place: Place(record: "\(box.id)", line: Int(box.line))
    ) { [truth] size throws(Fault) in try truth.read(in: size) }
  }
}
