package import Foundations
internal import JSONText

/// WebDataset's: the members of a sample have one key, `KEY.jpg` and `KEY.json`, `KEY.txt` or
/// `KEY.cls`, and lie side by side.
///
/// The object in the JSON states the question by the standard names, or is a chat; a list of objects
/// is several questions. The text is the field `txt`, the class the field `cls`. A sample that is
/// scattered over the archive is read all the same, and counted as such.
package struct WebDatasetLayout: RecordLayout {
  package let name = "webdataset"

  package init() {}

  /// The fields that state something, the first of a sample that it has speaks for all.
  private static let fields = ["json", "txt", "cls"]

  package func claims(_ member: String) -> Bool {
    AnnotationPath.key(of: member).map { Self.fields.contains($0.field) } ?? false
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    guard let head = try head(ofSample: member) else { return try holdsRecords(member) }
    return Self.holdsRecords(head)
      && (head.form == .object || head.hasAny(Self.questions + AnnotationField.captions))
  }

  /// Any JSON with the key of a picture, and an object that asks something of one that is not there.
  package func adopts(_ member: any AnnotationMember) throws(Fault) -> Bool {
    guard let sample = Sample(of: member), sample.field == "json" else { return false }
    let head = try member.jsonHead()
    if !sample.pictures.isEmpty { return !COCOLayout.fits(head) }
    return head.form == .object && !COCOLayout.fits(head) && Self.speaksOfItsKey(head)
      && head.hasAny(Self.questions + ["caption"])
  }

  private static let questions =
    AnnotationField.question.names + ["conversations", "messages"]

  /// Whether the first record names no picture, so that it is about the one with its key.
  private static func speaksOfItsKey(_ head: AnnotationHead) -> Bool {
    !head.hasAny(AnnotationField.image.names)
  }

  /// Whether a member is a list of questions about the picture with its key.
  static func isList(_ member: any AnnotationMember, _ head: AnnotationHead) -> Bool {
    head.form == .array && speaksOfItsKey(head) && isSidecar(member)
  }

  /// Whether a member is JSON with the key of a picture.
  static func isSidecar(_ member: any AnnotationMember) -> Bool {
    guard let sample = Sample(of: member), sample.field == "json" else { return false }
    return !sample.pictures.isEmpty
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    if let head = try head(ofSample: member) { return Self.holdsRecords(head) }
    guard let sample = Sample(of: member), sample.field != "json", !sample.pictures.isEmpty else {
      return false
    }
    return try !Self.isYOLO(member)
  }

  /// nil if the member is not the JSON of a sample with a picture.
  private func head(ofSample member: any AnnotationMember) throws(Fault) -> AnnotationHead? {
    Self.isSidecar(member) ? try member.jsonHead() : nil
  }

  private static func holdsRecords(_ head: AnnotationHead) -> Bool {
    head.form == .object && !COCOLayout.fits(head) || head.form == .array && speaksOfItsKey(head)
  }

  /// Whether a text is lines of a class and four fractions.
  private static func isYOLO(_ member: any AnnotationMember) throws(Fault) -> Bool {
    let line = try member.head().prefix { $0 != 0x0A }
    let parts = line.split { $0 <= 0x20 }
    return parts.count >= 5
      && parts.allSatisfy { Double(String(decoding: $0, as: UTF8.self)) != nil }
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    guard let sample = Sample(of: member) else {
      throw Fault("webdataset.name", "the name has no key: what stands before its first dot")
    }
    // Another member of the sample speaks for it.
    guard sample.speaker == member.path else { return }
    let records = Result { () throws(Fault) in
      do throws(Fault) {
        try sample.check()
        return try sample.records(of: member)
      } catch { throw error.placed(in: Place(record: sample.key)) }
    }
    switch records {
    case .success(let records): for record in records { try body(record) }
    case .failure(let fault): try body(.failure(fault))
    }
  }

  /// The members of one key.
  private struct Sample {
    let key: String
    let field: String
    let siblings: [AnnotationSibling]

    init?(of member: any AnnotationMember) {
      guard let name = AnnotationPath.key(of: member.plainPath) else { return nil }
      (key, field) = name
      siblings = member.siblings(name.key)
    }

    private static func field(_ path: String) -> String {
      AnnotationPath.key(of: AnnotationPath.plain(path))?.field ?? ""
    }

    /// The pictures: those with a plain field such as `jpg`, or else all, such as `0.jpg`.
    var pictures: [String] {
      let all = siblings.filter(\.isPicture).map(\.path)
      let plain = all.filter { !Self.field($0).contains(".") }
      return plain.isEmpty ? all : plain
    }

    var speaker: String? {
      for field in WebDatasetLayout.fields {
        if let path = siblings.first(where: { Self.field($0.path) == field })?.path { return path }
      }
      return nil
    }

    /// - Throws: `webdataset.repeated`, `webdataset.no-picture`.
    func check() throws(Fault) {
      var seen: Set<String> = []
      for sibling in siblings where !seen.insert(Self.field(sibling.path)).inserted {
        throw Fault(
          "webdataset.repeated",
          "the sample has .\(Self.field(sibling.path)) twice; a reader would take either")
      }
      guard !pictures.isEmpty else {
        throw Fault("webdataset.no-picture", "there is no picture of the key \(key)")
      }
    }

    /// Whether other members lie between those of the sample.
    private var isScattered: Bool {
      zip(siblings, siblings.dropFirst()).contains { $1.position != $0.position + 1 }
    }

    /// The record of the sample, or those of a list, each of which is good or bad by itself.
    func records(
      of member: any AnnotationMember
    ) throws(Fault) -> [Result<AnnotationRecord, Fault>] {
      let content = try content(of: member)
      var elements = [content]
      var isList = false
      if case .array(let list) = content { (elements, isList) = (list, true) }
      if elements.isEmpty { throw Fault("json.kind", "the list is empty; it holds no question") }
      let fields = try fields(of: member, for: elements)
      let images = pictures.map { DraftImage.member($0) }
      let remark = isScattered ? "scattered samples" : nil
      return elements.enumerated().map { index, element in
        Result { () throws(Fault) in
          let path = isList ? "[\(index)]" : nil
          var object: JSONObject
          do throws(Fault) { object = try element.asObject } catch {
            throw (path.map { error.inside($0) } ?? error).placed(in: Place(record: key))
          }
          for (field, text) in fields where !object.has(field) { object[field] = text }
          var record = AnnotationRecord(
            .object(object), path: path, id: isList ? "\(key)-\(index)" : key)
          record.images = images
          record.remark = remark
          return record
        }
      }
    }

    private func content(of member: any AnnotationMember) throws(Fault) -> JSON {
      guard field == "json" else { return .object([:]) }
      return try JSON.parse(try member.wholeBytes())
    }

    /// The texts `txt` and `cls` of the sample, for elements without these fields.
    private func fields(
      of member: any AnnotationMember, for elements: [JSON]
    ) throws(Fault) -> [(field: String, text: JSON)] {
      var fields: [(field: String, text: JSON)] = []
      for field in ["txt", "cls"] where elements.contains(where: { $0[field] == nil }) {
        guard let path = siblings.first(where: { Self.field($0.path) == field })?.path else {
          continue
        }
        let found =
          path == member.path ? try member.wholeBytes() : try member.beside(path)
        let content = try TextEncoding.content(of: found ?? [])
        guard let text = String(validating: content, as: UTF8.self) else {
          throw Fault("text.encoding", "the text is not UTF-8", at: Place(key: field))
        }
        fields.append((field, .string(text.trimmed)))
      }
      return fields
    }
  }
}
