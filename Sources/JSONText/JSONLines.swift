package import Foundations

/// The lines of a JSON Lines text, one value each; blank lines are skipped.
///
/// A line is parsed when it is asked for, so that a bad one is a fault of its own and the reader
/// goes on to the next.
package struct JSONLines: Sequence, Sendable {
  package let bytes: [UInt8]
  package let file: String?

  package init(_ bytes: [UInt8], file: String? = nil) {
    self.bytes = bytes
    self.file = file
  }

  /// All values; the first bad line throws.
  package static func parse(_ bytes: [UInt8], file: String? = nil) throws(Fault) -> [JSON] {
    var values: [JSON] = []
    for line in JSONLines(bytes, file: file) { values.append(try line.json()) }
    return values
  }

  /// One compact value a line, each ended by a newline.
  package static func bytes(of values: some Sequence<JSON>) -> [UInt8] {
    var output: [UInt8] = []
    for value in values {
      value.append(to: &output)
      output.append(UInt8(ascii: "\n"))
    }
    return output
  }

  /// One line of the text, not yet parsed.
  package struct Line: Sendable {
    fileprivate let text: [UInt8]
    package let file: String?
    /// Counted from 1, blank lines included.
    package let number: Int
    /// The bytes of the line in the text, without its newline.
    package let range: Range<Int>

    /// The value; a fault names file, line, column, and the byte in the whole text.
    package func json() throws(Fault) -> JSON {
      do {
        return try JSON.parse(text.span.extracting(range), file: file)
      } catch {
        var fault = error
        fault.place.line = number
        fault.place.byte = fault.place.byte.map { $0 + range.lowerBound }
        throw fault
      }
    }

    /// The value as a record; a fault of `read` is placed at file, line and the record's `id`.
    package func record<T>(_ read: (JSON) throws(Fault) -> T) throws(Fault) -> T {
      let json = try json()
      do {
        return try read(json)
      } catch {
        throw error.placed(in: place(of: json))
      }
    }

    /// File, line, and the `id` of `json` where it has one.
    package func place(of json: JSON) -> Place {
      var place = Place(file: file, line: number)
      if case .object(let object) = json, case .string(let id)? = object["id"] { place.record = id }
      return place
    }
  }

  package struct Iterator: IteratorProtocol {
    fileprivate let lines: JSONLines
    fileprivate var at = 0
    fileprivate var number = 0

    package mutating func next() -> Line? {
      while at < lines.bytes.count {
        let start = at
        while at < lines.bytes.count && lines.bytes[at] != 0x0A { at += 1 }
        let range = start..<at
        at += 1
        number += 1
        if range.contains(where: { !Self.isSpace(lines.bytes[$0]) }) {
          return Line(text: lines.bytes, file: lines.file, number: number, range: range)
        }
      }
      return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x0D || byte == 0x09
    }
  }

  package func makeIterator() -> Iterator { Iterator(lines: self) }
}
