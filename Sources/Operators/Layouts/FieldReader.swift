internal import Foundations
internal import Geometry
internal import JSONText
internal import Schemas

/// Makes a question of a record by the standard names of its fields, or those of a mapping.
struct FieldReader: RecordReader {
  var mapping: FieldMapping?
  /// How `bbox` and `objects` are meant; nil: the record's word `bbox` alone is not enough.
  var boxes: BoxConvention?
  /// How chats are written.
  var chat = ChatNames()

  func entries(of record: AnnotationRecord) throws(Fault) -> [AnnotationEntry] {
    if mapping == nil, chat.isChat(record.json) {
      return try ChatReader(names: chat, fields: self).entries(of: record)
    }
    return [.draft(try draft(of: record))]
  }

  private func draft(of record: AnnotationRecord) throws(Fault) -> QuestionDraft {
    let json = record.json
    let images = try images(of: record)
    var truth = DraftTruth()
    (truth.options, truth.areLettered) = try options(of: json)
    truth.boxes = try FieldBoxes(reader: self, json: json).all()
    truth.answer = try text(.answer, json)
    let question: String
    if let asked = try text(.question, json) {
      question = asked
    } else if let caption = AnnotationField.captions.lazy.compactMap({ json[$0]?.scalarText }).first
    {
      question = QuestionDraft.captionQuestion
      truth.answer = truth.answer ?? caption
    } else {
      throw Self.missing(.question, of: json)
    }
    return try finish(record, images, question, truth)
  }

  /// The draft of what was read; takes placeholders of pictures out of the question.
  func finish(
    _ record: AnnotationRecord, _ images: [DraftImage], _ question: String, _ truth: DraftTruth,
    suffix: String = ""
  ) throws(Fault) -> QuestionDraft {
    let text = PicturePlaceholder.removed(from: question).trimmed
    guard !text.isEmpty else { throw Self.missing(.question, of: record.json) }
    var truth = truth
    truth.question = text
    try truth.check()
    let id = try self.text(.id, record.json)?.trimmed ?? record.defaultID
    var draft = QuestionDraft(
      id: id + suffix, images: images, question: text,
      place: Place(record: id + suffix, line: record.line)
    ) { [truth] size throws(Fault) in try truth.read(in: size) }
    draft.options = truth.options
    let split = try self.text(.split, record.json)?.trimmed
    draft.split = split.map(SplitName.standard) ?? record.split
    draft.remark = record.remark
    return draft
  }

  /// The value of a field and its key; nil where it is absent, null or blank.
  func value(_ field: AnnotationField, _ json: JSON) throws(Fault) -> (key: String, value: JSON)? {
    if let mapped = mapping?[field] {
      guard let value = try mapped.value(in: json) else {
        if [.options, .split, .box, .label, .answer].contains(field) { return nil }
        throw Fault(
          "ingest.field", "the record has no \(mapped), which the mapping takes as its \(field)",
          at: Place(key: mapped.key))
      }
      return (mapped.key, value)
    }
    for name in field.names {
      guard let value = json[name] else { continue }
      if case .string = value, value.scalarText == nil { continue }
      return (name, value)
    }
    return nil
  }

  /// A field that is one text.
  func text(_ field: AnnotationField, _ json: JSON) throws(Fault) -> String? {
    guard let (key, value) = try value(field, json) else { return nil }
    if let text = value.scalarText { return text }
    // A list of one answer is that answer.
    if case .array(let elements) = value, elements.count == 1, let text = elements[0].scalarText {
      return text
    }
    throw Fault("json.kind", "expected a text, found \(value.brief)", at: Place(key: key))
  }

  private func options(of json: JSON) throws(Fault) -> ([String], areLettered: Bool) {
    if let (key, value) = try value(.options, json) {
      do {
        return (Choice.plain(try value.fieldTexts()), Choice.areLettered(value))
      } catch { throw error.inside(key) }
    }
    guard mapping?[.options] == nil else { return ([], false) }
    let present = AnnotationField.letters.compactMap { letter in
      json[letter]?.scalarText.map { (key: letter, value: $0) }
    }
    return present.count < 2 ? ([], false) : (try Choice.lettered(present), true)
  }

