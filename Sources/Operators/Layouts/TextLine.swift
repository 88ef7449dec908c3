internal import Foundations
internal import JSONText

/// One line of a text, without its newline.
struct TextLine {
  let bytes: [UInt8]
  /// Counted from 1, blank lines included.
  let number: Int
  /// Where the line begins in the text.
  let start: Int

  /// The value; a fault names line, column, and the byte in the whole text.
  func json() throws(Fault) -> JSON {
    do { return try JSON.parse(bytes) } catch {
      var fault = error
      fault.place.line = number
      fault.place.byte = fault.place.byte.map { $0 + start }
      throw fault
    }
  }

  /// Line, and the `id` of `json` where it has one.
  func place(of json: JSON) -> Place {
    var place = Place(line: number)
    if case .string(let id)? = json["id"] { place.record = id }
    return place
  }
}

/// Cuts a text that comes in pieces into lines; blank ones are counted and skipped.
struct LineSplitter {
  private var begun: [UInt8] = []
  private var number = 1
  private var start = 0
  /// The longest line, in bytes; one with a picture in base64 fits.
  private let limit: Int

  init(limit: Int = 128 << 20) { self.limit = limit }

  /// - Throws: `text.line-size`; what `body` throws.
  mutating func feed(_ piece: [UInt8], _ body: (TextLine) throws -> Void) throws {
    var begin = 0
    var newline = LineScanner.newline(in: piece.span, from: begin)
    while newline < piece.count {
      try end(piece[begin..<newline], body)
      begin = newline + 1
      newline = LineScanner.newline(in: piece.span, from: begin)
    }
    begun += piece[begin...]
    guard begun.count <= limit else {
      throw Fault(
        "text.line-size", "the line has more than \(limit) bytes", at: Place(line: number))
    }
  }

  /// Hands over the last line, which needs no newline.
  mutating func finish(_ body: (TextLine) throws -> Void) throws { try end([], body) }

  private mutating func end(
    _ tail: ArraySlice<UInt8>, _ body: (TextLine) throws -> Void
  ) throws {
    let bytes = begun.isEmpty ? Array(tail) : begun + tail
    begun = []
    defer {
      number += 1
      start += bytes.count + 1
    }
    guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
    try body(TextLine(bytes: bytes, number: number, start: start))
  }
}
