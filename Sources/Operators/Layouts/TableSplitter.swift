internal import Foundations
internal import JSONText

/// Cuts a table that comes in pieces into rows: RFC 4180 with any separator.
///
/// A field may stand in double quotes, with `""` for a quote, and then hold separators and newlines.
/// Rows end with LF or CRLF; blank rows are skipped.
struct TableSplitter {
  struct Row: Equatable {
    var fields: [[UInt8]]
    /// Where it begins, counted from 1.
    var line: Int
    /// Why it cannot be used: `table.quote`, `table.row-size`.
    var flaw: Fault?
  }

  private enum State {
    case fieldStart, plain, quoted, quoteInQuoted, skipping
  }

  private let separator: UInt8
  private let limit: Int
  private var state = State.fieldStart
  private var field: [UInt8] = []
  private var row: Row
  private var rowBytes = 0
  private var line = 1
  /// Where the quoted field at hand was opened.
  private var quoteLine = 1

  /// - Parameter limit: the longest row, in bytes; one with a picture in base64 fits.
  init(separator: UInt8, limit: Int = 128 << 20) {
    self.separator = separator
    self.limit = limit
    row = Row(fields: [], line: 1)
  }

  mutating func feed(_ piece: [UInt8], _ body: (Row) throws -> Void) throws {
    var at = 0
    while at < piece.count {
      let byte = piece[at]
      switch state {
      case .plain, .quoted:
        let end = runEnd(piece, at)
        if end > at {
          field += piece[at..<end]
          if state == .quoted { for byte in piece[at..<end] where byte == 0x0A { line += 1 } }
          at = end
          try checkSize(body)
          continue
        }
        at += 1
        if state == .quoted { state = .quoteInQuoted } else { try endField(with: byte, body) }
      case .fieldStart:
        at += 1
        if byte == UInt8(ascii: "\"") {
          (state, quoteLine) = (.quoted, line)
        } else if byte == separator || byte == 0x0A {
          try endField(with: byte, body)
        } else {
          field.append(byte)
          state = .plain
        }
      case .quoteInQuoted:
        at += 1
        if byte == UInt8(ascii: "\"") {
          field.append(byte)
          state = .quoted
        } else if byte == separator || byte == 0x0A {
          try endField(with: byte, body)
        } else if byte != 0x0D {
          flaw("table.quote", "found text after the quote that ends a field; double the quote")
          at -= 1
          state = .skipping
        }
      case .skipping:
        at += 1
        if byte == 0x0A { try endRow(body) }
      }
    }
  }

  /// Hands over the last row, which needs no newline.
  ///
  /// - Parameter isCut: whether the text goes on, so that a quote may be open.
  /// - Throws: `table.quote` for an open quote, which took in all rows behind it; what `body` throws.
  mutating func finish(isCut: Bool = false, _ body: (Row) throws -> Void) throws {
    if state == .quoted && !isCut {
      throw Fault(
        "table.quote",
        "the quote that opens a field here is not closed up to the end, so that no row from here on "
          + "can be told", at: Place(line: quoteLine))
    }
    guard !field.isEmpty || !row.fields.isEmpty || row.flaw != nil || state == .quoteInQuoted
    else { return }
    try endField(with: 0x0A, body)
  }

  /// Where the bytes end that need no look: at a separator or newline, or at a quote.
  private func runEnd(_ piece: [UInt8], _ start: Int) -> Int {
    let isQuoted = state == .quoted
    let separator = separator
    let bytes = piece.span
    var at = start
    while at < bytes.count {
      let byte = bytes[at]
      if isQuoted ? byte == UInt8(ascii: "\"") : byte == separator || byte == 0x0A { break }
      at += 1
    }
    return at
  }

  private mutating func endField(with byte: UInt8, _ body: (Row) throws -> Void) throws {
    if byte == 0x0A && state == .plain && field.last == 0x0D { field.removeLast() }
    rowBytes += field.count
    row.fields.append(field)
    field = []
    state = .fieldStart
    if byte == 0x0A { try endRow(body) }
  }

  private mutating func endRow(_ body: (Row) throws -> Void) throws {
    let ended = row
    line += 1
    row = Row(fields: [], line: line)
    rowBytes = 0
    state = .fieldStart
    field = []
    let isBlank = ended.fields.allSatisfy { $0.allSatisfy { $0 <= 0x20 } } && ended.flaw == nil
    if !isBlank { try body(ended) }
  }

