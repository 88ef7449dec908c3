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

/// The pictures and categories that annotations of COCO refer to.
struct COCOTables {
  struct Image {
    var path: String
    /// As stated, if it is.
    var size: Size?
  }

  private var images: [Image] = []
  private var imagePlaces: [COCOId: Int32] = [:]
  private var categories: [String] = []
  private var categoryPlaces: [COCOId: Int32] = [:]
  /// How many images cannot be used, and why the first of them cannot.
  private var flaws: (count: Int, first: Fault?) = (0, nil)

  /// Takes an element of `images` or `categories`, and nothing else.
  mutating func take(_ part: JSONSplitter.Part) throws(Fault) {
    guard part.index != nil, part.key == "images" || part.key == "categories" else { return }
    do throws(Fault) { try take(part.json(), part) } catch {
      if part.key == "images" { flaws = (flaws.count + 1, flaws.first ?? error) }
      throw error
    }
  }

  private mutating func take(_ json: JSON, _ part: JSONSplitter.Part) throws(Fault) {
    do throws(Fault) {
      let id = try json.required("id", COCOId.init(json:))
      if part.key == "images" {
        guard imagePlaces[id] == nil else { throw Self.twice("image", id) }
        let image = try Self.image(json)
        imagePlaces[id] = Int32(images.count)
        images.append(image)
      } else {
        guard categoryPlaces[id] == nil else { throw Self.twice("category", id) }
        let name = try json.string("name")
        categoryPlaces[id] = Int32(categories.count)
        categories.append(name)
      }
    } catch { throw error.inside(part.path) }
  }

  private static func image(_ json: JSON) throws(Fault) -> Image {
    let path = try json.string("file_name")
    guard let width = try json.optionalInt("width"), let height = try json.optionalInt("height")
    else { return Image(path: path, size: nil) }
    return Image(path: path, size: Size(width: width, height: height))
  }

  private static func twice(_ noun: String, _ id: COCOId) -> Fault {
    Fault("coco.duplicate-id", "an earlier \(noun) has the id \(id)", at: Place(key: "id"))
  }

  /// - Throws: `coco.images` if there are none that can be used.
  func check() throws(Fault) {
    guard images.isEmpty else { return }
    if let first = flaws.first {
      throw Fault(
        "coco.images", "none of the \(flaws.count) images can be used; \(first)")
    }
    throw Fault("coco.images", "expected a list \"images\" with id and file_name")
  }

  // MARK: Annotations

  /// The question that an annotation states by itself; nil if it is a box.
  func draft(of json: JSON, _ part: JSONSplitter.Part) throws(Fault) -> QuestionDraft? {
    let isQuestion = json["question"] != nil
    guard isQuestion || json["caption"] != nil else { return nil }
    let image = images[Int(try place(of: "image_id", in: imagePlaces, "image", json))]
    var record = AnnotationRecord(json, line: part.line, id: "\(part.index ?? 0)")
    record.images = [.member(image.path)]
    let reader = FieldReader(boxes: BoxConvention(.cornerAndSize, .pixels))
    let size = image.size
    guard case .draft(var draft)? = try reader.entries(of: record).first else { return nil }
    let truth = draft.truth
    draft.truth = { found throws(Fault) in
      try DraftTruth.check(size, found)
      return try truth(found)
    }
    return draft
  }

  func box(of json: JSON, _ part: JSONSplitter.Part) throws(Fault) -> COCOBox {
    let numbers = try json.doubles("bbox")
    guard numbers.count == 4 else {
      throw Fault(
        "ingest.target", "a box has four numbers, found \(numbers.count)", at: Place(key: "bbox"))
    }
    let crowd = try json.optional("iscrowd") { value throws(Fault) in
      if case .bool(let isCrowd) = value { isCrowd } else { try value.asInt != 0 }
    }
    return COCOBox(
      image: try place(of: "image_id", in: imagePlaces, "image", json),
      category: try place(of: "category_id", in: categoryPlaces, "category", json),
      index: Int32(part.index ?? 0), line: Int32(clamping: part.line),
      id: try json.optional("id", COCOId.init(json:)) ?? .number(part.index ?? 0),
      isCrowd: crowd ?? false,
      numbers: (numbers[0], numbers[1], numbers[2], numbers[3]))
  }

  private func place(
    of key: String, in places: [COCOId: Int32], _ noun: String, _ json: JSON
  ) throws(Fault) -> Int32 {
    let id = try json.required(key, COCOId.init(json:))
    guard let place = places[id] else {
      throw Fault("coco.reference", "there is no \(noun) with the id \(id)", at: Place(key: key))
    }
    return place
  }

  /// The question about a category that is in its picture once.
  func draft(of box: COCOBox) -> QuestionDraft {
    let image = images[Int(box.image)]
    let category = categories[Int(box.category)]
    let (a, b, c, d) = box.numbers
    var truth = DraftTruth(question: "Where is the \(category)?", size: image.size)
    truth.boxes = [
      DraftTruth.Box(
        numbers: [a, b, c, d], convention: BoxConvention(.cornerAndSize, .pixels),
        label: category, key: "annotations[\(box.index)].bbox")
    ]
    return QuestionDraft(
      id: "\(box.id)", images: [.member(image.path)], question: truth.question,
      place: Place(record: "\(box.id)", line: Int(box.line))
    ) { [truth] size throws(Fault) in try truth.read(in: size) }
  }
}
