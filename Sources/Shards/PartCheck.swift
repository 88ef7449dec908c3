internal import Archiving
internal import Foundations
internal import JSONText
internal import Schemas

/// The check of one part, frame by frame.
struct PartCheck {
  /// What a part leaves for the checks that span parts.
  struct Result: Sendable {
    let path: String
    fileprivate(set) var findings = Findings()
    /// Of every readable record, in order.
    fileprivate(set) var keys: [(id: String, line: Int?)] = []
    fileprivate(set) var records = 0
    /// The first description of every picture, and where it stands.
    fileprivate(set) var described: [String: (medium: Medium, place: Place)] = [:]
  }

  private let entry: ShardEntry
  private let kind: RecordKind
  private let pictures: AvailablePictures
  private let check: DatasetCheck.RecordCheck
  private var result: Result
  /// The line that comes next, from 1; unknown after a damaged frame whose lines no index counts.
  private var line: Int? = 1
  private var isWhole = true
  private var frames: [Int] = []

  static func run(
    folder: String, entry: ShardEntry, kind: RecordKind, pictures: AvailablePictures,
    check: @escaping DatasetCheck.RecordCheck
  ) -> Result {
    let path = "\(folder)/\(entry.name)"
    var part = PartCheck(
      entry: entry, kind: kind, pictures: pictures, check: check, result: Result(path: path))
    let fileFault = entry.fileFault(in: folder)
    if let fileFault { part.result.findings.add(fileFault) }
    guard Files.exists(path) else { return part.result }
    do throws(Fault) {
      let reader = try SeekableZstdReader(path)
      guard let table = reader.table else {
        throw Fault("dataset.damaged", "the part has no seek table", at: Place(file: path))
      }
      let index = part.index(folder)
      for (number, frame) in table.frames.enumerated() {
        part.checkFrame(number, reader, start: frame.content.lowerBound, index)
      }
      let isSame = part.isWhole && part.compareWithManifest()
      if let index, part.isWhole {
        let indexPath = "\(folder)/\(DatasetFiles.index(of: entry.name))"
        part.compare(with: index, blaming: fileFault == nil && isSame ? indexPath : path)
      }
    } catch {
      part.result.findings.add(error)
    }
    return part.result
  }

  private mutating func index(_ folder: String) -> RecordIndex? {
    do {
      return try RecordIndex.stored(folder, entry.name)
    } catch {
      result.findings.add(error)
      return nil
    }
  }

  private mutating func checkFrame(
    _ number: Int, _ reader: SeekableZstdReader, start: Int, _ index: RecordIndex?
  ) {
    let content: [UInt8]
    do {
      content = try reader.frame(number)
    } catch {
      result.findings.add(error)
      isWhole = false
      let lost = index.flatMap { $0.frames.indices.contains(number) ? $0.frames[number] : nil }
      line = lost.flatMap { count in line.map { $0 + count } }
      return
    }
    let lines = StoredRecord.lines(of: content, file: reader.path, line: line ?? 1, byte: start)
    for stored in lines {
      checkRecord(line == nil ? stored.withoutLine : stored)
    }
    let newlines = content.count { $0 == 0x0A }
    if content.last != 0x0A {
      let place = Place(file: reader.path, line: line.map { $0 + newlines })
      result.findings.add("dataset.cut-record", "the frame ends within a record", at: place)
    }
    frames.append(lines.count)
    line = line.map { $0 + newlines }
  }

  // MARK: Records

  private mutating func checkRecord(_ stored: StoredRecord) {
    result.records += 1
    do throws(Fault) {
      let json = try stored.json()
      let place = stored.place(of: json)
      let id: String
      do throws(Fault) {
        id = try json.string("id")
        let found = try json.string("kind")
        if found != kind.rawValue {
          let message = "expected a record of kind \"\(kind.rawValue)\", found \"\(found)\""
          throw Fault("dataset.kind", message, at: Place(key: "kind"))
        }
      } catch {
        throw error.placed(in: place)
      }
      result.keys.append((id, stored.place.line))
      for reference in PictureReference.all(in: json) { resolve(reference, place) }
      check(json, place).forEach { result.findings.add($0.placed(in: place)) }
    } catch {
      result.findings.add(error)
    }
  }

  private mutating func resolve(_ reference: PictureReference, _ record: Place) {
    var place = record
    place.key = reference.key
    guard let member = pictures.member(reference.sha256) else {
      let message = "no media shard holds the picture \(reference.sha256)"
      return result.findings.add("dataset.no-picture", message, at: place)
    }
    guard let medium = reference.medium else { return }
    if medium.bytes != member.range.count {
      let message = "the record says \(medium.bytes) bytes, the picture has \(member.range.count)"
      result.findings.add("dataset.picture-bytes", message, at: place)
    }
    if let format = MediaName.format(of: member.name), format != medium.format {
      let message = "the record says \(medium.format.rawValue), the picture is \(member.name)"
      result.findings.add("dataset.picture-format", message, at: place)
    }
    if let first = result.described[medium.sha256] {
      if first.medium != medium {
        result.findings.add(JoinedParts.disagreement(place, first.place))
      }
    } else {
      result.described[medium.sha256] = (medium, place)
    }
  }

  // MARK: Manifest and index

  /// Whether the part has as many records as the manifest says, with its first and last key.
  private mutating func compareWithManifest() -> Bool {
    let place = Place(file: result.path)
    if result.records != entry.count {
      let message = "the manifest says \(entry.count) records, the part has \(result.records)"
      result.findings.add("dataset.count", message, at: place)
      return false
    }
    // A line that is no record has its own finding and no key to compare.
    guard result.keys.count == result.records else { return false }
    if result.keys.first?.id != entry.firstKey || result.keys.last?.id != entry.lastKey {
      let message = "the first or last record is not that of the manifest"
      result.findings.add("dataset.keys", message, at: place)
      return false
    }
    return true
  }

  /// Names the first line in which part and index differ, as the fault of one of the two files.
  private mutating func compare(with index: RecordIndex, blaming file: String) {
    guard result.keys.count == result.records else { return }
    let keys = result.keys.map(\.id)
    if keys != index.keys {
      let offset =
        zip(keys, index.keys).enumerated().first { $1.0 != $1.1 }?.offset
        ?? min(keys.count, index.keys.count)
      let expected = offset < index.keys.count ? "the record \(index.keys[offset])" : "no record"
      let found = offset < keys.count ? "the record \(keys[offset])" : "none"
      let code = file == result.path ? "dataset.missing-record" : "dataset.index"
      let line = offset < keys.count ? result.keys[offset].line : offset + 1
      let record = file == result.path ? index.keys.dropFirst(offset).first : keys[offset...].first
      result.findings.add(
        code, "the index has \(expected) on this line, the part \(found)",
        at: Place(file: file, record: record, line: file == result.path ? line : nil))
    } else if frames != index.frames {
      let message = "the index counts \(index.frames) records in frames, the part has \(frames)"
      result.findings.add("dataset.index", message, at: Place(file: file))
    }
  }
}
