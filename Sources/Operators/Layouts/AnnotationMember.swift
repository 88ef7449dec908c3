package import Foundations

/// A member of an archive that may hold annotations.
package protocol AnnotationMember {
  /// The path in the archive, with `.zst` or `.gz` where it has one.
  var path: String { get }
  /// The first bytes of the content, expanded: 64 KiB, or all there is.
  func head() throws(Fault) -> [UInt8]
  /// Hands the content, expanded, to `body` piece by piece; no piece is empty.
  func pieces(_ body: ([UInt8]) throws -> Void) throws
  /// The content of another member that some layout claims, by its whole path.
  func beside(_ path: String) throws(Fault) -> [UInt8]?
  /// The members of one WebDataset key in their order, pictures and annotations, this one among
  /// them: those whose path up to the first dot of its last part is `key`.
  func siblings(_ key: String) -> [AnnotationSibling]
}

/// A member with the key of another.
package struct AnnotationSibling: Sendable, Equatable {
  package let path: String
  /// Counted in the archive; members that lie side by side have neighbouring numbers.
  package let position: Int
  package let isPicture: Bool

  package init(path: String, position: Int, isPicture: Bool) {
    self.path = path
    self.position = position
    self.isPicture = isPicture
  }
}

extension AnnotationMember {
  /// The path without the ending of a compression.
  var plainPath: String { AnnotationPath.plain(path) }

  /// The whole content, without a byte order mark.
  func bytes() throws -> [UInt8] {
    var all: [UInt8] = []
    try text { all += $0 }
    return all
  }

  /// The same, with a fault for whatever goes wrong.
  func wholeBytes() throws(Fault) -> [UInt8] {
    do { return try bytes() } catch let fault as Fault { throw fault } catch {
      throw Fault("text.unreadable", "the member cannot be read", cause: "\(error)")
    }
  }

  /// Hands the content to `body` piece by piece, without a byte order mark.
  ///
  /// - Throws: `text.utf-16`; what `body` throws.
  func text(_ body: ([UInt8]) throws -> Void) throws {
    var start: [UInt8]? = []
    try pieces { piece in
      guard let held = start else { return try body(piece) }
      let beginning = held + piece
      if beginning.count < 3 {
        start = beginning
        return
      }
      start = nil
      let content = try TextEncoding.content(of: beginning)
      if !content.isEmpty { try body(Array(content)) }
    }
    if let start, !start.isEmpty { try body(Array(try TextEncoding.content(of: start))) }
  }

  /// Hands the lines that are not blank to `body`.
  ///
  /// - Throws: `text.line-size`, `text.utf-16`; what `body` throws.
  func lines(_ body: (TextLine) throws -> Void) throws {
    var splitter = LineSplitter()
    try text { piece in try splitter.feed(piece, body) }
    try splitter.finish(body)
  }
}

/// Names of members that hold annotations.
package enum AnnotationPath {
  /// The path without the ending of a compression.
  package static func plain(_ path: String) -> String {
    for ending in [".zst", ".gz"] where has([ending], path) {
      return String(path.dropLast(ending.count))
    }
    return path
  }

  /// Whether a path has one of some endings, which are in lower case, in any case of letters.
  static func has(_ endings: [String], _ path: String) -> Bool {
    let letters = path.utf8
    return endings.contains { ending in
      letters.count >= ending.utf8.count
        && letters.suffix(ending.utf8.count).elementsEqual(ending.utf8) { letter, other in
          letter == other || (0x41...0x5A).contains(letter) && letter | 0x20 == other
        }
    }
  }

  /// The path up to the last dot of its last part.
  static func stem(_ path: String) -> String {
    let name = Files.name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path }
    return String(path.dropLast(name[dot...].count))
  }

  /// A path from the folder of a member on; that folder is the root of `member` without one.
  static func path(_ name: String, besides member: String) -> String {
    let folder = Files.parent(of: member)
    return folder == "." ? name : "\(folder)/\(name)"
  }

  /// The WebDataset key of a path and its field in lower case: what stands before and after the
  /// first dot of the last part; nil without a dot, and for names such as `.a` and `__a__`.
  package static func key(of path: String) -> (key: String, field: String)? {
    let name = Files.name(of: path)
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    if name.hasPrefix("__") && name[..<dot].hasSuffix("__") { return nil }
    let field = name[name.index(after: dot)...]
    return (String(path.dropLast(field.count + 1)), field.lowercased())
  }
}

/// What foreign texts are written in: UTF-8, with a byte order mark or without.
enum TextEncoding {
  /// The length of the byte order mark, which readers may ignore (RFC 8259, 8.1): 3, or 0 without.
  static func markBytes(of start: [UInt8]) -> Int {
    start.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The bytes behind a byte order mark.
  ///
  /// - Throws: `text.utf-16`.
  static func content(of start: [UInt8]) throws(Fault) -> ArraySlice<UInt8> {
    if isUTF16(start) {
      throw Fault("text.utf-16", "the text is UTF-16 or UTF-32; save it as UTF-8")
    }
    return start[markBytes(of: start)...]
  }

  /// By its byte order mark, or by zeros among the first bytes, which no text in UTF-8 has.
  static func isUTF16(_ start: [UInt8]) -> Bool {
    start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.prefix(4).contains(0)
  }
}
