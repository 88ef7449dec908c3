package import Foundations

/// Cuts a JSON text that comes in pieces into the elements of its outer array.
///
/// Of an outer object it cuts out every member: the elements of those that are arrays one by one,
/// each other one whole. Memory holds one element. The elements themselves are not looked into but
/// for strings and brackets: `Part.json` parses them.
package struct JSONSplitter {
  private enum State {
    case start, elementOrEnd, element, afterElement
    case keyOrEnd, key, colon, value, member, afterMember
    case end
  }

  private var state = State.start
  private var isObject = false
  private var keys: Set<String> = []
  private var key: String?
  private var index = 0
  /// The part that is being scanned, and where it began.
  private var buffer: [UInt8] = []
  private var begin = (line: 1, column: 1, byte: 0)
  private var scan = Scan()
  private var line = 1
  private var lineStart = 0
  /// Bytes before the piece at hand.
  private var before = 0
  private let limit: Int

  /// - Parameter limit: the longest element, in bytes.
  package init(limit: Int = 128 << 20) { self.limit = limit }

  /// Takes the next piece and hands the parts that end in it to `body`.
  ///
  /// - Throws: `json.syntax` where the text is no array or object of parts, after which nothing can
  ///   be found in it; `json.element-size`; `json.duplicate-key`; what `body` throws.
  package mutating func feed(_ piece: [UInt8], _ body: (Part) throws -> Void) throws {
    var at = 0
    while at < piece.count {
      switch state {
      case .element, .key, .member:
        let end = scan.end(in: piece.span, from: at)
        buffer += piece[at..<end.at]
        at = end.at
        guard buffer.count <= limit else {
          throw Fault("json.element-size", "the value has more than \(limit) bytes", at: place)
        }
        if end.isComplete { try complete(body) }
      default:
        let byte = piece[at]
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
          at += 1
          if byte == 0x0A { (line, lineStart) = (line + 1, before + at) }
        } else if try step(byte, at: before + at) {
          at += 1
        }
      }
    }
    before += piece.count
  }

  /// Says that there is no more.
  ///
  /// - Throws: `json.syntax` if the outer value is not closed.
  package func finish() throws(Fault) {
    guard state != .end else { return }
    throw Fault(
      "json.syntax", "expected \(expected), found the end of the text",
      at: Place(line: line, column: before - lineStart + 1, byte: before))
  }

  /// Goes on by one byte between parts; returns whether it was used.
  private mutating func step(_ byte: UInt8, at place: Int) throws(Fault) -> Bool {
    let letter = Unicode.Scalar(byte)
    switch (state, letter) {
    case (.start, "["): state = .elementOrEnd
    case (.start, "{"): (state, isObject) = (.keyOrEnd, true)
    case (.elementOrEnd, "]") where index == 0, (.afterElement, "]"):
      state = isObject ? .afterMember : .end
    case (.elementOrEnd, "]"), (.elementOrEnd, ","), (.elementOrEnd, "}"):
      throw wrong(byte, place)
    case (.elementOrEnd, _): return open(.element, byte, place)
    case (.afterElement, ","): state = .elementOrEnd
    case (.keyOrEnd, "}") where keys.isEmpty, (.afterMember, "}"): state = .end
    case (.keyOrEnd, "\""): return open(.key, byte, place)
    case (.colon, ":"): state = .value
    case (.value, "["): (state, index) = (.elementOrEnd, 0)
    case (.value, "]"), (.value, ","), (.value, "}"): throw wrong(byte, place)
    case (.value, _): return open(.member, byte, place)
    case (.afterMember, ","): state = .keyOrEnd
    default: throw wrong(byte, place)
    }
    return true
  }

  /// Begins a part at a byte, which it does not use.
  private mutating func open(_ state: State, _ byte: UInt8, _ place: Int) -> Bool {
    self.state = state
    begin = (line, place - lineStart + 1, place)
    scan = Scan()
    return false
  }

  private mutating func complete(_ body: (Part) throws -> Void) throws {
    let part = Part(
      key: key, index: state == .element ? index : nil, bytes: buffer, line: begin.line,
      column: begin.column, byte: begin.byte)
    for (offset, byte) in buffer.enumerated() where byte == 0x0A {
      (line, lineStart) = (line + 1, begin.byte + offset + 1)
    }
    buffer.removeAll(keepingCapacity: true)
    switch state {
    case .key:
      let name = try part.json().asString
      guard keys.insert(name).inserted else {
        throw Fault("json.duplicate-key", "the key \"\(name)\" is given twice", at: part.place)
      }
      (key, state) = (name, .colon)
    case .member:
      state = .afterMember
      try body(part)
    default:
      index += 1
      state = .afterElement
      try body(part)
    }
  }

  private var place: Place { Place(line: begin.line, column: begin.column, byte: begin.byte) }

  private func wrong(_ byte: UInt8, _ place: Int) -> Fault {
    Fault(
      "json.syntax", "expected \(expected), found \(Flaw.name(of: byte))",
      at: Place(line: line, column: place - lineStart + 1, byte: place))
  }

  private var expected: String {
    switch state {
    case .start: "an array or an object"
    case .elementOrEnd: index == 0 ? "a value or ']'" : "a value"
    case .afterElement: "',' or ']'"
    case .keyOrEnd: keys.isEmpty ? "a key in double quotes or '}'" : "a key in double quotes"
    case .colon: "':' after the key"
    case .value: "a value"
    case .afterMember: "',' or '}'"
    case .element, .key, .member: "the end of the value that starts at line \(begin.line)"
    case .end: "nothing more"
    }
  }
}

extension JSONSplitter {
  /// An element of an array, or a member of the outer object that is no array.
  package struct Part: Sendable {
    /// The member of the outer object; nil in an outer array.
    package let key: String?
    /// Counted from 0 in its array; nil for a member that is no array.
    package let index: Int?
    package let bytes: [UInt8]
    /// Where it begins in the text, counted from 1.
    package let line: Int
    package let column: Int
    /// Counted from 0.
    package let byte: Int

    package var place: Place { Place(key: path, line: line) }

    /// `[3]`, `annotations[3]` or `info`.
    package var path: String { (key ?? "") + (index.map { "[\($0)]" } ?? "") }

    /// The value; a fault names its path, and line, column and byte in the whole text.
    package func json() throws(Fault) -> JSON {
      do { return try JSON.parse(bytes) } catch {
        var fault = error.inside(path)
        if fault.place.line == 1, let found = fault.place.column {
          fault.place.column = found + column - 1
        }
        fault.place.line = fault.place.line.map { $0 + line - 1 }
        fault.place.byte = fault.place.byte.map { $0 + byte }
        throw fault
      }
    }
  }

  /// Looks for the end of one value.
  private struct Scan {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isScalar = false

    /// Where the value ends in `bytes`, or all of them.
    mutating func end(in bytes: Span<UInt8>, from start: Int) -> (at: Int, isComplete: Bool) {
      var at = start
      while at < bytes.count {
        let byte = bytes[at]
        if isInString {
          at += 1
          if isEscaped {
            isEscaped = false
          } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
          } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if depth == 0 { return (at, true) }
          }
          continue
        }
        switch byte {
        case UInt8(ascii: "\"") where !isScalar: isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if isScalar && depth == 0 { return (at, true) }
          depth -= 1
          if depth == 0 { return (at + 1, true) }
        case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09:
          if depth == 0 { return (at, true) }
        default:
          if depth == 0 { isScalar = true }
        }
        at += 1
      }
      return (at, false)
    }
  }
}
