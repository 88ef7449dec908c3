import Foundations
import Geometry
import Operators
import Schemas
import Testing

@Suite struct COCOLayoutTests {
  static func text(
    _ annotations: String,
    images: String = #"{"id": 9, "file_name": "9.jpg", "width": 200, "height": 100}"#,
    categories: String = #"{"id": 1, "name": "dog"}, {"id": 4, "name": "cat"}"#
  ) -> String {
    // The annotations come first, as they may.
    """
    {"annotations": [\(annotations)],
    "images": [\(images)], "categories": [\(categories)]}
    """
  }

  static func entries(_ text: String) throws -> [AnnotationEntry] {
    try COCOLayout().entries(of: MemoryMember("coco.json", text))
  }

  static func box(_ id: Int, _ category: Int, _ numbers: String, _ rest: String = "") -> String {
    """
    {"id": \(id), "image_id": 9, "category_id": \(category), "bbox": [\(numbers)]\(rest)}
    """
  }

  @Test func `A category that is once in a picture makes a question`() throws {
    let annotations = [
      Self.box(1, 4, "1, 2, 3, 4"), Self.box(2, 1, "5, 5, 10, 10"), Self.box(3, 4, "9, 9, 2, 2"),
    ]
    let entries = try Self.entries(Self.text(annotations.joined(separator: ",\n")))
    #expect(entries.count == 2)
    let draft = try #require(try entries[0].get())
    #expect(draft.id == "2" && draft.question == "Where is the dog?")
    #expect(draft.images == [.member("9.jpg")] && draft.place == Place(record: "2", line: 2))
    let truth = try draft.truth(FieldLayoutTests.size)
    let box = Box(x0: 5, y0: 5, x1: 15, y1: 15)
    #expect(truth.answer == .pointInBox(box) && truth.targets == [Target(label: "dog", box: box)])
    guard case .dropped(let reason) = entries[1] else { return #expect(Bool(false), "kept") }
    #expect(reason == "categories more than once in their picture")
  }

  @Test func `A crowd is nowhere in particular`() throws {
    let crowd = Self.box(1, 4, "1, 2, 3, 4", #", "iscrowd": 1"#)
    guard case .dropped? = try Self.entries(Self.text(crowd)).first else {
      return #expect(Bool(false), "kept")
    }
  }

  @Test(arguments: [
    #""bbox": [50, 50, 10]"#, #""bbox": null"#, #""id": 2"#,
    #""bbox": [50, 50, 10, 10], "iscrowd": "no""#, #""bbox": [50, 50, 10, 10], "id": []"#,
  ])
  func `A box that cannot be read is there all the same`(bad: String) throws {
    let other = #"{"image_id": 9, "category_id": 1, \#(bad)}"#
    for annotations in [
      [Self.box(1, 1, "1, 1, 10, 10"), other, Self.box(3, 4, "1, 1, 10, 10")],
      [other, Self.box(3, 4, "1, 1, 10, 10"), Self.box(1, 1, "1, 1, 10, 10")],
    ] {
      let entries = try Self.entries(Self.text(annotations.joined(separator: ",")))
      guard entries.count == 3, case .bad = entries[0], case .dropped = entries[1] else {
        return #expect(Bool(false), "\(entries)")
      }
      #expect(try entries[2].get()?.question == "Where is the cat?")
    }
  }

  @Test(arguments: [
    #""bbox": [50, 50, 10, 10], "caption": "the right dog""#,
    #""bbox": [50, 50, 10, 10], "caption": """#, #""bbox": [NaN, 50, -Infinity, 10]"#,
  ])
  func `What is no box counts for its category too`(other: String) throws {
    let annotations = [
      Self.box(1, 1, "1, 1, 10, 10"), #"{"image_id": 9, "category_id": 1, \#(other)}"#,
    ]
    let entries = try Self.entries(Self.text(annotations.joined(separator: ",")))
    guard entries.count == 2, case .dropped = entries[1] else {
      return #expect(Bool(false), "\(entries)")
    }
  }

  @Test func `Boxes that cannot be read are not dropped once more`() throws {
    let annotations = [Self.box(1, 1, "1, 1, 10"), Self.box(2, 1, "1, 1")]
    let entries = try Self.entries(Self.text(annotations.joined(separator: ",")))
    guard entries.count == 2, case .bad = entries[0], case .bad = entries[1] else {
      return #expect(Bool(false), "\(entries)")
    }
  }

  @Test(arguments: [(9, 1), (8, 4), (8, 1), (7, 4)])
  func `Two ids of one name mean the same`(image: Int, category: Int) throws {
    let annotations = """
      {"id": 1, "image_id": 9, "category_id": 4, "bbox": [1, 2, 3, 4]},
      {"id": 2, "image_id": \(image), "category_id": \(category), "bbox": [5, 5, 3, 4]}
      """
    let entries = try Self.entries(
      Self.text(
        annotations,
        images: """
          {"id": 9, "file_name": "9.jpg"}, {"id": 8, "file_name": "9.jpg"},
          {"id": 7, "file_name": "a/.././9.jpg"}
          """,
        categories: #"{"id": 1, "name": "mouse"}, {"id": 4, "name": "mouse"}"#))
    guard entries.count == 1, case .dropped = entries[0] else {
      return #expect(Bool(false), "\(entries)")
    }
  }

  @Test func `Every image states the size that its annotations are for`() throws {
    let images = """
      {"id": 9, "file_name": "9.jpg"}, {"id": 8, "file_name": "9.jpg", "width": 7, "height": 7}
      """
    let annotations = """
      {"id": 1, "image_id": 9, "category_id": 4, "bbox": [1, 2, 3, 4]},
      {"id": 2, "image_id": 8, "category_id": 1, "bbox": [1, 2, 3, 4]}
      """
    let drafts = try Self.entries(Self.text(annotations, images: images)).map { try $0.get() }
    #expect(drafts.map(\.?.id) == ["2", "1"])
    #expect { _ = try drafts[0]?.truth(FieldLayoutTests.size) } throws: {
      ($0 as? Fault)?.code == "ingest.size"
    }
    _ = try drafts[1]?.truth(FieldLayoutTests.size)
  }

  @Test(arguments: [
    (
      #"{"id": 9, "file_name": "9.jpg"}, {"id": 9, "file_name": "8.jpg"}"#,
      #"{"id": 1, "name": "dog"}"#, "annotations[0].image_id", "the id 9 means several images"
    ),
    (
      #"{"id": 9, "file_name": "9.jpg"}"#, #"{"id": 1, "name": "dog"}, {"id": 1, "name": "cat"}"#,
      "annotations[0].category_id", "the id 1 means several categories"
    ),
  ])
  func `An id with two meanings has none`(
    images: String, categories: String, key: String, message: String
  ) throws {
    let entries = try Self.entries(
      Self.text(Self.box(1, 1, "1, 2, 3, 4"), images: images, categories: categories))
    guard entries.count == 2, case .bad(let row) = entries[0], case .bad(let fault) = entries[1]
    else { return #expect(Bool(false), "\(entries)") }
    #expect(row.code == "coco.duplicate-id" && fault.code == "coco.reference")
    #expect(fault.place.key == key && fault.message == message)
  }

  @Test func `All turns of a chat about an annotated picture are questions`() throws {
    let annotations = """
      {"id": 5, "image_id": 9, "question": "Which?", "messages": [
      {"role": "user", "content": "What?"}, {"role": "assistant", "content": "a dog"},
      {"role": "user", "content": "Where?"}, {"role": "assistant", "content": "left"}]}
      """
    let drafts = try Self.entries(Self.text(annotations)).compactMap { try $0.get() }
    #expect(drafts.map(\.id) == ["5-0", "5-1"])
    #expect(drafts.map(\.question) == ["What?", "Where?"])
    for draft in drafts {
      #expect { _ = try draft.truth(Size(width: 8, height: 8)) } throws: {
        ($0 as? Fault)?.code == "ingest.size"
      }
    }
  }

  @Test func `An annotation without an id takes no id of another`() throws {
    let annotations = """
      {"image_id": 9, "caption": "a dog"}, {"image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]}
      """
    let drafts = try Self.entries(Self.text(annotations)).compactMap { try $0.get() }
    #expect(drafts.map(\.id) == ["annotations-0", "annotations-1"])
  }

  @Test func `Captions and questions are questions of their own`() throws {
    let annotations = """
      {"id": 5, "image_id": 9, "caption": "a dog"},
      {"question_id": 6, "image_id": 9, "question": "Which?", "choices": ["dog", "cat"], "answer": "cat"}
      """
    let drafts = try Self.entries(Self.text(annotations)).compactMap { try $0.get() }
    #expect(drafts.map(\.id) == ["5", "6"])
    #expect(drafts.map(\.question) == [QuestionDraft.captionQuestion, "Which?"])
    #expect(try drafts[1].truth(FieldLayoutTests.size).answer == .option("cat"))
    #expect { _ = try drafts[1].truth(Size(width: 8, height: 8)) } throws: {
      ($0 as? Fault)?.code == "ingest.size"
    }
  }

  @Test(arguments: [
    (box(1, 1, "1, 2, 3"), "ingest.target", "annotations[0].bbox"),
    (box(1, 7, "1, 2, 3, 4"), "coco.reference", "annotations[0].category_id"),
    (
      #"{"id": 1, "image_id": 8, "category_id": 1, "bbox": [1, 2, 3, 4]}"#, "coco.reference",
      "annotations[0].image_id"
    ),
    (
      #"{"id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}"#, "json.missing-key",
      "annotations[0].image_id"
    ),
    (#"{"id": 1, "image_id": 9, "category_id": 1}"#, "json.missing-key", "annotations[0].bbox"),
    (
      #"{"id": 1, "image_id": 9, "caption": " "}"#, "ingest.field",
      "annotations[0].question"
    ),
    (box(1, 1, "1, 2, 3, 400"), "box.outside", "annotations[0].bbox"),
    (box(1, 1, "1, 2, 0, 4"), "box.invalid", "annotations[0].bbox"),
    ("7", "json.kind", "annotations[0]"),
  ])
  func `A bad annotation is one fault with its index`(
    annotation: String, code: String, key: String
  ) throws {
    let fault = try FieldLayoutTests.fault(
      COCOLayout(), Self.text(annotation), member: "coco.json")
    #expect(fault?.code == code && fault?.place.key == key, "\(String(describing: fault))")
    #expect(fault?.place.line == 1)
  }

  @Test(arguments: [
    (
      #"{"id": 9, "file_name": "9.jpg"}, {"id": 9, "file_name": "9.jpg"}"#, "coco.duplicate-id",
      "images[1].id"
    ),
    (#"{"id": 9, "file_name": "9.jpg"}, {"id": 8}"#, "json.missing-key", "images[1].file_name"),
    (#"{"id": 9, "file_name": "9.jpg"}, {"id": [8]}"#, "json.kind", "images[1].id"),
  ])
  func `A bad picture is one fault, the others stay`(images: String, code: String, key: String)
    throws
  {
    let entries = try Self.entries(Self.text(Self.box(1, 1, "1, 2, 3, 4"), images: images))
    guard entries.count == 2, case .bad(let fault) = entries[0] else {
      return #expect(Bool(false), "accepted")
    }
    #expect(fault.code == code && fault.place.key == key)
    #expect(try entries[1].get()?.id == "1")
  }

  @Test(arguments: [
    #"{"id": 1}, {"id": 4, "name": "cat"}"#, #"{"id": 4, "name": "cat"}, {"id": 1}"#,
  ])
  func `A category without a name is one fault, and so is every box of it`(
    categories: String
  ) throws {
    let annotations = [Self.box(1, 1, "1, 2, 3, 4"), Self.box(2, 4, "1, 2, 3, 4")]
    let text = Self.text(annotations.joined(separator: ","), categories: categories)
    let entries = try Self.entries(text)
    guard entries.count == 3, case .bad(let first) = entries[0], case .bad(let second) = entries[1]
    else { return #expect(Bool(false), "accepted") }
    #expect(first.code == "json.missing-key" && first.place.key?.hasSuffix("].name") == true)
    #expect(second.code == "coco.reference" && second.place.key == "annotations[0].category_id")
    #expect(try entries[2].get()?.question == "Where is the cat?")
  }

  @Test func `Ids may be texts, and a text of digits is the number`() throws {
    let drafts = try COCOLayout().drafts(
      of: MemoryMember(
        "coco.json",
        """
        {"images": [{"id": "a", "file_name": "a.jpg"}, {"id": "7", "file_name": "7.jpg"}],
        "annotations": [{"id": "b1", "image_id": "a", "category_id": "dogs", "bbox": [1, 2, 3, 4]},
        {"image_id": 7, "category_id": "dogs", "bbox": [1, 2, 3, 4]}],
        "categories": [{"id": "dogs", "name": "dog"}]}
        """))
    #expect(drafts.map(\.id) == ["b1", "annotations-1"])
    #expect(drafts.map(\.images) == [[.member("a.jpg")], [.member("7.jpg")]])
  }

  @Test func `Images that cannot be used are not called missing`() throws {
    let text = #"{"images": [{"id": 1, "name": "a"}, {"id": 2}], "annotations": []}"#
    #expect { _ = try Self.entries(text) } throws: {
      guard let fault = $0 as? Fault else { return false }
      return fault.code == "coco.images" && fault.message.contains("none of the 2 images")
        && fault.message.contains("file_name")
    }
  }

  @Test func `A box may reach a rounding beyond the border, and sizes must agree`() throws {
    let draft = try #require(
      try Self.entries(Self.text(Self.box(1, 1, "190, 2, 10.4, 4")))[0].get())
    #expect(
      try draft.truth(FieldLayoutTests.size).answer
        == .pointInBox(Box(x0: 190, y0: 2, x1: 200, y1: 6)))
    #expect { _ = try draft.truth(Size(width: 100, height: 200)) } throws: {
      ($0 as? Fault)?.code == "ingest.size"
    }
  }

  @Test(arguments: [
    ("", "json.syntax"), (#"{"images": [], "annotations": []}"#, "coco.images"),
    (#"{"images": [{"id": 1, "file_name": "a"}], "annotations": [{]}"#, "json.syntax"),
    (#"{"images": [{"id": 1, "file_name": "a"}]"#, "json.syntax"),
  ])
  func `A broken file is a fault of the member`(text: String, code: String) {
    #expect { _ = try Self.entries(text) } throws: { ($0 as? Fault)?.code == code }
  }
}
