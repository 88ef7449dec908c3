package import Foundations
internal import JSONText
internal import Synchronization

/// LLaMA-Factory's: chats as `conversations` or `messages`, or `instruction`, `input` and `output`,
/// with `images`.
///
/// A `dataset_info.json` beside the member may name its columns, roles and split.
package struct LlamaFactoryLayout: RecordLayout {
  package let name = "llama-factory"
  private let infos = DatasetInfos()

  package init() {}

  package func claims(_ member: String) -> Bool {
    AnnotationPath.has([".json", ".jsonl"], member)
      && Files.name(of: member) != DatasetInfo.name
  }

  package func heeds(_ name: String) -> Bool { name == DatasetInfo.name }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    let head = try member.jsonHead()
    if WebDatasetLayout.isList(member, head) { return false }
    if Self.fits(head) { return true }
    guard head.holdsRecords, !MSSwiftLayout.fits(head), !ViGoRLLayout.fits(head) else {
      return false
    }
    return try DatasetInfo(beside: member, among: infos) != nil
  }

  static func fits(_ head: AnnotationHead) -> Bool {
    guard head.holdsRecords, !ViGoRLLayout.fits(head), !MSSwiftLayout.fits(head) else {
      return false
    }
    return head.has("conversations", .list) || head.has("messages", .list)
      || head.has("instruction", .text) && head.has("output", .text)
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.jsonHead().holdsRecords
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    let split = try DatasetInfo(beside: member, among: infos)?.split
    try member.jsonRecords { found in
      try body(
        found.map { record in
          var record = record
          record.split = split
          return record
        })
    }
  }

  package func reader(for member: any AnnotationMember) throws(Fault) -> any RecordReader {
    FieldReader(chat: try DatasetInfo(beside: member, among: infos)?.names ?? ChatNames())
  }
}

/// ms-swift's: JSON Lines of `messages` with `images` and `objects`.
package struct MSSwiftLayout: RecordLayout {
  package let name = "ms-swift"

  package init() {}

  package func claims(_ member: String) -> Bool {
    AnnotationPath.has([".jsonl", ".json"], member)
  }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    let head = try member.jsonHead()
    return Self.fits(head) && !WebDatasetLayout.isList(member, head)
  }

  static func fits(_ head: AnnotationHead) -> Bool {
    head.has("messages", .list)
      && (head.form == .lines || head.form == .array && head.has("objects"))
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try member.jsonHead().holdsRecords
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    try member.jsonRecords(body)
  }
}

/// The sets of the last `dataset_info.json` that was parsed, which every member beside it asks for.
private final class DatasetInfos: Sendable {
  private struct Sets {
    let bytes: [UInt8]
    let byFile: [String: JSONObject.Member]
  }

  private let last = Mutex<Sets?>(nil)

  /// What the text says of a file.
  func set(of file: String, in bytes: [UInt8]) throws(Fault) -> JSONObject.Member? {
    if let sets = last.withLock({ $0 }), sets.bytes == bytes { return sets.byFile[file] }
    var byFile: [String: JSONObject.Member] = [:]
    for set in try JSON.parse(Array(TextEncoding.content(of: bytes))).asObject.members.reversed() {
      if let path = set.value["file_name"]?.scalarText { byFile[Files.name(of: path)] = set }
    }
    last.withLock { $0 = Sets(bytes: bytes, byFile: byFile) }
    return byFile[file]
  }
}

/// What `dataset_info.json` says about one file of LLaMA-Factory.
struct DatasetInfo {
  static let name = "dataset_info.json"

  private(set) var names = ChatNames()
  let split: String?

  /// nil if there is no such member, or it does not name this one.
  ///
  /// - Throws: faults of JSON in `dataset_info.json`.
  fileprivate init?(
    beside member: any AnnotationMember, among infos: DatasetInfos
  ) throws(Fault) {
    let path = AnnotationPath.path(Self.name, besides: member.path)
    guard let bytes = try member.beside(path) else { return nil }
    do throws(Fault) {
      let name = Files.name(of: member.plainPath)
      guard let (key, info) = try infos.set(of: name, in: bytes) else { return nil }
      do throws(Fault) {
        split = try info.optionalString("split").map(SplitName.standard)
        if let columns = info["columns"] {
          do { try read(columns: columns) } catch { throw error.inside("columns") }
        }
        if let tags = info["tags"] {
          do { try read(tags: tags) } catch { throw error.inside("tags") }
        }
      } catch { throw error.inside(key) }
    } catch { throw error.placed(in: Place(member: path)) }
  }

  private mutating func read(columns: JSON) throws(Fault) {
    if let key = try columns.optionalString("messages") { names.messages = [key] }
    if let key = try columns.optionalString("images") { names.images = [key] }
    names.prompt = try columns.optionalString("prompt") ?? names.prompt
    names.query = try columns.optionalString("query") ?? names.query
    names.response = try columns.optionalString("response") ?? names.response
  }

  private mutating func read(tags: JSON) throws(Fault) {
    if let key = try tags.optionalString("role_tag") { names.role = [key] }
    if let key = try tags.optionalString("content_tag") { names.content = [key] }
    if let word = try tags.optionalString("user_tag") { names.user = [word] }
    if let word = try tags.optionalString("assistant_tag") { names.assistant = [word] }
    if let word = try tags.optionalString("system_tag") { names.system = [word] }
    for key in ["observation_tag", "function_tag"] {
      if let word = try tags.optionalString(key) { names.tools.append(word) }
    }
  }
}
