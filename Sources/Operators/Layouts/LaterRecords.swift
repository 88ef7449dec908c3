internal import Foundations

/// A member as if its first records were not there: what its head tells then.
///
/// The first record of a file can be broken, and the file annotations all the same.
private struct LaterRecords: AnnotationMember {
  let member: any AnnotationMember
  let start: [UInt8]

  var path: String { member.path }
  func head() throws(Fault) -> [UInt8] { start }
  func pieces(_ body: ([UInt8]) throws -> Void) throws { try member.pieces(body) }
  func beside(_ path: String) throws(Fault) -> [UInt8]? { try member.beside(path) }
  func siblings(_ key: String) -> [AnnotationSibling] { member.siblings(key) }
}

extension AnnotationLayout {
  /// Whether a record behind the first one tells that a claimed member is in this layout.
  func recognisesLater(_ member: any AnnotationMember) throws(Fault) -> Bool {
    for start in try member.laterStarts() {
      if try recognises(LaterRecords(member: member, start: start)) { return true }
    }
    return false
  }
}

extension AnnotationMember {
  /// Whether every line is a record of its own, by the ending of the name.
  var isLines: Bool { AnnotationPath.has([".jsonl", ".ndjson"], plainPath) }

  /// The head from the second record on, from the third on and so forth, as far as they are objects.
  fileprivate func laterStarts() throws(Fault) -> [[UInt8]] {
    guard isLines || AnnotationPath.has([".json"], plainPath) else { return [] }
    let head = try head()
    guard !TextEncoding.isUTF16(head) else { return [] }
    let object = UInt8(ascii: "{")
    if isLines {
      let lines = head.indices.filter { $0 > 0 && head[$0 - 1] == 0x0A && head[$0] == object }
      return lines.prefix(Self.mostStarts).map { Array(head[$0...]) }
    }
    guard try jsonHead().form == .array else { return [] }
    let starts = Self.elements(of: head).dropFirst().filter { head[$0] == object }
    return starts.prefix(Self.mostStarts).map { [UInt8(ascii: "[")] + head[$0...] }
  }

  private static var mostStarts: Int { 32 }

  /// Where the elements of the array begin that a text is.
  private static func elements(of text: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var (depth, isText, isEscaped, isNext) = (0, false, false, false)
    for (index, byte) in text.enumerated() {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      if isNext, byte > 0x20 {
        starts.append(index)
        isNext = false
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isNext = depth == 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ","): isNext = depth == 1
      default: break
      }
    }
    return starts
  }
}