  /// The pictures: those the layout knows, or those the record names.
  ///
  /// - Throws: `ingest.field` if there are none; faults of `DraftImage.read`.
  func images(of record: AnnotationRecord) throws(Fault) -> [DraftImage] {
    if let images = record.images, mapping?[.image] == nil { return images }
    guard let (key, value) = try value(.image, record.json) else {
      throw Self.missing(.image, of: record.json)
    }
    let images: [DraftImage]
    do { images = try DraftImage.read(value) } catch { throw error.inside(key) }
    guard !images.isEmpty else { throw Self.missing(.image, of: record.json) }
    return images
  }

  static func missing(_ field: AnnotationField, of json: JSON) -> Fault {
    let found = (try? json.asObject.keys.prefix(8).joined(separator: ", ")) ?? ""
    return Fault(
      "ingest.field",
      "the record has no \(field.rawValue): none of " + field.names.joined(separator: ", ")
        + "; it has \(found.isEmpty ? "no field" : found). A mapping can name another",
      at: Place(key: field.rawValue))
  }
}

/// The words for parts of a collection.
enum SplitName {
  private static let standards = [
    "train": "train", "training": "train", "val": "validation", "valid": "validation",
    "validation": "validation", "dev": "validation", "test": "test", "testing": "test",
  ]

  /// `train`, `validation` or `test` for the usual words in any case; others as they are.
  static func standard(_ word: String) -> String { standards[word.lowercased()] ?? word }

  /// The split that a file of annotations is of, by its own name, `train.jsonl`, or by its folder.
  static func member(_ path: String) -> String? {
    let stem = Files.name(of: path).prefix { $0 != "." }
    return standards[stem.lowercased()] ?? folder(of: path)
  }

  /// The split that a folder of a path names, the innermost first.
  static func folder(of path: String) -> String? {
    path.split(separator: "/").dropLast().reversed()
      .lazy.compactMap { standards[$0.lowercased()] }.first
  }
}

extension DraftImage {
  /// Pictures as records name them: a path, a `data:` URL of base64, an object with `path`, `bytes`
  /// or `file_name`, or an array of such; in a text, a list of paths.
  ///
  /// - Throws: `json.kind`, `ingest.url`, `base64.invalid`.
  static func read(_ value: JSON) throws(Fault) -> [DraftImage] {
    switch value {
    case .array:
      return try value.elements { element throws(Fault) in try read(element) }.flatMap { $0 }
    case .object:
      let names = ["path", "file_name", "image", "url", "bytes"]
      guard let name = names.first(where: { value[$0] != nil }), let inner = value[name] else {
        throw Fault("json.kind", "expected a picture's path, found \(value.brief)")
      }
      do {
        return name == "bytes" ? [try base64(try inner.asString)] : try read(inner)
      } catch { throw error.inside(name) }
    case .string(let text):
      let isList = text.hasPrefix("[") && text.hasSuffix("]")
      return try (isList ? TextList.parse(text) : [text]).map { text throws(Fault) in
        try read(text: text)
      }
    default: throw Fault("json.kind", "expected a picture's path, found \(value.brief)")
    }
  }

  private static func read(text: String) throws(Fault) -> DraftImage {
    if text.hasPrefix("data:image/"), let comma = text.firstIndex(of: ",") {
      return try base64(text[text.index(after: comma)...])
    }
    for scheme in ["http://", "https://", "s3://", "gs://"] where text.hasPrefix(scheme) {
      throw Fault("ingest.url", "the picture \(text.prefix(80)) is not in the archive")
    }
    let path = text.trimmed
    return .member(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
  }

  /// A picture in base64, with newlines or without.
  static func base64(
    _ text: some StringProtocol, name: String = "base64"
  ) throws(Fault) -> DraftImage {
    guard let bytes = Base64.bytes(of: text.utf8.filter { $0 > 0x20 }) else {
      throw Fault("base64.invalid", "the picture is not base64")
    }
    return .bytes(bytes, name: name)
  }
}
