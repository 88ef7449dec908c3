package import Foundations
package import JSONText
package import Schemas

/// One line of a part, not yet parsed, and where it lies.
package struct StoredRecord: Sendable {
  /// The line without its newline.
  package let bytes: [UInt8]
  /// File, line (from 1), and the line's first byte in the content (from 0).
  package let place: Place

  package init(bytes: [UInt8], place: Place) {
    self.bytes = bytes
    self.place = place
  }

  /// The value; a fault of syntax names line, column, and the byte in the content of the part.
  package func json() throws(Fault) -> JSON {
    do {
      return try JSON.parse(bytes, file: place.file)
    } catch {
      var fault = error
      fault.place.line = place.line
      fault.place.byte = fault.place.byte.map { $0 + (place.byte ?? 0) }
      throw fault
    }
  }

  /// The record; a fault of its form names file, line, record and key.
  package func record<R: Record>(as type: R.Type = R.self) throws(Fault) -> R {
    let json = try json()
    do {
      return try R(json: json)
    } catch {
      throw error.placed(in: place(of: json))
    }
  }

  /// File and line, and the record's id where it has one.
  package func place(of json: JSON) -> Place {
    var record: String?
    if case .string(let id)? = json["id"] { record = id }
    return Place(
      file: place.file, record: record, line: place.line,
      byte: place.line == nil ? place.byte : nil)
  }

  /// The same where the line is unknown: faults name the byte.
  var withoutLine: StoredRecord {
    StoredRecord(bytes: bytes, place: Place(file: place.file, byte: place.byte))
  }

  /// The lines of a piece of content that begins at `line` and `byte` of a part; blank ones count
  /// as lines but are no records.
  static func lines(
    of content: [UInt8], file: String, line: Int = 1, byte: Int = 0
  ) -> StoredLines {
    StoredLines(content: content, file: file, line: line, byte: byte)
  }
}

/// Records made one by one: a frame of few bytes may have millions of lines.
struct StoredLines: Sequence, IteratorProtocol {
  private let content: [UInt8]
  private let file: String
  private let line: Int
  private let byte: Int
  private var scanner = LineScanner()

  fileprivate init(content: [UInt8], file: String, line: Int, byte: Int) {
    self.content = content
    self.file = file
    self.line = line
    self.byte = byte
  }

  mutating func next() -> StoredRecord? {
    let content = content
    guard let range = scanner.next(in: content.span) else { return nil }
    let place = Place(file: file, line: line + scanner.line, byte: byte + range.lowerBound)
    return StoredRecord(bytes: Array(content[range]), place: place)
  }
}
