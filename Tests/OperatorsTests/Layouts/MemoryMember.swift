import Foundations
import Operators

/// A member of an archive that is only in memory; its content comes in small pieces.
struct MemoryMember: AnnotationMember {
  let path: String
  let content: [UInt8]
  var others: [String: [UInt8]] = [:]
  /// All members of the archive, in their order.
  var listing: [String] = []
  var pieceBytes = 7

  init(_ path: String, _ content: [UInt8]) {
    self.path = path
    self.content = content
  }

  init(_ path: String, _ text: String) { self.init(path, Array(text.utf8)) }

  func head() throws(Fault) -> [UInt8] { Array(content.prefix(1 << 16)) }

  func pieces(_ body: ([UInt8]) throws -> Void) throws {
    for start in stride(from: 0, to: content.count, by: pieceBytes) {
      try body(Array(content[start..<min(start + pieceBytes, content.count)]))
    }
  }

  func beside(_ path: String) throws(Fault) -> [UInt8]? { others[path] }

  func siblings(_ key: String) -> [AnnotationSibling] {
    listing.enumerated().filter { AnnotationPath.key(of: $0.element)?.key == key }.map {
      AnnotationSibling(
        path: $0.element, position: $0.offset,
        isPicture: [".png", ".jpg", ".jpeg"].contains(where: $0.element.lowercased().hasSuffix))
    }
  }
}

extension AnnotationLayout {
  /// All entries of a member.
  func entries(of member: MemoryMember) throws -> [AnnotationEntry] {
    var entries: [AnnotationEntry] = []
    try drafts(of: member) { entries.append($0) }
    return entries
  }

  /// The questions of a member, none of which is bad.
  func drafts(of member: MemoryMember) throws -> [QuestionDraft] {
    try entries(of: member).compactMap { try $0.get() }
  }
}

extension AnnotationEntry {
  /// The draft; nil if the entry is dropped.
  func get() throws(Fault) -> QuestionDraft? {
    switch self {
    case .draft(let draft): return draft
    case .bad(let fault): throw fault
    case .dropped: return nil
    }
  }
}
