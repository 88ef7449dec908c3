package import Foundations
internal import JSONText

/// TreeBench's and VLMEvalKit's: a table between tabs whose column `image` is the picture in base64.
///
/// Further columns are `index`, `question`, `A` to `F`, `answer` (a letter) and `target_instances`
/// (boxes by their corners in pixels). `category` is the kind of task, such as `Perception/OCR`, and
/// says nothing of what a box shows, so that boxes have the answer for their label.
package struct TreeBenchLayout: RecordLayout {
  package let name = "treebench"

  package init() {}

  package func claims(_ member: String) -> Bool { AnnotationPath.has([".tsv"], member) }

  package func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    Self.fits(try member.tableHead())
  }

  static func fits(_ head: TableHead) -> Bool {
    guard head.has("question"), head.separator == 0x09,
      let column = head.names.firstIndex(of: "image"), head.first.indices.contains(column)
    else { return false }
    return looksEncoded(head.first[column])
  }

  /// Whether a cell is a picture and no path: digits of base64 alone, and no dot.
  private static func looksEncoded(_ cell: [UInt8]) -> Bool {
    let isPlain = cell.allSatisfy { byte in
      let letter = Unicode.Scalar(byte)
      return "a"..."z" ~= letter || "A"..."Z" ~= letter || "0"..."9" ~= letter || "+/=" ~= letter
    }
    return isPlain && cell.count >= 64
  }

  package func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool {
    try recognises(member)
  }

  package func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws {
    try member.tableRecords { found in
      try body(
        found.flatMap { record in
          Result { () throws(Fault) in
            do throws(Fault) { return try Self.withPictures(record) } catch {
              throw record.fault(error)
            }
          }
        })
    }
  }

  /// The record with its picture, or with those of a list, decoded.
  private static func withPictures(_ record: AnnotationRecord) throws(Fault) -> AnnotationRecord {
    guard case .string(let text)? = record.json["image"] else { return record }
    var record = record
    let name = "row " + (record.json["index"]?.scalarText ?? record.defaultID)
    if let index = Int(text) {
      throw Fault(
        "ingest.picture", "the picture is that of row \(index); repeat it in this row",
        at: Place(key: "image"))
    }
    do {
      record.images = try (text.hasPrefix("[") ? TextList.parse(text) : [text]).map {
        text throws(Fault) in try DraftImage.base64(text, name: name)
      }
    } catch { throw error.inside("image") }
    return record
  }
}

private func ~= (letters: String, letter: Unicode.Scalar) -> Bool {
  letters.unicodeScalars.contains(letter)
}
