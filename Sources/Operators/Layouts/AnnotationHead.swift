internal import Foundations

/// What the first bytes of a JSON member tell of it, whether they are all of it or not.
struct AnnotationHead {
  enum Form {
    /// One object a line.
    case lines
    /// An array of objects.
    case array
    /// An array of arrays.
    case arrays
    /// One object.
    case object
    /// Objects, one a line or only one, that `scanpath export` wrote; no other layout reads them.
    case export
    case other
  }

  enum Kind {
    case text
    case list
    case object
    case scalar
  }

  let form: Form
  /// The fields of the first record, or of the one object, as far as they are seen.
  private(set) var fields: [String: Kind] = [:]
  /// Whether the first record ends within the bytes.
  private(set) var isWhole = false

  /// - Parameter path: of the member without a compression's ending; says what one object is.
  init(_ bytes: [UInt8], path: String) {
    guard !TextEncoding.isUTF16(bytes), let text = try? TextEncoding.content(of: bytes),
      let first = Self.nextSign(in: text, from: text.startIndex)
    else {
      form = .other
      return
    }
    let isLines = AnnotationPath.has([".jsonl", ".ndjson"], path)
    switch text[first] {
    case UInt8(ascii: "{"):
      let end = Self.readFields(in: text, from: first, into: &fields)
      isWhole = end != nil
      let next = end.flatMap { Self.nextSign(in: text, from: $0) }.map { text[$0] }
      if fields[ScanpathLayout.key] == .text {
        form = .export
      } else {
        form = isLines || next == UInt8(ascii: "{") ? .lines : .object
      }
    case UInt8(ascii: "["):
      let second = Self.nextSign(in: text, from: first + 1)
      switch second.map({ text[$0] }) {
      case UInt8(ascii: "{"):
        form = .array
        isWhole = Self.readFields(in: text, from: second ?? first, into: &fields) != nil
      case UInt8(ascii: "["): form = .arrays
      default: form = .other
      }
    default: form = .other
    }
  }

  /// Whether there are records: objects in an array or in lines.
  var holdsRecords: Bool { form == .lines || form == .array }

  func has(_ field: String, _ kind: Kind? = nil) -> Bool {
    guard let found = fields[field] else { return false }
    return kind == nil || kind == found
  }

  func hasAny(_ names: [String]) -> Bool { names.contains { has($0) } }

  // MARK: Scanning

  private static func nextSign(in text: ArraySlice<UInt8>, from start: Int) -> Int? {
    text[min(start, text.endIndex)...].firstIndex { $0 > 0x20 }
  }

  /// Reads the keys of the object at `start`; returns where it ends, or nil if it is cut.
  private static func readFields(
    in text: ArraySlice<UInt8>, from start: Int, into fields: inout [String: Kind]
  ) -> Int? {
    var at = start
    var depth = 0
    var isKey = false
    while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "\""):
        guard let end = stringEnd(in: text, from: at) else { return nil }
        if isKey, let value = nextSign(in: text, from: end + 1),
          let found = nextSign(in: text, from: value + 1)
        {
          fields[String(decoding: text[(at + 1)..<end], as: UTF8.self)] = kind(text[found])
          isKey = false
        }
        at = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isKey = depth == 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return at + 1 }
      case UInt8(ascii: ","): isKey = depth == 1
      default: break
      }
      at += 1
    }
    return nil
  }

  private static func stringEnd(in text: ArraySlice<UInt8>, from quote: Int) -> Int? {
    var at = quote + 1
    while at < text.endIndex {
      if text[at] == UInt8(ascii: "\"") { return at }
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  private static func kind(_ byte: UInt8) -> Kind {
    switch byte {
    case UInt8(ascii: "\""): .text
    case UInt8(ascii: "["): .list
    case UInt8(ascii: "{"): .object
    default: .scalar
    }
  }
}

extension AnnotationMember {
  /// What the first bytes tell, read as JSON.
  func jsonHead() throws(Fault) -> AnnotationHead {
    AnnotationHead(try head(), path: plainPath)
  }
}