  /// Gives up a row that is too long, and goes on with the next line.
  private mutating func checkSize(_ body: (Row) throws -> Void) throws {
    guard rowBytes + field.count > limit else { return }
    let message =
      "the row has more than \(limit) bytes"
      + (state == .quoted ? "; is the quote in line \(quoteLine) closed?" : "")
    flaw("table.row-size", message)
    state = .skipping
  }

  private mutating func flaw(_ code: String, _ message: String) {
    row.flaw = Fault(code, message, at: Place(line: row.line))
    field = []
  }
}

/// The first row of a table and what its first bytes tell.
struct TableHead {
  /// The names of the columns; empty where the text is no table.
  let names: [String]
  /// The fields of the second row, the last one as far as it is there.
  let first: [[UInt8]]
  let separator: UInt8

  init(_ bytes: [UInt8], path: String) {
    var rows: [TableSplitter.Row] = []
    guard !TextEncoding.isUTF16(bytes), let text = try? TextEncoding.content(of: bytes) else {
      (names, first, separator) = ([], [], UInt8(ascii: ","))
      return
    }
    let separator = Self.separator(of: text, path: path)
    self.separator = separator
    var splitter = TableSplitter(separator: separator)
    try? splitter.feed(Array(text)) { row in rows.append(row) }
    try? splitter.finish(isCut: true) { row in rows.append(row) }
    names = rows.first.map { $0.fields.map { String(decoding: $0, as: UTF8.self).trimmed } } ?? []
    first = rows.count > 1 ? rows[1].fields : []
  }

  func has(_ name: String) -> Bool { names.contains(name) }

  /// A tab in `.tsv`; else the one of tab, semicolon and comma that the first line has most often.
  private static func separator(of text: ArraySlice<UInt8>, path: String) -> UInt8 {
    if AnnotationPath.has([".tsv"], path) { return 0x09 }
    let line = text.prefix { $0 != 0x0A }
    let candidates: [UInt8] = [UInt8(ascii: ","), 0x09, UInt8(ascii: ";")]
    let counts = candidates.map { sign in line.count { $0 == sign } }
    let most = counts.max() ?? 0
    return zip(candidates, counts).first { $0.1 == most }?.0 ?? UInt8(ascii: ",")
  }
}

extension AnnotationMember {
  /// Whether the member is a table, by the ending of its name.
  var isTable: Bool { AnnotationPath.has([".csv", ".tsv"], plainPath) }

  func tableHead() throws(Fault) -> TableHead { TableHead(try head(), path: plainPath) }

  /// Hands the rows of a table to `body` as objects of texts, blank fields left out.
  ///
  /// - Throws: `table.header`; `table.quote` if the last quote is not closed; what `body` throws.
  func tableRecords(_ body: (Result<AnnotationRecord, Fault>) throws -> Void) throws {
    var splitter = TableSplitter(separator: try tableHead().separator)
    var names: [String]?
    var number = 0
    let stem = AnnotationPath.stem(plainPath)
    func take(_ row: TableSplitter.Row) throws {
      guard let columns = names else {
        names = try Self.header(row)
        return
      }
      number += 1
      try body(Result { () throws(Fault) in try Self.record(row, columns, "\(stem)-\(number)") })
    }
    try text { piece in try splitter.feed(piece, take) }
    try splitter.finish(take)
  }

  private static func header(_ row: TableSplitter.Row) throws(Fault) -> [String] {
    if let flaw = row.flaw { throw flaw }
    var names: [String] = []
    var known: Set<String> = []
    for field in row.fields {
      guard let name = String(validating: field, as: UTF8.self)?.trimmed else {
        throw Fault("text.encoding", "the header is not UTF-8", at: Place(line: row.line))
      }
      guard name.isEmpty || known.insert(name).inserted else {
        throw Fault(
          "table.header", "two columns are called \"\(name)\"", at: Place(line: row.line))
      }
      names.append(name)
    }
    return names
  }

  private static func record(
    _ row: TableSplitter.Row, _ names: [String], _ id: String
  ) throws(Fault) -> AnnotationRecord {
    if let flaw = row.flaw { throw flaw }
    guard row.fields.count == names.count else {
      throw Fault(
        "table.fields", "the row has \(row.fields.count) fields, the header \(names.count)",
        at: Place(line: row.line))
    }
    var object = JSONObject()
    for (name, field) in zip(names, row.fields) where !name.isEmpty && !field.isEmpty {
      guard let text = String(validating: field, as: UTF8.self) else {
        throw Fault(
          "text.encoding", "the field is not UTF-8", at: Place(key: name, line: row.line))
      }
      object[name] = .string(text)
    }
    return AnnotationRecord(.object(object), line: row.line, id: id)
  }
}
