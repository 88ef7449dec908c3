package import Foundations
internal import Geometry
package import JSONText

/// One record of named fields, as a line, an element, a row or a sidecar states it.
package struct AnnotationRecord: Sendable {
  /// An object.
  package var json: JSON
  /// Its place in the member.
  var line: Int?
  /// Its path of keys in the member: `[3]`.
  var path: String?
  /// The id of its question unless it states one.
  var defaultID: String
  /// The pictures, where the layout knows them; nil: the record names them.
  var images: [DraftImage]?
  /// The split, unless the record states one.
  var split: String?
  var remark: String?

  init(_ json: JSON, line: Int? = nil, path: String? = nil, id: String) {
    self.json = json
    self.line = line
    self.path = path
    self.defaultID = id
  }

  /// A fault of this record with its place in the member.
  func fault(_ fault: Fault) -> Fault {
    let inner = path.map(fault.inside) ?? fault
    return inner.placed(in: Place(record: id ?? nil, line: line))
  }

  /// What the record calls itself.
  private var id: String? {
    for name in AnnotationField.id.names {
      if let text = json[name]?.scalarText { return text.trimmed }
    }
    return nil
  }
}

/// A layout of records of named fields, which standard names or a mapping make questions of.
package protocol RecordLayout: AnnotationLayout {
  /// Whether a claimed member holds records at all, whatever their fields are called.
  func holdsRecords(_ member: any AnnotationMember) throws(Fault) -> Bool
  /// Hands the records of a member to `body` in their order; a bad one is a fault of its own.
  func records(
    of member: any AnnotationMember, _ body: (Result<AnnotationRecord, Fault>) throws -> Void
  ) throws
  /// What reads a record of a member.
  func reader(for member: any AnnotationMember) throws(Fault) -> any RecordReader
}

/// Makes questions of a record.
package protocol RecordReader: Sendable {
  func entries(of record: AnnotationRecord) throws(Fault) -> [AnnotationEntry]
}

extension RecordLayout {
  package func reader(for member: any AnnotationMember) throws(Fault) -> any RecordReader {
    FieldReader()
  }

  package func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws {
    try read(member, reader(for: member), emit)
  }

  func read(
    _ member: any AnnotationMember, _ reader: any RecordReader,
    _ emit: (AnnotationEntry) throws -> Void
  ) throws {
    try records(of: member) { found in
      let entries: [AnnotationEntry]
      switch found {
      case .failure(let fault): entries = [.bad(fault)]
      case .success(let record):
        do throws(Fault) { entries = try reader.entries(of: record) } catch {
          entries = [.bad(record.fault(error))]
        }
      }
      for entry in entries { try emit(entry) }
    }
  }
}

/// A layout of records whose fields a mapping names.
struct MappedLayout: AnnotationLayout {
  let layout: any RecordLayout
  let mapping: FieldMapping

  var name: String { layout.name }

  func claims(_ member: String) -> Bool { layout.claims(member) }

  /// What has the key of a picture speaks of that one, unless the mapping names another.
  func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool {
    guard try layout.holdsRecords(member) else { return false }
    return mapping[.image] != nil || layout is WebDatasetLayout
      || !WebDatasetLayout.isSidecar(member)
  }

  func adopts(_ member: any AnnotationMember) throws(Fault) -> Bool { try layout.adopts(member) }

  func heeds(_ name: String) -> Bool { layout.heeds(name) }

  func drafts(of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void) throws {
    try layout.read(member, FieldReader(mapping: mapping), emit)
  }
}

extension AnnotationMember {
  /// Hands the objects of a JSON member to `body`: of its array, of its lines, or its only one.
  ///
  /// - Throws: `json.syntax` where an array is broken; what `body` throws.
  func jsonRecords(_ body: (Result<AnnotationRecord, Fault>) throws -> Void) throws {
    let stem = AnnotationPath.stem(plainPath)
    switch try jsonHead().form {
    case .array, .arrays:
      try elements { part in
        try body(
          Result { () throws(Fault) in
            let json = try part.json()
            do throws(Fault) { _ = try json.asObject } catch {
              throw error.inside(part.path).placed(in: Place(line: part.line))
            }
            return AnnotationRecord(
              json, line: part.line, path: part.path, id: "\(stem)-\(part.index ?? 0)")
          })
      }
    case .object:
      try body(
        Result { () throws(Fault) in
          AnnotationRecord(try JSON.parse(wholeBytes()), id: stem)
        })
    case .lines, .export, .other:
      try lines { line in
        try body(
          Result { () throws(Fault) in
            let json = try line.json()
            do throws(Fault) { _ = try json.asObject } catch {
              throw error.placed(in: Place(line: line.number))
            }
            return AnnotationRecord(json, line: line.number, id: "\(stem)-\(line.number)")
          })
      }
    }
  }

  /// Hands the parts of a JSON array or object to `body` as they are read.
  func elements(_ body: (JSONSplitter.Part) throws -> Void) throws {
    var splitter = JSONSplitter()
    try text { piece in try splitter.feed(piece, body) }
    try splitter.finish()
  }
}
